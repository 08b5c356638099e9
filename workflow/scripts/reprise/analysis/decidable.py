"""How many claims of a study a number of seeds can decide, before anything runs.

Each row gets made-up runs with the reported number as their mean and the spread that reference runs
have. The judge then says what every claim needs, as it does after training.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
import pandas as pd
from scipy import special

from reprise.analysis.claims.evaluation import judged
from reprise.analysis.claims.result import SIGNIFICANCE, ClaimResult, Outcome
from reprise.analysis.collecting import axis_names
from reprise.analysis.reference import Reference
from reprise.analysis.tables import ArtefactTable, MeasuredRow, MeasuredRun, Tables
from reprise.studies.artefact_records import ArtefactRecord
from reprise.studies.claims import Claim
from reprise.studies.claims.selections import selections_of
from reprise.studies.measure_forms import (
    Metric,
    column_of,
    known_reported_series,
    known_series,
    metric_name,
)
from reprise.studies.metric_units import SHARED
from reprise.studies.plan_records import StudyRecord
from reprise.studies.scores import score_of
from reprise.studies.statuses import FINISHED

MADE_UP_SEEDS = 10
MADE_UP_EPOCHS = 2
# Where no reference run says how much runs vary: points of an accuracy or another share, and a
# share of any other number.
DEFAULT_POINTS = 0.3
DEFAULT_SHARE = 0.05
UNREPORTED = 50.0


@dataclass(frozen=True)
class Decidable:
    """Of one study: how many claims there are, how many are counted without runs, how many are
    about effects of which the study reports no number, and how many seeds each other claim needs.
    """

    claims: int
    counted: int
    unreported: int
    needs: tuple[int, ...]

    def with_seeds(self, seeds: int) -> int:
        """How many claims so many seeds decide, those that are counted included."""
        return self.counted + sum(needed <= seeds for needed in self.needs)


def decidable(study: StudyRecord, reference: Reference | None) -> Decidable:
    """What the claims of a study need at the reported effects, under Holm's correction.

    Args:
        study: of the plan.
        reference: for how much runs vary.
    """
    results = _judged(study, reference)
    needs = [_needs(result, _level(results)) for result in results if not _is_counted(result)]
    seeds = tuple(sorted(needed for needed in needs if needed is not None))
    return Decidable(len(results), len(results) - len(needs), needs.count(None), seeds)


def seeds_needed(study: StudyRecord, reference: Reference | None) -> dict[str, int | None]:
    """How many seeds each claim needs that is not counted, by its id; None where the study reports
    no number of its effect.

    Args:
        study: of the plan.
        reference: for how much runs vary.
    """
    results = _judged(study, reference)
    return {
        claim.id: _needs(result, _level(results))
        for claim, result in zip(study.claims, results, strict=True)
        if not _is_counted(result)
    }


@dataclass(frozen=True)
class ReportedEffect:
    """The effect of a claim in the study's own numbers; of a claim with parts that of the part
    which stands at ``part``, as in claims.csv, and would decide if runs gave these numbers."""

    effect: float
    part: str


def reported_effects(
    study: StudyRecord, reference: Reference | None = None
) -> dict[str, ReportedEffect]:
    """What the study reports of each claim's effect, by its id, without any run; a claim of whose
    effect it says nothing is left out.

    Args:
        study: of the plan.
        reference: for how much runs vary, which may tell what part decides.
    """
    return {
        claim.id: ReportedEffect(result.reported_effect, ".".join(map(str, result.part)))
        for claim, result in zip(study.claims, _judged(study, reference), strict=True)
        if result.reported_effect is not None
    }


def _judged(study: StudyRecord, reference: Reference | None) -> list[ClaimResult]:
    tables = _made_up_tables(study, reference)
    return [judged(claim.rule, tables) for claim in study.claims]


def _is_counted(result: ClaimResult) -> bool:
    return result.outcome is Outcome.EXACT


def _level(results: Sequence[ClaimResult]) -> float:
    """The p that decides a claim whatever the others come to."""
    return SIGNIFICANCE / max(1, sum(not _is_counted(result) for result in results))


def _needs(result: ClaimResult, level: float) -> int | None:
    return result.needs(level) if result.outcome is Outcome.TESTED else None


def _made_up_tables(study: StudyRecord, reference: Reference | None) -> Tables:
    """The study's artefacts with made-up runs, which have every metric that a claim names."""
    named = sorted(_named_metrics(study.claims))
    return {a.id: _made_up_table(a, named, reference) for a in study.artefacts}


