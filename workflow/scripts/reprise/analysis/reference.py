"""Reference runs: what real hardware gave, kept below ``reference/<scale>-<data>-<hardware>/``.

Each folder holds ``metrics.csv``, one row per run, and ``histories/<name>.csv.gz``, the history of
the run whose column ``history`` has that name.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain, compress
from math import isfinite, nan
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from reprise.analysis.courses import course_of, course_of_row
from reprise.analysis.kept_runs import KeptRuns, numbers_in, rung_of_runs
from reprise.analysis.learning import Guessing
from reprise.analysis.measures import at_scale, measure_curve, reported_values
from reprise.analysis.statistics.prediction import prediction_of_row
from reprise.errors import InputError
from reprise.studies.artefact_records import Extent, RowRecord
from reprise.studies.measure_forms import DIFFERENCES, Measure, Metric, depends_on_report
from reprise.studies.run_folders import TRAINED, kind_of
from reprise.studies.rungs import Rung, strength
from reprise.studies.statuses import DIVERGED, ENDED, FINISHED

HISTORIES = "histories"

Name = TypeVar("Name")
Fingerprints = Mapping[str, Collection[str]]


class Reference:
    """All runs below one folder, by the published cell that each of them ran.

    Args:
        runs: of that folder.
        folder: the folder above those of the runs.
        fingerprints: those that runs of today's code may have, by the id of the published cell.
    """

    def __init__(self, runs: KeptRuns, folder: Path, fingerprints: Fingerprints) -> None:
        self._runs = runs
        self.table = runs.table
        self.folder = folder
        self.fingerprints = fingerprints
        self.histories = ReferenceHistories(folder)
        self.rung_of_source = runs.rung_of_source

    def of_row(self, row: RowRecord, metric: Metric) -> dict[str, Any]:
        """Mean, sample sd, median, n, prediction interval, source, staleness and course of the
        finished reference runs of a row, how many of them are better than guessing, how many runs
        ended, and how many of these diverged.

        Nothing where there are none. Sources are never mixed: where several hold the cell, that
        of the strongest evidence counts, then that with the most epochs (the closest to what was
        published), then one in float32, then that with the most runs. Runs that diverged count for
        their source, and give no number. A row is stale where a run's code was another than that of
        today.

        Args:
            row: a row of plan.json.
            metric: what the row shows.
        """
        places = self._runs.places_of(row, ENDED)
        # Most rows have no run, and pandas would take as long to find none.
        if not places:
            return {}
        ended = self._with_values(places, row, metric)
        tells = np.isfinite(ended["value"]) | ended["diverged"]
        telling = ended[tells]
        source = self._runs.source_of(list(compress(places, tells)))
        if source is None:
            return {}
        chosen = telling[telling["source"] == source]
        values = chosen["value"].dropna().to_numpy()
        low, high = prediction_of_row(values, row) or (None, None)
        return {
            "reference_mean": float(values.mean()) if len(values) else None,
            "reference_median": float(np.median(values)) if len(values) else None,
            "reference_low": low,
            "reference_high": high,
            "reference_std": float(values.std(ddof=1)) if len(values) > 1 else None,
            "reference_n": len(values),
            "reference_runs": int((ended["source"] == source).sum()),
            "reference_diverged": int(chosen["diverged"].sum()),
            "reference_source": source,
            "reference_stale": self._is_stale(chosen),
            "reference_course": self._course(chosen),
            "reference_learned": self._learned(chosen, row),
            "reference_evidence": rung_of_runs(chosen).evidence,
        }

    def _with_values(self, places: list[int], row: RowRecord, metric: Metric) -> pd.DataFrame:
        """Some runs of a row that ended, with the columns ``diverged`` and ``value``, the metric or
        nan."""
        runs = [self._runs.records[place] for place in places]
        diverged = [run["status"] == DIVERGED for run in runs]
        values = [
            np.nan if lost else self._value(run, row, metric)
            for lost, run in zip(diverged, runs, strict=True)
        ]
        ended = self.table.iloc[places]
        return ended.assign(value=np.array(values, float), diverged=diverged)

    def fullest_source(self, rows: Iterable[RowRecord], rung: Rung | None = None) -> str | None:
        """Of the sources of the strongest evidence that holds any, the one that holds the most of
        some rows, among equals that from which the most are shown, then by name; None where none
        holds any.

        Args:
            rows: of plan.json.
            rung: that of the sources to look in; all without it.
        """
        held, shown = Counter(), Counter()
        for row in rows:
            places = [
                place
                for place in self._runs.places_of(row, ENDED)
                if rung is None or self.rung_of_source(self._runs.sources[place]) is rung
            ]
            held.update({self._runs.sources[place] for place in places})
            shown[self._runs.source_of(places)] += 1
        evidence = {source: strength(self.rung_of_source(source)) for source in held}
        return max(
            sorted(held),
            key=lambda source: (evidence[source], held[source], shown[source]),
            default=None,
        )

    def provenance_of(self, rows: Iterable[RowRecord], source: str) -> dict[str, str]:
        """Scale, data set, data variant and seeds of the runs of some rows from one source, each
        separated by spaces; what was not written down is left out."""
        runs = self.runs_from(rows, source)
        columns = {name: name for name in ("scale", "dataset", "data_variant")} | {"seeds": "seed"}
        return {
            name: " ".join(str(value) for value in sorted(runs[column].dropna().unique()))
            for name, column in columns.items()
            if column in runs
        }

    def runs_from(self, rows: Iterable[RowRecord], source: str) -> pd.DataFrame:
        """What metrics.csv says of the runs of some rows from one source that ended, one that
        several rows show once."""
        runs = self._runs_of_all(rows)
        return runs[runs["source"] == source]

    def count_by_source(self, rows: Iterable[RowRecord]) -> dict[str, int]:
        """How many runs of some rows ended, by source; one that several rows show counts once."""
        return self._runs_of_all(rows)["source"].value_counts().to_dict()

    def is_stale(self, rows: Iterable[RowRecord], source: str) -> bool:
        """Whether the code of a run of some rows from one source is known to be another than that
        of today."""
        return self._is_stale(self.runs_from(rows, source))

    def count_runs(self, rows: Iterable[RowRecord]) -> Counter[str]:
        """How many runs of some rows ended, by the name of their rung; one that several rows show
        counts once."""
        counted: Counter[str] = Counter()
        for source, number in self.count_by_source(rows).items():
            counted[self.rung_of_source(source).name] += number
        return counted

    def keeps_run_at(self, row: RowRecord, rung: str) -> bool:
        """Whether a run of a row ended on a rung of this name, of whatever seed."""
        sources = {self._runs.sources[place] for place in self._runs.places_of(row, ENDED)}
        return any(self.rung_of_source(source).name == rung for source in sources)

    def keeps_history(self, key: str) -> bool:
        """Whether the history of a run is kept; ``key`` is its folder in ``runs_of_row``."""
        return key in self.histories

    def runs_of_row(
        self, row: RowRecord, source: str
    ) -> tuple[Extent | None, list[dict[str, Any]]]:
        """The runs of a row from one source, as ``collect_runs`` has those of today.

        Args:
            row: a row of plan.json.
            source: the folder of reference runs.

        Returns:
            The epochs, published and run (None without a cell), and for each finished or diverged
            run its seed, status, folder (its key in ``histories``) and numbers, those of the epochs
            that the row reports.
        """
        ended = [self._runs.records[place] for place in self._runs.places_of(row, ENDED)]
        runs = [run for run in ended if run["source"] == source]
        planned = numbers_in(runs, "planned_epochs")
        epochs = replace(row.epochs, run=int(max(planned))) if planned else row.epochs
        return epochs, [self._as_collected(run, row) for run in runs]

    def _as_collected(self, run: Mapping[str, Any], row: RowRecord) -> dict[str, Any]:
        numbers = {
            name: value
            for name, value in run.items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        }
        # Of a run without a history the name tells it from others, and is that of no file.
        name = run["history"] if isinstance(run.get("history"), str) else run.get("folder")
        folder = f"{run['source']}/{name}"
        if run["status"] == FINISHED and not row.report.is_last:
            numbers |= reported_values(self.histories[folder], row.report)
        own = {"seed": int(run["seed"]), "status": run["status"], "folder": folder}
        return {**numbers, **own}

    def _runs_of_all(self, rows: Iterable[RowRecord]) -> pd.DataFrame:
        """The runs of some rows that ended, each once."""
        places = chain.from_iterable(self._runs.places_of(row, ENDED) for row in rows)
        return self.table.iloc[list(dict.fromkeys(places))]

    def _value(self, run: Mapping[str, Any], row: RowRecord, metric: Metric) -> float:
        """What a run gives of a metric; nan where it does not have it."""
        if isinstance(metric, Measure):
            history = self._history(run)
            ratio = run.get("planned_epochs", run["epochs"]) / row.epochs.published
            return np.nan if history is None else measure_curve(at_scale(metric, ratio), history)
        numbers: Mapping[str, Any] = run
        if depends_on_report(metric) and not row.report.is_last:
            history = self._history(run)
            numbers = {} if history is None else reported_values(history, row.report)
        if metric in DIFFERENCES:
            first, second = DIFFERENCES[metric]
            return numbers.get(first, np.nan) - numbers.get(second, np.nan)
        return numbers.get(metric, np.nan)

    def _learned(self, runs: pd.DataFrame, row: RowRecord) -> int | None:
        """How many finished runs are better than guessing; None where they do not tell."""
        finished = runs[runs["status"] == FINISHED].to_dict("records")
        guessing = Guessing.of(on_data_of(finished, row))
        return guessing and guessing.beaten_by(finished)

    def _course(self, runs: pd.DataFrame) -> str | None:
        """The ways that the finished training runs of a row went; None where one is not known."""
        finished = runs[runs["status"] == FINISHED]
        # The points of a probe are no history of epochs.
        if "folder" not in finished or not (finished["folder"].map(kind_of) == TRAINED).all():
            return None
        histories = [self._history(run) for run in finished.to_dict("records")]
        courses = [None if history is None else course_of(history) for history in histories]
        return course_of_row(pd.Series(courses, dtype=object))

    def _is_stale(self, runs: pd.DataFrame) -> bool:
        """Whether the code of a run is known to be another than that of today."""
        if "fingerprint" not in runs:
            return False
        found = zip(runs["published"], runs["fingerprint"], strict=True)
        return any(code not in self.fingerprints.get(cell, [code]) for cell, code in found)

    def _history(self, run: Mapping[str, Any]) -> pd.DataFrame | None:
        name = run.get("history")
        return self.histories[f"{run['source']}/{name}"] if isinstance(name, str) else None


class ReferenceHistories:
    """The histories of reference runs by ``<source>/<name>``, each read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, pd.DataFrame] = {}

    def __contains__(self, key: str) -> bool:
        """Whether the history of a run is kept."""
        return self.path_of(key).is_file()

    def __getitem__(self, key: str) -> pd.DataFrame:
        if key not in self._read:
            what = "the history of a reference run"
            self._read[key] = _read(self.path_of(key), what, ["epoch"])
        return self._read[key]

    def path_of(self, key: str) -> Path:
        """The file of a history."""
        source, _, name = key.partition("/")
        return self.folder / source / HISTORIES / f"{name}.csv.gz"


