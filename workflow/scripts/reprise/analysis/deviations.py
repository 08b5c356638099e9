"""What other readings of a study change: the deviations.csv of a study."""

from pathlib import Path
from typing import Any

import pandas as pd

from reprise.analysis.claims.result import Outcome
from reprise.analysis.collecting import with_whole_numbers
from reprise.analysis.conclusion_rows import DeviationRow, columns_of
from reprise.analysis.deviations_on_reference import measure_on_reference
from reprise.analysis.readings import contrast, readings_of
from reprise.analysis.reference import Reference
from reprise.analysis.tables import Tables, read_tables
from reprise.studies.claims import Deviation
from reprise.studies.claims.selections import artefacts_of
from reprise.studies.plan_records import StudyRecord
from reprise.studies.statuses import FINISHED


def measure_deviations(
    study: StudyRecord,
    results: Path,
    verdicts: bool = True,
    reference: Reference | None = None,
) -> pd.DataFrame:
    """The effect of each deviation (its subject minus its other) with a 95 % interval, on the runs
    of a scale and on reference runs.

    ``status`` is finished, one seed, or missing.

    Args:
        study: of the plan.
        results: the results folder of the scale, with ``<study>/<artefact>.runs.csv``.
        verdicts: whether the scale draws verdicts; without them the intervals of its own runs are
            empty.
        reference: all reference runs; None without any.

    Raises:
        InputError: a file is not as it has to be.
    """
    artefacts = study.artefacts_by_id
    tables = read_tables(study, results, artefacts_of(*study.deviations))
    rows = []
    for deviation in study.deviations:
        own = {name: tables[name] for name in artefacts_of(deviation)}
        row = DeviationRow(
            id=deviation.id,
            difference=deviation.difference,
            arm=deviation.arm,
            against=deviation.against,
            **_measure(deviation, own, verdicts),
            **measure_on_reference(deviation, artefacts, reference, own),
        )
        rows.append(vars(row))
    table = pd.DataFrame(rows, columns=columns_of(DeviationRow))
    return with_whole_numbers(table, ["n", "reference_n"])


def _measure(deviation: Deviation, tables: Tables, verdicts: bool) -> dict[str, Any]:
    result = contrast(readings_of(deviation, tables))
    interval = (result.ci_low, result.ci_high) if verdicts else (None, None)
    return {
        "effect": result.effect,
        "ci_low": interval[0],
        "ci_high": interval[1],
        "n": result.n,
        "status": FINISHED if result.outcome is Outcome.TESTED else str(result.outcome),
    }
