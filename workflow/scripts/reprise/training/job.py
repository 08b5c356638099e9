"""A job on a cell, whatever it computes: what it reads, what it runs on, and where it writes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reprise.studies.cell import Cell

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


@dataclass(frozen=True)
class CellFiles:
    """The files of the folder that a job on a cell writes."""

    description: Path
    metrics: Path
    history: Path

    @property
    def failure(self) -> Path:
        """Written instead of the others when the run fails, for reports of unfinished grids."""
        return self.metrics.with_name("failure.json")


@dataclass(frozen=True)
class Job:
    """One job on a cell.

    Attributes:
        prepared: the prepared data that the cell reads.
        device: "auto", "cpu" or "cuda".
        threads: CPU threads; results on the CPU depend on their number.
        identity: entries of metrics.json that tie the run to the plan.
        checkpoint: where a run keeps its state until it ends; it is no declared output, since
            those of a killed job are removed.
        cuda_graphs: whether a GPU replays updates that it has recorded.
    """

    cell: Cell
    prepared: Path
    files: CellFiles
    device: str
    threads: int
    identity: Mapping[str, str]
    checkpoint: Path | None = None
    cuda_graphs: bool = False

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Job":
        """A job as ``plain_job`` describes it."""
        files = CellFiles(*(Path(plain[name]) for name in ("description", "metrics", "history")))
        return cls(
            cell=Cell.of(plain["cell"]),
            prepared=Path(plain["prepared"]),
            files=files,
            device=plain["device"],
            threads=plain["threads"],
            identity=plain["identity"],
            checkpoint=Path(plain["checkpoint"]) if plain.get("checkpoint") else None,
            cuda_graphs=plain.get("cuda_graphs", False),
        )


def plain_job(asked: "snakemake") -> dict[str, Any]:
    """The job that Snakemake asks a script for, as plain data."""
    output, params = asked.output, asked.params
    return {
        "cell": json.loads(params.cell),
        "prepared": str(asked.input.prepared),
        "description": str(output.description),
        "metrics": str(output.metrics),
        "history": str(output.history),
        "device": asked.config.get("device", "auto"),
        "threads": asked.threads,
        "identity": {"published": params.published, "fingerprint": params.fingerprint},
        "checkpoint": params.get("checkpoint"),
        "cuda_graphs": asked.config.get("cuda_graphs", False),
    }
