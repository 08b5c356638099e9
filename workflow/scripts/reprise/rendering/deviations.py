"""Where a study can be read in two ways: both readings, and what the difference changes."""

from collections.abc import Mapping
from dataclasses import dataclass

from reprise.analysis.conclusion_rows import DeviationRow
from reprise.rendering import numbers
from reprise.rendering.claims import own_basis
from reprise.rendering.metrics import Style, compared_style
from reprise.rendering.provenance import FIELDS, provenance_in_words
from reprise.rendering.results import Results
from reprise.studies.artefact_records import ArtefactRecord
from reprise.studies.claims import Deviation
from reprise.studies.metric_units import difference_unit
from reprise.studies.plan_records import StudyRecord
from reprise.studies.statuses import MISSING


@dataclass(frozen=True)
class ReferenceEffect:
    """The effect on reference runs in words; without one, ``basis`` says what they lack.

    ``made`` are the scale, data and seeds of these runs, and ``source`` is their folder.
    """

    effect: str
    interval: str
    basis: str
    made: str
    source: str


@dataclass(frozen=True)
class ShownDeviation:
    """One difference with its measured effect in words; empty where nothing was measured.

    ``reference`` is None where nothing is said of reference runs.
    """

    id: str
    difference: str
    arm: str
    against: str
    effect: str
    unit: str
    interval: str
    n: int
    status: str
    reference: ReferenceEffect | None


def study_deviations(results: Results, study: StudyRecord) -> list[ShownDeviation]:
    """The deviations of a study in the order of its YAML."""
    rows = results.deviations(study.id)
    artefacts = study.artefacts_by_id
    return [
        deviation(asked, rows.get(asked.id, DeviationRow(id=asked.id)), artefacts)
        for asked in study.deviations
    ]


def deviation(
    asked: Deviation, row: DeviationRow, artefacts: Mapping[str, ArtefactRecord]
) -> ShownDeviation:
    """One deviation as the study has it, with its row of results, and the study's artefacts."""
    style = compared_style(asked, artefacts)
    effect, interval = effect_and_interval(row.effect, row.ci_low, row.ci_high, style)
    return ShownDeviation(
        id=asked.id,
        difference=asked.difference,
        arm=asked.arm,
        against=asked.against,
        effect=effect,
        unit=difference_unit(style.unit),
        interval=interval,
        n=row.n or 0,
        status=row.status or MISSING,
        reference=reference_effect(row, style),
    )


def reference_effect(row: DeviationRow, style: Style) -> ReferenceEffect | None:
    """The effect on reference runs by a row of ``deviations.csv``."""
    if not row.reference_status:
        return None
    effect, interval = effect_and_interval(
        row.reference_effect, row.reference_ci_low, row.reference_ci_high, style
    )
    made = {name: getattr(row, f"reference_{name}") for name in FIELDS}
    return ReferenceEffect(
        effect=effect,
        interval=interval,
        basis=own_basis(row.reference_basis or ""),
        made=provenance_in_words(made),
        source=row.reference_source or "",
    )


def effect_and_interval(
    effect: float | None, low: float | None, high: float | None, style: Style
) -> tuple[str, str]:
    """An effect and its interval, each empty where there is none.

    Args:
        effect: as it was measured.
        low, high: the ends of its interval.
        style: of the numbers that are compared.
    """
    decimals = numbers.finer(effect, style.decimals)
    if decimals is None:
        decimals = numbers.fitting_decimals(effect or 0.0)
    text = "" if effect is None else numbers.signed(effect, decimals)
    return text, numbers.interval(low, high, decimals)
