"""What reference runs say of a deviation."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reprise.analysis.claims.result import Outcome
from reprise.analysis.readings import Reading, contrast, readings_of, remarks
from reprise.analysis.reference import Reference
from reprise.analysis.reference_tables import reference_table
from reprise.analysis.selection import Sample
from reprise.analysis.tables import Tables
from reprise.studies.artefact_records import ArtefactRecord, RowRecord
from reprise.studies.claims import Deviation
from reprise.studies.statuses import FINISHED


def measure_on_reference(
    deviation: Deviation,
    artefacts: Mapping[str, ArtefactRecord],
    reference: Reference | None,
    tables: Tables,
) -> dict[str, Any]:
    """The effect of a deviation on reference runs: fields of a ``DeviationRow``.

    Both readings are taken from one source: that which holds the most of their rows. Where it
    lacks some, ``reference_basis`` says which, and nothing is measured. Nothing is said without
    reference runs, nor of a deviation between numbers that are computed without runs.

    Args:
        deviation: of the study.
        artefacts: those of the study, by id.
        reference: all reference runs; None without any.
        tables: by artefact, those that the deviation names, with the runs of today.
    """
    planned = [
        row for reading in readings_of(deviation, tables) for row in _rows(reading, artefacts)
    ]
    if reference is None or not planned:
        return {}
    source = reference.fullest_source(planned)
    if source is None:
        return _prefixed({"status": str(Outcome.MISSING), "basis": "no reference runs"})
    of_source = {
        name: table if table.exact else reference_table(artefacts[name], reference, source)
        for name, table in tables.items()
    }
    readings = readings_of(deviation, of_source)
    result, lacking = contrast(readings), _lacking(readings)
    said = remarks(readings) if result.effect is not None else ()
    tested = result.outcome is Outcome.TESTED
    return _prefixed(
        {
            **{name: getattr(result, name) for name in ("effect", "ci_low", "ci_high", "n")},
            "status": FINISHED if tested else str(result.outcome),
            "basis": lacking or "; ".join([result.basis, *said]),
            **reference.provenance_of(planned, source),
            "source": source,
        }
    )


def _rows(reading: Reading, artefacts: Mapping[str, ArtefactRecord]) -> Iterator[RowRecord]:
    """The rows of plan.json that a reading consists of, those that are run."""
    for sample in reading.samples:
        if not sample.table.exact:
            place = next(i for i, row in enumerate(sample.table.rows) if row is sample.row)
            yield artefacts[sample.table.id].rows[place]


def _lacking(readings: Sequence[Reading]) -> str:
    """Of which readings there are no runs, as a clause; empty where there are of all."""
    absent = [(r, sum(_is_absent(s) for s in r.samples)) for r in readings]
    named = [_share(reading, number) for reading, number in absent if number]
    return f"lacking: {'; '.join(named)}" if named else ""


def _is_absent(sample: Sample) -> bool:
    return not sample.table.exact and not sample.row.runs


def _share(reading: Reading, absent: int) -> str:
    settings = len(reading.samples)
    if settings == 1:
        return reading.name
    share = f"all {settings}" if absent == settings else f"{absent} of {settings}"
    return f"{reading.name} ({share} settings)"


def _prefixed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"reference_{name}": value for name, value in values.items()}
