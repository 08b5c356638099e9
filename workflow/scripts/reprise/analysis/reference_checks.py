"""Whether kept reference runs are what today's code gives: a sample of them, run again.

A kept run is stale when its fingerprint is not that of today's code. Most changes of code change no
result. Training a few epochs again shows that in minutes, where only hours of training could renew
the run: from the same weights, data order and augmentation the same code takes the same steps.
Probes are short, and are run again whole.
"""

import gzip
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from reprise.analysis.records import read_history, read_record
from reprise.analysis.reference import HISTORIES, Reference
from reprise.data.integrity import write_whole
from reprise.studies.measure_forms import known_reported_series
from reprise.studies.run_folders import HISTORY, is_trained
from reprise.studies.scores import score_of
from reprise.training.history import TIMING_COLUMNS

# A kept run stands in a row of metrics.csv, and a checked one in a row of this file beside it.
CHECKS = "checks.csv"
IDENTICAL, WITHIN, DIFFERENT = "identical", "within the tolerance", "different"
# What the last digits of a run depend on beside cell, code and data.
MACHINE = ("device_name", "threads", "torch")
RELATIVE_LOSS = 0.02
ACCURACY_POINTS = 2.0
"""How far the means of the compared epochs may lie apart where the machines differ: of a loss or a
score without a unit, and of a share in percent."""


@dataclass(frozen=True)
class Kept:
    """A kept run of today's plan.

    Attributes:
        source: the folder of reference runs that keeps it.
        folder: of the run, below a results folder.
        fingerprint: of the code that made it.
        today: the fingerprint of today's code.
        seconds: by the clock, that an epoch took.
        stands_for: runs of the source with the same two fingerprints, itself among them.
    """

    source: str
    folder: str
    fingerprint: str
    today: str
    seconds: float
    stands_for: int = 1

    @property
    def is_stale(self) -> bool:
        """Whether other code than today's made the run."""
        return self.fingerprint != self.today

    @property
    def repeated_in(self) -> str:
        """The folder of the run that it is compared with, below that of the scale's results: the
        first epochs of a cell, by code, or the probe's run of today."""
        return f"checks/{self.today}/{self.folder}" if is_trained(self.folder) else self.folder


@dataclass(frozen=True)
class Repetition:
    """How far a run trained again lies from the kept one over the epochs that both have.

    Attributes:
        outcome: identical (to the last digit that is kept), within the tolerance, or different.
        epochs: compared, from the first; of a probe, its points.
        loss: the largest relative difference of a mean loss; nan of a probe.
        accuracy: the largest difference of a mean accuracy, in percentage points; nan of a probe.
    """

    outcome: str
    epochs: int
    loss: float
    accuracy: float


def kept_runs(reference: Reference, scale: str, fingerprints: Mapping[str, str]) -> list[Kept]:
    """The kept runs of a scale that today's plan asks for.

    Args:
        fingerprints: of today's code, by the folder of the run.
    """
    table = reference.table
    asked = table[
        (table["scale"] == scale) & table["folder"].isin(fingerprints) & table["history"].notna()
    ]
    code = asked.assign(today=asked["folder"].map(fingerprints))
    alike = code.groupby(["source", "fingerprint", "today"])["folder"].transform("size")
    seconds = code["wall_seconds"] / code["epochs"]
    columns = zip(
        *(code[name] for name in ("source", "folder", "fingerprint", "today")),
        seconds,
        alike,
        strict=True,
    )
    return [Kept(*run) for run in columns]


def cheapest_runs(kept: Sequence[Kept]) -> list[Kept]:
    """The cheapest run of every source and version of the code that is stale, and the cheapest
    trained one of every source without stale runs: each of them speaks for the others."""
    with_stale = {run.source for run in kept if run.is_stale}
    groups: dict[tuple[str, ...], list[Kept]] = {}
    for run in kept:
        if run.is_stale:
            groups.setdefault((run.source, run.fingerprint, run.today), []).append(run)
        elif run.source not in with_stale and is_trained(run.folder):
            groups.setdefault((run.source,), []).append(run)
    return [min(group, key=lambda run: (run.seconds, run.folder)) for group in groups.values()]


def compare(kept: pd.DataFrame, trained: pd.DataFrame, same_machine: bool) -> Repetition:
    """Compare the first epochs of two histories of one cell.

    On the same kind of machine they have to be equal, timing columns aside. On others rounding
    differs, and training amplifies it; there the means over the epochs may differ by 2 % of a loss
    or of a score without a unit, and by 2 points of a score in percent, such as accuracy.

    Args:
        kept, trained: histories, one row an epoch.
        same_machine: whether processor or GPU, threads and PyTorch were the same.
    """
    epochs = min(len(kept), len(trained))
    columns = [name for name in trained.columns if name not in TIMING_COLUMNS and name in kept]
    first, second = kept[columns][:epochs], trained[columns][:epochs]
    means = {name: (first[name].mean(), second[name].mean()) for name in columns}
    measured = [name for name in columns if name in known_reported_series()]
    shares = [name for name in measured if (score := score_of(name)) and score.unit == "%"]
    loss = max((_relative(*means[name]) for name in measured if name not in shares), default=0.0)
    accuracy = max((abs(np.diff(means[name])[0]) for name in shares), default=0.0)
    planned = [name for name in columns if name not in measured]
    if np.array_equal(first.to_numpy(float), second.to_numpy(float), equal_nan=True):
        outcome = IDENTICAL
    elif same_machine or not np.allclose(first[planned], second[planned], rtol=1e-8):
        outcome = DIFFERENT
    else:
        near = loss <= RELATIVE_LOSS and accuracy <= ACCURACY_POINTS
        outcome = WITHIN if near else DIFFERENT
    return Repetition(outcome, epochs, float(loss), float(accuracy))


