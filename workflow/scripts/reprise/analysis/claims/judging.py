"""From the claims of a study to rows of claims.csv, corrected for one another (Holm)."""

import json
from collections.abc import Sequence
from math import isfinite
from typing import Any

import pandas as pd

from reprise.analysis.claims.evaluation import judged
from reprise.analysis.claims.result import SIGNIFICANCE, ClaimResult, Outcome, verdict
from reprise.analysis.collecting import with_whole_numbers
from reprise.analysis.statistics.multiplicity import holm
from reprise.analysis.statistics.power import MOST_SEEDS
from reprise.analysis.tables import Tables
from reprise.studies.claims import Claim
from reprise.studies.statuses import FAILED, MISSING

COLUMNS = [
    "study",
    "claim",
    "kind",
    "verdict",
    "effect",
    "ci_low",
    "ci_high",
    "p_holm",
    "n",
    "n_needed",
    "basis",
    "p",
    "detectable",
    "reported_effect",
    "text",
    "part",
    "parts",
]
# What is still shown of a result without a verdict.
WITHOUT_VERDICT = ("effect", "n", "reported_effect", "part", "parts")
NOT_DRAWN = "this scale draws no verdict"
# What the column ``parts`` says of each part in numbers.
OF_PARTS = ("effect", "ci_low", "ci_high", "p", "n", "reported_effect")


def judge_alone(study_id: str, claim: Claim, tables: Tables, verdicts: bool = True) -> pd.DataFrame:
    """One claim as a row of claims.csv, not corrected for the study's others: no ``p_holm``.

    Args:
        study_id: of the study.
        claim: of the study.
        tables: by artefact, all that the claim names.
        verdicts: whether the scale draws verdicts.
    """
    result = judged(claim.rule, tables)
    not_drawn = _why_not_drawn(claim, result, tables, verdicts)
    row = _row(study_id, claim, result, result.p, 1, not_drawn)
    if row["p_holm"] is not None:
        row |= {"p_holm": None, "basis": f"{row['basis']}; unadjusted for the study's other claims"}
    return _table([row])


def judge(
    study_id: str, claims: Sequence[Claim], tables: Tables, verdicts: bool = True
) -> pd.DataFrame:
    """Rows of claims.csv; Holm's family are the claims that have a p-value.

    As long as a run of its artefacts is missing or failed, a claim has an effect and no verdict:
    runs end in no random order, and who looks often enough sees what they hope for. Such a claim
    counts in Holm's family, so that the others are not judged more mildly than once all runs are
    there. What a claim needs and finds is at the level that decides it whatever the others come to:
    0.05 over the size of the family. A claim that cannot be judged says why, and counts likewise.

    Args:
        study_id: of the study.
        claims: some of its claims.
        tables: by artefact, all that the claims name.
        verdicts: whether the scale draws verdicts.
    """
    results = [judged(claim.rule, tables) for claim in claims]
    # A verdict that is still to be drawn may have any p-value, up to 1.
    p_values = [
        1.0 if result.outcome is Outcome.NOT_JUDGED or _lacking_runs(claim, tables) else result.p
        for claim, result in zip(claims, results, strict=True)
    ]
    tested = [index for index, p in enumerate(p_values) if p is not None]
    adjusted = dict(zip(tested, holm([p_values[i] for i in tested]), strict=True))
    return _table(
        _row(
            study_id,
            claim,
            result,
            adjusted.get(index),
            len(tested),
            _why_not_drawn(claim, result, tables, verdicts),
        )
        for index, (claim, result) in enumerate(zip(claims, results, strict=True))
    )


def _why_not_drawn(claim: Claim, result: ClaimResult, tables: Tables, verdicts: bool) -> str | None:
    """Why no verdict is drawn from a result, as one clause; None where one is."""
    if result.outcome is Outcome.NOT_JUDGED:
        return result.basis
    is_missing = result.outcome is Outcome.MISSING
    if not verdicts:
        return result.basis if is_missing else NOT_DRAWN
    return None if is_missing else _lacking_runs(claim, tables)


def _lacking_runs(claim: Claim, tables: Tables) -> str | None:
    """How many runs of a claim's artefacts have not ended, as one clause; None where all have."""
    named = sorted(claim.artefacts)
    statuses = {r.folder: r.status for name in named for row in tables[name].rows for r in row.runs}
    absent = sum(status in (MISSING, FAILED) for status in statuses.values())
    if not absent:
        return None
    return f"{absent} of {len(statuses)} runs of {', '.join(named)} missing or failed"


def _row(
    study_id: str,
    claim: Claim,
    result: ClaimResult,
    p: float | None,
    family: int,
    not_drawn: str | None,
) -> dict[str, Any]:
    columns = {name: getattr(result, name, None) for name in COLUMNS}
    columns |= {"verdict": verdict(result, p), "p_holm": p, "part": _place(result)}
    columns["parts"] = _parts(result)
    if result.p is not None:
        level = SIGNIFICANCE / max(1, family)
        columns |= {"n_needed": result.needs(level), "detectable": result.finds(level)}
    if columns["n_needed"] == MOST_SEEDS:
        columns["basis"] += f"; {MOST_SEEDS} seeds or more are needed for the reported effect"
    if not_drawn:
        columns = {key: columns[key] for key in WITHOUT_VERDICT}
        columns |= {"verdict": "not drawn", "basis": not_drawn}
    named = {"study": study_id, "claim": claim.id, "kind": claim.kind, "text": claim.text}
    return dict.fromkeys(COLUMNS) | columns | named


def _place(result: ClaimResult) -> str | None:
    """``2.1`` for the first part of the second part."""
    return ".".join(map(str, result.part)) or None


def _parts(result: ClaimResult) -> str | None:
    """All parts of a claim as a list in JSON, each with its place, label, the side on which it
    lies, effect, ends of its interval, p and basis; None of a claim that has no parts."""
    if len(result.parts) < 2:
        return None
    return json.dumps(
        [
            {
                "part": _place(part),
                "label": label,
                "holds": part.holds,
                **{name: _finite(getattr(part, name)) for name in OF_PARTS},
                "basis": part.basis,
            }
            for label, part in result.parts
        ]
    )


def _finite(number: float | None) -> float | None:
    return number if number is not None and isfinite(number) else None


def _table(rows: Any) -> pd.DataFrame:
    return with_whole_numbers(pd.DataFrame(rows, columns=COLUMNS), ["n", "n_needed"])
