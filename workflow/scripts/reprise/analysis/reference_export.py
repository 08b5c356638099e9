"""Keeps finished runs as reference runs: metrics, compressed histories and provenance.

A run that is kept already is replaced by the newer one of the same cell, data and hardware. Where
the two disagree, the code changed a result: the older one goes to ``superseded.csv`` beside the
others, with its history, and the report says so.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from reprise.analysis.cell_metrics import PROVENANCE
from reprise.analysis.records import precision_of, read_history, read_record
from reprise.analysis.reference import HISTORIES
from reprise.analysis.reference_checks import DIFFERENT, MACHINE, compare
from reprise.data.integrity import write_whole
from reprise.errors import InputError
from reprise.studies.cell import FLOAT32
from reprise.studies.plan_storage import read_plan
from reprise.studies.run_folders import HISTORY, METRICS, PROBED, TRAINED, is_trained, kind_of
from reprise.studies.rungs import Rung, rung_named
from reprise.studies.statuses import ENDED

# Points of a probe may be images, which are no history.
LARGEST_HISTORY_BYTES = 500_000
KEY = ["folder", "data_sha256"]
# Two rows of which these are equal are one and the same run.
IDENTITY = ["commit", "finished_at"]
SUPERSEDED = "superseded.csv"


def export_reference(results: Path, destination: Path) -> dict[str, int]:
    """Add the finished and diverged runs of a scale to the reference runs.

    Runs are kept apart by data set, data variant, hardware and number format, in folders
    ``<scale>-<data>-<hardware>``, with the format at the end unless it is float32. All processors
    are one hardware, since they differ as seeds do; each run names its own. A run that is
    there already is replaced, and kept apart where the new one disagrees with it; all others stay.
    A run that is exported again keeps the fingerprint that a check of later code gave it.

    Args:
        results: the results folder of the scale; its name is the scale's.
        destination: the folder above those of the reference runs.

    Returns:
        Runs added or replaced, by the name of their folder.

    Raises:
        InputError: a file of a run is truncated, or a run that another machine made does not say
            of which commit.
    """
    rung = _rung_of(results)
    by_folder: dict[str, list[dict[str, Any]]] = {}
    for folder, content in _ended_runs(results):
        _check_commit(results / folder, content["provenance"])
        run = _row(folder, content, results.name, rung.name)
        name = _folder_name(results.name, run)
        _set_apart(destination / name, run, results / folder)
        run["history"] = _keep_history(results / folder, destination / name, run)
        by_folder.setdefault(name, []).append(run)
    for name, runs in by_folder.items():
        _merge(runs, destination / name)
    return {name: len(runs) for name, runs in by_folder.items()}


def of_other_code(results: Path, fingerprints: Mapping[str, str]) -> list[str]:
    """The folders of runs that ended and were made by another version of the code.

    Args:
        results: the results folder of the scale.
        fingerprints: of today's code, by folder. Of other folders nothing is known.
    """
    return [
        folder
        for folder, content in _ended_runs(results)
        if fingerprints.get(folder, content["fingerprint"]) != content["fingerprint"]
    ]


def _check_commit(folder: Path, provenance: Mapping[str, Any]) -> None:
    """A run that came from elsewhere is worth nothing later without its code."""
    if provenance.get("runner") and not provenance.get("commit"):
        raise InputError(
            f"{folder}: expected the commit of the code that made this run, found none: set "
            "REPRISE_COMMIT on the machine that runs it, as docs/elsewhere.md says, or remove this "
            "folder"
        )


def _rung_of(results: Path) -> Rung:
    """The rung of a scale, by its name where there is no plan that tells."""
    try:
        return read_plan(results).rung
    except InputError:
        return rung_named(results.name)


def _ended_runs(results: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind in (TRAINED, PROBED):
        for path in sorted((results / kind).rglob(METRICS)):
            record = read_record(path.parent)
            if record.status in ENDED:
                yield path.parent.relative_to(results).as_posix(), record.content


def _row(folder: str, content: dict[str, Any], scale: str, rung: str) -> dict[str, Any]:
    provenance, cell = content["provenance"], content["cell"]
    data = provenance["data"]
    numbers = {
        name: value
        for name, value in content.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    return {
        "folder": folder,
        "published": content["published"],
        "fingerprint": content["fingerprint"],
        "scale": scale,
        "rung": rung,
        "seed": cell["seed"],
        "status": content["status"],
        "planned_epochs": cell["epochs"],
        "dataset": data["name"],
        "data_variant": data["variant"],
        "data_sha256": data["sha256"],
        "classes": data.get("classes"),
        "test_images": data.get("test_images") or cell.get("test_images"),
        "precision": precision_of(content),
        **{name: provenance.get(name) for name in (*PROVENANCE, "cuda")},
        **numbers,
    }


def _folder_name(scale: str, run: dict[str, Any]) -> str:
    data = _slug(f"{run['dataset']} {run['data_variant']}")
    # Processors and numbers of threads differ in the last digits alone, as seeds do.
    hardware = "cpu" if run["device"] == "cpu" else _slug(run["device_name"])
    precision = f"-{_slug(run['precision'])}" if run["precision"] != FLOAT32 else ""
    return f"{scale}-{data}-{hardware}{precision}"


def _slug(text: str) -> str:
    plain = re.sub(r"\((r|tm)\)|processor|cpu|nvidia", " ", text.lower())
    return "_".join(re.findall(r"[a-z0-9.]+", plain))


def _set_apart(destination: Path, run: dict[str, Any], folder: Path) -> None:
    """Keep the older run of the same cell, data and hardware apart if the new one disagrees."""
    table = _table_of(destination / "metrics.csv")
    for old in table[table["folder"].eq(run["folder"])].to_dict("records"):
        older = destination / HISTORIES / f"{old['history']}.csv.gz"
        same_data = old["data_sha256"] == run["data_sha256"]
        if not (same_data and is_trained(run["folder"]) and older.is_file()):
            continue
        same_machine = all(str(old[name]) == str(run[name]) for name in MACHINE)
        repetition = compare(pd.read_csv(older), read_history(folder), same_machine)
        if repetition.outcome != DIFFERENT:
            continue
        kept = f"{old['history']}-{old['commit'][:10]}"
        write_whole(older.with_name(f"{kept}.csv.gz"), older.read_bytes())
        apart = _table_of(destination / SUPERSEDED)
        row = pd.DataFrame([{**old, "history": kept, "superseded_by": run["commit"]}])
        apart = pd.concat([apart, row], ignore_index=True) if len(apart) else row
        write_whole(destination / SUPERSEDED, _text(apart))


def _table_of(path: Path) -> pd.DataFrame:
    """The runs of a file as text; none where there is no such file."""
    if not path.exists():
        return pd.DataFrame(columns=[*KEY, "history", "commit", *MACHINE], dtype=str)
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def _text(table: pd.DataFrame) -> str:
    return table.to_csv(index=False, lineterminator="\n", float_format="%.9g")


def _keep_history(folder: Path, destination: Path, run: dict[str, Any]) -> str | None:
    content = (folder / HISTORY).read_bytes()
    if len(content) > LARGEST_HISTORY_BYTES:
        return None
    identity = f"{kind_of(run['folder'])} {run['published']} {run['seed']}"
    name = hashlib.sha256(identity.encode()).hexdigest()[:12]
    path = destination / HISTORIES / f"{name}.csv.gz"
    # Without a time, so that equal histories are equal files.
    write_whole(path, gzip.compress(content, mtime=0))
    return name


def _merge(runs: list[dict[str, Any]], folder: Path) -> None:
    table = pd.DataFrame(runs)
    path = folder / "metrics.csv"
    if path.exists():
        checked = _with_checked_fingerprints(table, _table_of(path))
        table = pd.concat([pd.read_csv(path), checked], ignore_index=True)
    table = table.drop_duplicates(KEY, keep="last").sort_values(KEY)
    write_whole(path, _text(table))
    text = json.dumps(_provenance(table), indent=1, ensure_ascii=False)
    write_whole(folder / "provenance.json", text + "\n")


def _with_checked_fingerprints(runs: pd.DataFrame, kept: pd.DataFrame) -> pd.DataFrame:
    """Runs with the fingerprints under which the same ones are kept; ``kept`` holds texts."""

    def identity(run: Mapping[str, Any]) -> tuple[str, ...]:
        values = (run.get(name) for name in (*KEY, *IDENTITY))
        return tuple("" if value is None else str(value) for value in values)

    rows = kept.to_dict("records")
    checked = {identity(row): row["fingerprint"] for row in rows if row.get("fingerprint")}
    found = [checked.get(identity(run), run["fingerprint"]) for run in runs.to_dict("records")]
    return runs.assign(fingerprint=found)


def _provenance(table: pd.DataFrame) -> dict[str, Any]:
    """What is to be said of all runs of a folder."""

    def all_of(column: str) -> list[Any]:
        return sorted(table[column].dropna().unique().tolist())

    return {
        "scale": all_of("scale"),
        "rung": all_of("rung") if "rung" in table else [],
        "hardware": all_of("device_name"),
        "precision": all_of("precision"),
        "threads": all_of("threads"),
        "python": all_of("python"),
        "torch": all_of("torch"),
        "commits": [commit[:10] for commit in all_of("commit")],
        "data": [
            f"{name} ({variant}), SHA-256 {checksum[:12]}"
            for name, variant, checksum in table[["dataset", "data_variant", "data_sha256"]]
            .drop_duplicates()
            .sort_values("dataset")
            .itertuples(index=False)
        ],
        "finished": _days(all_of("finished_at")),
    }


def _days(times: list[str]) -> str:
    """The first and the last day of times such as 2026-11-21T17:51:19Z."""
    days = sorted({time.partition("T")[0] for time in times})
    return days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