def compare_points(kept: bytes, repeated: bytes) -> Repetition:
    """Compare the points of two runs of a probe, as text with a line of columns first.

    They are numbers of any kind, or images, and have to be equal.
    """
    outcome = IDENTICAL if kept == repeated else DIFFERENT
    return Repetition(outcome, len(repeated.splitlines()) - 1, np.nan, np.nan)


def check_reference(
    reference: Reference | None, scale: str, fingerprints: Mapping[str, str], results: Path
) -> Iterator[str]:
    """Compare the sample of a scale's kept runs with what was run again, write the checks down and
    refresh the fingerprints of runs that are still true.

    Args:
        fingerprints: of today's code, by the folder of the run.
        results: the scale's results, with what was run again.

    Yields:
        A sentence for each run of the sample.
    """
    kept = [] if reference is None else kept_runs(reference, scale, fingerprints)
    if not kept:
        yield (
            f"reference/ keeps no run at scale {scale} that this configuration asks for: "
            "give --configfile with the copies of the data that the runs were made with"
        )
    sample = cheapest_runs(kept)
    if kept and not sample:
        yield (
            f"reference/ keeps only probes of today's code at scale {scale}: nothing was run again"
        )
    for run in sample:
        check = _checked(reference, run, results)
        where = f"reference/{run.source}: {run.folder}"
        if check is None:
            yield f"{where}: not compared, since the data has another checksum"
            continue
        record_check(reference.folder / run.source, run, check)
        yield f"{where}: {_said_of(run, check)}"


def _checked(reference: Reference, run: Kept, results: Path) -> dict[str, Any] | None:
    """The row of ``checks.csv``; None where the data is not that of the kept run."""
    table = reference.table
    row = table[table["source"].eq(run.source) & table["folder"].eq(run.folder)].iloc[-1]
    repeated = results / run.repeated_in
    provenance = read_record(repeated).content["provenance"]
    if provenance["data"]["sha256"] != row["data_sha256"]:
        return None
    machine = {name: provenance[name] for name in MACHINE}
    same = all(str(row[name]) == str(value) for name, value in machine.items())
    if is_trained(run.folder):
        history = reference.histories[f"{run.source}/{row['history']}"]
        repetition = compare(history, read_history(repeated), same)
    else:
        points = _kept_points(reference.folder / run.source, row["history"])
        repetition = compare_points(points, (repeated / HISTORY).read_bytes())
    return {
        "folder": run.folder,
        "outcome": repetition.outcome,
        "epochs": repetition.epochs,
        "relative_loss_difference": f"{repetition.loss:.3g}",
        "accuracy_difference": f"{repetition.accuracy:.3g}",
        "fingerprint_before": run.fingerprint,
        "fingerprint": run.today,
        "runs": run.stands_for,
        **machine,
        "commit": provenance["commit"],
        "checked_at": provenance["finished_at"],
    }


def _kept_points(folder: Path, history: str) -> bytes:
    return gzip.decompress((folder / HISTORIES / f"{history}.csv.gz").read_bytes())


def _said_of(run: Kept, check: Mapping[str, Any]) -> str:
    compared = "first {} epochs" if is_trained(run.folder) else "{} points"
    said = f"the {compared.format(check['epochs'])} are {check['outcome']}"
    if check["outcome"] == WITHIN:
        said += " for other machines"
    if check["outcome"] != IDENTICAL and is_trained(run.folder):
        said += (
            f" (mean losses within {float(check['relative_loss_difference']):.2%}, mean accuracies "
            f"within {check['accuracy_difference']} points)"
        )
    if not run.is_stale:
        return f"{said}; made by today's code"
    alone = run.stands_for == 1
    runs = "the run" if alone else f"all {run.stands_for} runs of that code"
    if check["outcome"] == DIFFERENT:
        return f"{said}; {runs} stay{'s' if alone else ''} stale"
    return f"{said}; {runs} {'is' if alone else 'are'} stale no more"


def record_check(folder: Path, run: Kept, check: Mapping[str, Any]) -> None:
    """Write a check down beside the kept runs, and give those that it speaks for the fingerprint of
    today's code, unless it found them different.

    Args:
        folder: that of the kept runs.
    """
    path = folder / CHECKS
    rows = pd.DataFrame([check], dtype=str)
    if path.exists():
        rows = pd.concat([pd.read_csv(path, dtype=str), rows], ignore_index=True)
    write_whole(path, rows.to_csv(index=False, lineterminator="\n"))
    if check["outcome"] == DIFFERENT or not run.is_stale:
        return
    metrics = folder / "metrics.csv"
    table = pd.read_csv(metrics, dtype=str, keep_default_na=False)
    table.loc[table["fingerprint"].eq(run.fingerprint), "fingerprint"] = run.today
    write_whole(metrics, table.to_csv(index=False, lineterminator="\n"))


def _relative(first: float, second: float) -> float:
    return abs(first - second) / max(abs(first), abs(second), 1e-12)
