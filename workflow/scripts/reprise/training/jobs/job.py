"""A job on a cell, whatever it computes: what it reads, what it runs on, and where it writes."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reprise.data.integrity import write_whole
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice
from reprise.studies.run_folders import DESCRIPTION, FAILURE, HISTORY, METRICS

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

CHECKPOINTS = {
    "train": "results/{scale}/checkpoints/{variant}-seed{seed}.pt",
    "run_probe": "results/{scale}/checkpoints/{probe}-{variant}-seed{seed}.pt",
}
"""Where the runs of a rule keep their state: no outputs, since those of killed jobs are removed."""

MODULES_OF_A_JOB = ("torch._dynamo", "reprise.training.jobs.cell_job")
"""What a job imports before it can train. Making an optimizer imports the first, which takes as
long as torch itself."""


@dataclass(frozen=True)
class CellFiles:
    """The files of the folder that a job on a cell writes."""

    description: Path
    metrics: Path
    history: Path

    @classmethod
    def within(cls, folder: Path) -> "CellFiles":
        """The files in a folder."""
        return cls(folder / DESCRIPTION, folder / METRICS, folder / HISTORY)

    @property
    def failure(self) -> Path:
        """Written instead of the others when the run fails, for reports of unfinished grids."""
        return self.metrics.with_name(FAILURE)

    def read(self) -> dict[str, str]:
        """The texts of the files, as ``write`` takes them."""
        return {
            "history": self.history.read_text(encoding="utf-8"),
            "description": self.description.read_text(encoding="utf-8"),
            "metrics": self.metrics.read_text(encoding="utf-8"),
        }

    def write(self, history: str, description: str, metrics: str) -> None:
        """Write the files, each of them whole or not at all.

        Raises:
            OSError: one of them cannot be written.
        """
        write_whole(self.history, history)
        write_whole(self.description, description)
        # The last one, since its being there says that the run has ended.
        write_whole(self.metrics, metrics)

    def copy_to(self, other: "CellFiles") -> None:
        """Copy the files. A full disk costs the copy and not the run."""
        try:
            texts = self.read()
            # What is left of an older copy must not be taken for a part of this one.
            other.remove()
            other.write(**texts)
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "damaged"
            print(
                f"no copy of the finished run is kept ({reason}): were its outputs lost, it would "
                "train again"
            )

    def remove(self) -> None:
        """Remove the files that are there, and their folder once it is empty."""
        # The first one, since without it the others say nothing.
        for path in (self.metrics, self.history, self.description):
            path.unlink(missing_ok=True)
        with suppress(OSError):
            self.metrics.parent.rmdir()


def copy_beside(checkpoint: Path) -> CellFiles:
    """The copy of a finished run, beside its checkpoint."""
    return CellFiles.within(checkpoint.with_suffix(".finished"))


@dataclass(frozen=True, kw_only=True)
class Job:
    """One job on a cell.

    Attributes:
        prepared: the prepared data that the cell reads.
        device: "auto", "cpu" or "cuda".
        threads: CPU threads; results on the CPU depend on their number.
        published: the id of the published cell behind the run.
        fingerprint: of the code that runs it.
        probe: that runs on the cell in place of training.
        checkpoint: where a run keeps its state until it ends; it is no declared output, since
            those of a killed job are removed.
        cuda_graphs: whether a GPU replays updates that it has recorded.
        resident_share: of the device's memory, that images may take; more are streamed;
            None: the usual share.
        origin: a digest of what the data were prepared from, for provenance.
        deadline: when a run that keeps its state has to be over, as ``time.time`` counts; None:
            whenever it is.
        runner: what runs the job in place of Snakemake, for provenance.
    """

    cell: Cell
    prepared: Path
    files: CellFiles
    device: str
    threads: int
    published: str
    fingerprint: str
    probe: Choice | None = None
    checkpoint: Path | None = None
    cuda_graphs: bool = False
    resident_share: float | None = None
    origin: str | None = None
    deadline: float | None = None
    runner: str | None = None

    @property
    def identity(self) -> dict[str, Any]:
        """Entries of metrics.json that tie the run of the cell to the plan."""
        probe = {} if self.probe is None else {"probe": self.probe.plain()}
        return {"published": self.published, "fingerprint": self.fingerprint, **probe}

    def plain(self) -> dict[str, Any]:
        """The job as plain data, with a key for each attribute and each of its files."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        del plain["files"]
        return {
            **plain,
            **{name: str(path) for name, path in vars(self.files).items()},
            "cell": self.cell.plain(),
            "prepared": str(self.prepared),
            "probe": None if self.probe is None else self.probe.plain(),
            "checkpoint": None if self.checkpoint is None else str(self.checkpoint),
        }

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Job":
        """The inverse of ``plain``; further keys are passed over."""
        kept = {field.name: plain[field.name] for field in fields(cls) if field.name != "files"}
        read = {
            "cell": Cell.of(plain["cell"]),
            "prepared": Path(plain["prepared"]),
            "probe": None if plain["probe"] is None else Choice.of(plain["probe"]),
            "checkpoint": None if plain["checkpoint"] is None else Path(plain["checkpoint"]),
        }
        files = CellFiles(*(Path(plain[field.name]) for field in fields(CellFiles)))
        return cls(**{**kept, **read}, files=files)


def asked_job(asked: "snakemake") -> Job:
    """The job that Snakemake asks a script for: the training of a cell."""
    output, params = asked.output, asked.params
    checkpoint = params.get("checkpoint")
    return Job(
        cell=Cell.of(json.loads(params.cell)),
        prepared=Path(params.prepared),
        files=CellFiles(Path(output.description), Path(output.metrics), Path(output.history)),
        device=params.device,
        threads=asked.threads,
        published=params.published,
        fingerprint=params.fingerprint,
        checkpoint=None if checkpoint is None else Path(checkpoint),
        cuda_graphs=params.cuda_graphs,
        resident_share=params.resident_share,
        origin=params.origin,
    )
