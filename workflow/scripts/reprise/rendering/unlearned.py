"""Which runs of an artefact are no better than guessing, in sentences."""

from typing import Any

import pandas as pd

from reprise.rendering.numbers import count
from reprise.rendering.results import Results
from reprise.studies.artefact_records import ArtefactRecord
from reprise.studies.rows import DEFAULT_ARM

MOST_NAMED = 5
OF_WHOM = {"learned": "run", "reference_learned": "reference run"}


def unlearned_sentences(results: Results, study: str, artefact: ArtefactRecord) -> list[str]:
    """A sentence for the runs of this report, and one for the reference runs, where some rows have
    none that is better than guessing."""
    table = results.table(study, artefact)
    return [
        sentence
        for column, runs in OF_WHOM.items()
        if column in table and (sentence := _sentence(table, column, runs, artefact))
    ]


def _sentence(table: pd.DataFrame, column: str, runs: str, artefact: ArtefactRecord) -> str | None:
    counted = table[table[column].notna()]
    failed = counted[counted[column].astype(float) == 0]
    if failed.empty:
        return None
    if len(failed) == len(counted):
        return (
            f"No {runs} shown here is better than guessing. A claim that compares nothing else is "
            "undecided."
        )
    names = list(dict.fromkeys(_label(row, artefact) for row in failed.to_dict("records")))
    if len(names) > MOST_NAMED:
        return f"{count(len(names), 'row')} of {len(counted)} have no {runs} better than guessing."
    return f"No {runs} is better than guessing for {'; '.join(names)}."


def _label(row: dict[str, Any], artefact: ArtefactRecord) -> str:
    values = {axis: row.get(axis) for axis in artefact.axis_ids}
    given = {axis: value for axis, value in values.items() if value}
    arm = row.get("arm", DEFAULT_ARM)
    label = artefact.combination_label(given, tuple(given.values()))
    return label if arm == DEFAULT_ARM else f"{label} ({arm})"