def _made_up_table(
    artefact: ArtefactRecord, named: Sequence[str], reference: Reference | None
) -> ArtefactTable:
    rows, exact = artefact.rows, artefact.is_exact
    reported = [row.reported for row in rows if row.reported is not None]
    centre = float(np.mean(reported)) if reported else UNREPORTED
    spreads = {} if exact else _spreads(artefact, reference)
    curves: dict[str, pd.DataFrame] = {}
    made = []
    for number, row in enumerate(rows):
        metric = artefact.metric_of(row)
        value = centre if row.reported is None else float(row.reported)
        is_same = exact or metric in SHARED
        sd = 0.0 if is_same else spreads.get(number, _default_spread(metric, value))
        values = _normal_scores(1 if exact else MADE_UP_SEEDS) * sd + value
        axes = {axis: row.value(axis) for axis in axis_names(rows)}
        runs = []
        for seed, of_seed in enumerate(values, start=1):
            folder = f"{artefact.id}/{number}/{seed}"
            shown = [metric] if isinstance(metric, str) else []
            names = {*named, *known_reported_series(), *shown}
            runs.append(MeasuredRun(seed, FINISHED, folder, dict.fromkeys(names, float(of_seed))))
            curves[folder] = _level_curve(of_seed)
        made.append(MeasuredRow(artefact.id, axes, row.arm, metric, row.reported, tuple(runs)))
    return ArtefactTable(artefact.id, artefact.positions, tuple(made), curves, exact)


def _spreads(artefact: ArtefactRecord, reference: Reference | None) -> dict[int, float]:
    """By the number of a row the standard deviation of its reference runs, else that of its median
    neighbour that shows the same metric."""
    if reference is None:
        return {}
    metrics = [artefact.metric_of(row) for row in artefact.rows]
    kept = {
        number: sd
        for number, (row, metric) in enumerate(zip(artefact.rows, metrics, strict=True))
        if (sd := reference.of_row(row, metric).get("reference_std"))
    }
    by_metric: dict[str, list[float]] = {}
    for number, sd in kept.items():
        by_metric.setdefault(metric_name(metrics[number]), []).append(sd)
    return {
        number: kept.get(number) or median(by_metric[metric_name(metric)])
        for number, metric in enumerate(metrics)
        if metric_name(metric) in by_metric
    }


def _default_spread(metric: Metric, value: float) -> float:
    score = score_of(column_of(metric))
    return DEFAULT_POINTS if score and score.unit == "%" else DEFAULT_SHARE * abs(value)


def _normal_scores(count: int) -> np.ndarray:
    """Numbers with mean 0 and standard deviation 1 that stand as normal ones do."""
    scores = special.ndtri((np.arange(count) + 0.5) / count)
    return scores if count < 2 else scores / scores.std(ddof=1)


def _level_curve(value: float) -> pd.DataFrame:
    epochs = range(1, MADE_UP_EPOCHS + 1)
    columns = {name: [value] * MADE_UP_EPOCHS for name in known_series()}
    return pd.DataFrame({**columns, "epoch": epochs})


def _named_metrics(claims: Sequence[Claim]) -> set[str]:
    """Every metric that claims compare as a column."""
    metrics = (selection.metric for claim in claims for selection in selections_of(claim.rule))
    return {metric for metric in metrics if isinstance(metric, str)}
