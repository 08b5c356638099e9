"""What other readings of a study change: the deviations.csv of a study."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from reprise.analysis.claims.comparison import compare
from reprise.analysis.claims.decisions import directional
from reprise.analysis.claims.result import ClaimResult, Outcome
from reprise.analysis.claims.traversal import named_artefacts
from reprise.analysis.collecting import with_whole_numbers
from reprise.analysis.selection import samples_of, table_of
from reprise.analysis.tables import DEFAULT_ARM, Tables, read_tables

COLUMNS = ["id", "difference", "arm", "against", "effect", "ci_low", "ci_high", "n", "status"]


def measure_deviations(
    study: Mapping[str, Any], results: Path, verdicts: bool = True
) -> pd.DataFrame:
    """The effect of each deviation (its subject minus its other) with a 95 % interval.

    A side is taken from the arm of the artefact that the deviation names, where the artefact has
    such an arm, and from the arm as run else. ``status`` is finished, one seed, missing, or not
    measured (a deviation without a subject).

    Args:
        study: the study's entry in plan.json.
        results: the results folder of the scale, with ``<study>/<artefact>.runs.csv``.
        verdicts: whether the scale draws verdicts; without them the intervals are empty.

    Raises:
        InputError: a selection or a file is not as it has to be.
    """
    entries = study.get("deviations", [])
    tables = read_tables(study, results, named_artefacts(entries))
    rows = [_row(entry, tables, verdicts) for entry in entries]
    return with_whole_numbers(pd.DataFrame(rows, columns=COLUMNS), ["n"])


def _row(entry: Mapping[str, Any], tables: Tables, verdicts: bool) -> dict[str, Any]:
    row = dict.fromkeys(COLUMNS) | {key: entry.get(key) for key in COLUMNS[:4]}
    if "subject" not in entry:
        return row | {"status": "not measured"}
    result = _measure(entry, tables)
    interval = (result.ci_low, result.ci_high) if verdicts else (None, None)
    return row | {
        "effect": result.effect,
        "ci_low": interval[0],
        "ci_high": interval[1],
        "n": result.n,
        "status": "finished" if result.outcome is Outcome.TESTED else str(result.outcome),
    }


def _measure(entry: Mapping[str, Any], tables: Tables) -> ClaimResult:
    subject = entry["subject"]
    sides = [(1.0, subject, "arm"), (-1.0, entry.get("other", subject), "against")]
    weighted = []
    for sign, selection, key in sides:
        arms = {row.arm for row in table_of(entry, selection, tables).rows}
        arm = entry[key] if entry[key] in arms else DEFAULT_ARM
        samples = samples_of({**entry, "arm": arm}, selection, tables)
        weighted += [(sign / len(samples), sample) for sample in samples]
    return directional(compare(entry, weighted), 1)