def read_reference(folder: Path, fingerprints: Fingerprints | None = None) -> Reference | None:
    """All ``<folder>/*/metrics.csv``; None where there are none.

    Args:
        folder: the folder above those of the reference runs.
        fingerprints: those that runs of today's code may have, by the id of the published cell that
            is trained or probed; a run of a cell that is not named is never stale.

    Raises:
        InputError: a file is no table with the columns published and status.
    """
    return read_references(folder, {None: fingerprints or {}})[None]


def read_references(
    folder: Path, fingerprints: Mapping[Name, Fingerprints]
) -> dict[Name, Reference | None]:
    """The same for each artefact of a study, by the fingerprints of each."""
    folder = Path(folder)
    tables = [
        _read(path, "the metrics of reference runs", ["published", "status"]).assign(
            source=path.parent.name
        )
        for path in sorted(folder.glob("[!.]*/metrics.csv"))
    ]
    if not tables:
        return dict.fromkeys(fingerprints)
    runs = KeptRuns(pd.concat(tables, ignore_index=True))
    return {
        name: Reference(runs, folder, of_artefact) for name, of_artefact in fingerprints.items()
    }


def on_data_of(runs: Sequence[Mapping[str, Any]], row: RowRecord) -> RowRecord:
    """A row of plan.json as if it had been run as some reference runs were: on data of as many
    classes and test images, those published where they do not say."""
    if row.data is None:
        return row
    said = {
        name: int(min(numbers))
        for name in ("classes", "test_images")
        if (numbers := [run[name] for run in runs if isfinite(run.get(name, nan))])
    }
    return replace(row, data=replace(row.data, run=replace(row.data.published, **said)))


def _read(path: Path, what: str, needed: list[str]) -> pd.DataFrame:
    text = dict.fromkeys(("published", "status", "fingerprint", "history"), str)
    try:
        table = pd.read_csv(path, dtype=text)
    except (OSError, ValueError, EOFError) as error:
        raise InputError(
            f"{path} should hold {what}, but cannot be read "
            f"({type(error).__name__}): restore it from version control"
        ) from None
    if lacking := [name for name in needed if name not in table]:
        raise InputError(
            f"{path} should have the column {lacking[0]!r}, but has {', '.join(table.columns)}: "
            "restore it from version control"
        )
    return table
