"""What other readings of a study change: the deviations.csv of a study."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from reprise.analysis.claims.result import Outcome
from reprise.analysis.claims.traversal import named_artefacts
from reprise.analysis.collecting import with_whole_numbers
from reprise.analysis.deviations_on_reference import REFERENCE_COLUMNS, measure_on_reference
from reprise.analysis.readings import contrast, readings_of
from reprise.analysis.reference import Reference
from reprise.analysis.tables import Tables, read_tables

OWN_COLUMNS = ["id", "difference", "arm", "against", "effect", "ci_low", "ci_high", "n", "status"]
COLUMNS = [*OWN_COLUMNS, *REFERENCE_COLUMNS]


def measure_deviations(
    study: Mapping[str, Any],
    results: Path,
    verdicts: bool = True,
    reference: Reference | None = None,
) -> pd.DataFrame:
    """The effect of each deviation (its subject minus its other) with a 95 % interval, on the runs
    of a scale and on reference runs.

    A side is taken from the arm of the artefact that the deviation names, where the artefact has
    such an arm, and from the arm as run else. ``status`` is finished, one seed, missing, or not
    measured (a deviation without a subject).

    Args:
        study: the study's entry in plan.json.
        results: the results folder of the scale, with ``<study>/<artefact>.runs.csv``.
        verdicts: whether the scale draws verdicts; without them the intervals of its own runs are
            empty.
        reference: all reference runs; None without any.

    Raises:
        InputError: a selection or a file is not as it has to be.
    """
    artefacts = {artefact["id"]: artefact for artefact in study["artefacts"]}
    entries = study.get("deviations", [])
    tables = read_tables(study, results, named_artefacts(entries))
    rows = []
    for entry in entries:
        row = {key: entry.get(key) for key in OWN_COLUMNS[:4]} | {"status": "not measured"}
        if "subject" in entry:
            own = {name: tables[name] for name in named_artefacts(entry)}
            row |= _measure(entry, own, verdicts)
            row |= measure_on_reference(entry, artefacts, reference, own)
        rows.append(row)
    return with_whole_numbers(pd.DataFrame(rows, columns=COLUMNS), ["n", "reference_n"])


def _measure(entry: Mapping[str, Any], tables: Tables, verdicts: bool) -> dict[str, Any]:
    result = contrast(entry, readings_of(entry, tables))
    interval = (result.ci_low, result.ci_high) if verdicts else (None, None)
    return {
        "effect": result.effect,
        "ci_low": interval[0],
        "ci_high": interval[1],
        "n": result.n,
        "status": "finished" if result.outcome is Outcome.TESTED else str(result.outcome),
    }
