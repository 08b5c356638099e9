"""What was run of a study: how much is kept, on which data and hardware, of which code."""

from collections.abc import Iterable

import pandas as pd

from pages.kept import KeptStudy
from pages.markdown import code, paragraphs, plain, table
from reprise.analysis.reference_checks import CHECKS
from reprise.rendering.methods import arms_method
from reprise.rendering.numbers import count, listed, ranges, span
from reprise.rendering.overview import short_commit
from reprise.studies.cell import FLOAT32
from reprise.studies.run_folders import is_trained
from reprise.studies.rungs import RUNGS
from reprise.studies.statuses import DIVERGED

HEADS = ("folder of `reference/`", "rung", "runs", "epochs", "data", "seeds", "hardware",
         "PyTorch", "finished", "commits")  # fmt: skip


def runs_a_seed(kept: KeptStudy) -> int:
    """How many runs the study asks for at published length with one seed, each counted once."""
    return len({folder for row in kept.rows for folder in row.folders.values()})


def runs_section(kept: KeptStudy) -> str:
    """How many runs are kept, and a table of where they come from."""
    return paragraphs("## What was run", _amounts(kept), _sources(kept), _arms(kept))


def runs_by_rung(kept: KeptStudy) -> dict[str, int]:
    """How many runs are kept on each rung that has some, by its name."""
    counted = kept.reference.count_runs(kept.rows) if kept.reference else {}
    return {name: counted[name] for name in RUNGS if counted.get(name)}


def _amounts(kept: KeptStudy) -> str:
    asked = (
        f"The {count(len(kept.study.artefacts), 'table and figure', 'tables and figures')} of the "
        f"study ask for {count(runs_a_seed(kept), 'run')} per seed at published length."
    )
    found = [f"{count(number, 'run')} at {code(rung)}" for rung, number in
             runs_by_rung(kept).items()]  # fmt: skip
    if not found:
        return f"{asked} None is kept yet."
    return (
        f"{asked} The project keeps {listed(found)}, over all seeds and number formats. Of the "
        f"{count(runs_a_seed(kept), 'run')} per seed, {covered(kept, 'paper')} have a kept run at "
        "published length."
    )


def covered(kept: KeptStudy, rung: str) -> int:
    """How many of the runs of one seed have a kept run on a rung, of whatever seed."""
    if kept.reference is None:
        return 0
    rows = (row for row in kept.rows if kept.reference.keeps_run_at(row, rung))
    return len({folder for row in rows for folder in row.folders.values()})


def _sources(kept: KeptStudy) -> str:
    if kept.reference is None:
        return ""
    known = [
        (source, runs)
        for source in sorted(kept.reference.table["source"].unique())
        if len(runs := kept.reference.runs_from(kept.rows, source))
    ]
    checked = [_checked(kept, source, runs) for source, runs in known]
    return paragraphs(
        table(HEADS, (_source_fields(kept, source, runs) for source, runs in known)),
        " ".join(filter(None, checked)),
    )


def _source_fields(kept: KeptStudy, source: str, runs: pd.DataFrame) -> list[str]:
    known = runs.reindex(columns=["data_variant", "precision", "device_name", "threads", "torch",
                                  "finished_at", "commit", "epochs"])  # fmt: skip
    diverged = int((runs["status"] == DIVERGED).sum())
    data = sorted({f"{name} ({variant})" for name, variant in
                   zip(runs["dataset"], known["data_variant"], strict=True)})  # fmt: skip
    formats = sorted(set(known["precision"].dropna()) - {FLOAT32})
    days = sorted(day[:10] for day in known["finished_at"].dropna())
    return [
        code(source) + (f" (in {listed(formats)})" if formats else ""),
        code(kept.reference.rung_of_source(source).name),
        f"{len(runs)}" + (f" ({diverged} diverged)" if diverged else ""),
        span(known["epochs"].dropna()),
        plain(listed(data)),
        ranges(runs["seed"].dropna().astype(int)),
        plain(listed(_hardware(known))),
        plain(listed(sorted(set(known["torch"].dropna())))),
        " to ".join(dict.fromkeys((days[0], days[-1]))) if days else "",
        ", ".join(sorted({code(short_commit(commit)) for commit in known["commit"].dropna()})),
    ]


def _hardware(runs: pd.DataFrame) -> Iterable[str]:
    """Devices with their threads, the most used first."""
    counted = runs.groupby(["device_name", "threads"]).size().sort_values(ascending=False)
    return [f"{device}, {count(int(threads), 'thread')}" for device, threads in counted.index]


def _checked(kept: KeptStudy, source: str, runs: pd.DataFrame) -> str:
    """How many runs were run again, and what came of it."""
    path = kept.folder / source / CHECKS
    if not path.is_file():
        return ""
    # A run may have been checked several times; the last one counts.
    checks = pd.read_csv(path).drop_duplicates("folder", keep="last")
    own = checks[checks["folder"].isin(runs["folder"])]
    trained = own["folder"].map(is_trained).astype(bool)
    said = []
    if trained.any():
        epochs = count(int(own["epochs"][trained].max()), "epoch")
        runs_again = f"{count(int(trained.sum()), 'run')} trained again for {epochs}"
        said.append(f"{runs_again} ({_outcomes(own[trained])})")
    if not trained.all():
        probes = count(
            int((~trained).sum()), "range test or other probe", "range tests or other probes"
        )
        said.append(f"{probes} run again whole ({_outcomes(own[~trained])})")
    return f"Checked against later code, of {code(source)}: {listed(said)}." if said else ""


def _outcomes(checks: pd.DataFrame) -> str:
    outcomes = checks["outcome"].value_counts().sort_index()
    return listed(f"{number} {outcome}" for outcome, number in outcomes.items())


def _arms(kept: KeptStudy) -> str:
    several = any(len(artefact.arms) > 1 for artefact in kept.study.artefacts)
    return plain(arms_method().text) if several else ""
