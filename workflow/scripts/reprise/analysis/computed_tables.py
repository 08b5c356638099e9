"""Tables that a probe computes: from descriptions of cells, or from the runs of other artefacts,
today's, and reference runs beside.

Probes need torch. So only the job that computes a table imports this module.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from reprise.analysis.collecting import axis_names, read_runs, with_whole_numbers
from reprise.analysis.reference import Reference
from reprise.analysis.reference_tables import reference_rows, runs_of_rows
from reprise.analysis.summaries import learned_by_run
from reprise.probes.computed_table import computed_table
from reprise.probes.registry import Searched
from reprise.studies.artefact_records import RUNS, ArtefactRecord, RowRecord
from reprise.studies.rungs import Rung, strength
from reprise.studies.statuses import FINISHED, MISSING

NUMBERS = ("mean", "median", "std", "n")
COUNTS = ("n", "runs", "diverged")
COLUMNS = (*NUMBERS, "runs", "diverged", "source", "stale", "evidence")


@dataclass(frozen=True)
class SearchedArtefact:
    """An artefact that a probe reads, with all reference runs; None without any, in which case no
    artefact of the probe has some, and there is no source to ask for."""

    artefact: ArtefactRecord
    reference: Reference | None

    @property
    def id(self) -> str:
        """That of the artefact."""
        return self.artefact.id

    def today(self, folder: Path) -> Searched:
        """With the runs that lie in the study's folder of results.

        Raises:
            InputError: the file is absent or lacks a column.
        """
        rows = self.artefact.rows
        return self._searched(rows, read_runs(folder / f"{self.id}.{RUNS}", axis_names(rows)))

    def kept(self, source: str) -> Searched:
        """With the reference runs of one source. A row that has none there has a run that is
        missing: a search that is kept in part is no whole one."""
        rows = reference_rows(self.artefact.rows, self.reference, source)
        with_runs = [
            (row, runs or [{"seed": 0, "status": MISSING, "folder": f"{source}/{number}"}])
            for number, (row, runs) in enumerate(rows)
        ]
        return self._searched([row for row, _ in with_runs], runs_of_rows(with_runs))

    def sources(self) -> dict[str, int]:
        """How many runs of the artefact each source of reference runs holds."""
        return {} if self.reference is None else self.reference.count_by_source(self.artefact.rows)

    def is_stale(self, source: str) -> bool:
        """Whether the code of a run of that source is known to be another than that of today."""
        return self.reference.is_stale(self.artefact.rows, source)

    def _searched(self, rows: Sequence[RowRecord], runs: pd.DataFrame) -> Searched:
        return Searched(self.artefact.positions, runs.assign(learned=learned_by_run(runs, rows)))


def write_computed(
    artefact: ArtefactRecord, where: str, searched: Sequence[SearchedArtefact], destination: Path
) -> None:
    """Write the tidy data of an artefact whose probe is computed from its rows.

    Args:
        artefact: of the plan.
        where: the plan and the study, for the sentence of an error.
        searched: the artefacts that the probe reads; none where it reads no others.
        destination: the file to write, beside the runs of these artefacts.

    Raises:
        InputError: there is no such probe, or what the probe says of its arguments.
    """
    if searched:
        table = searched_table(artefact, where, searched, destination.parent)
    else:
        table = computed_table(artefact, where)
    table.to_csv(destination, index=False)


def searched_table(
    artefact: ArtefactRecord, where: str, searched: Sequence[SearchedArtefact], folder: Path
) -> pd.DataFrame:
    """The tidy data of an artefact whose probe reads others: what it finds in today's runs, and in
    the columns ``reference_*`` what it finds in reference runs.

    A row shows what is found in the source of the strongest evidence that holds every run which its
    search compares, of several such that with the most runs. It is stale where any run of the
    artefacts that are read is.

    Args:
        artefact: its entry in plan.json.
        where: the plan and the study, for the sentence of an error.
        searched: the artefacts that the probe names.
        folder: that of the study's results, with the runs of these artefacts.

    Raises:
        InputError: a file of runs is absent, or what the probe says of its arguments.
    """
    today = _found(artefact, where, {each.id: each.today(folder) for each in searched})
    kept: list[dict[str, Any]] = [{} for _ in artefact.rows]
    # The strongest comes last, and stays.
    for source, rung in _from_weakest(searched):
        found = _found(artefact, where, {each.id: each.kept(source) for each in searched})
        common = {
            "diverged": 0,
            "source": source,
            "stale": any(each.is_stale(source) for each in searched),
            "evidence": rung.evidence,
        }
        for number, row in enumerate(found.to_dict("records")):
            if row["status"] == FINISHED and pd.notna(row["mean"]):
                numbers = {name: row[name] for name in NUMBERS}
                kept[number] = {**numbers, "runs": row["n"], **common}
    columns = with_whole_numbers(pd.DataFrame(kept, today.index, COLUMNS), COUNTS)
    return today.join(columns.add_prefix("reference_"))


def _found(artefact: ArtefactRecord, where: str, searched: Mapping[str, Searched]) -> pd.DataFrame:
    return computed_table(artefact, where, lambda: searched)


def _from_weakest(searched: Sequence[SearchedArtefact]) -> list[tuple[str, Rung]]:
    """The sources that hold runs of some artefacts, by their evidence and their number of runs."""
    held: dict[str, int] = {}
    rungs: dict[str, Rung] = {}
    for each in searched:
        for source, number in each.sources().items():
            held[source] = held.get(source, 0) + number
            rungs[source] = each.reference.rung_of_source(source)
    ordered = sorted(held, key=lambda source: (strength(rungs[source]), held[source], source))
    return [(source, rungs[source]) for source in ordered]
