"""Finished runs that Snakemake removes with others of their group, and takes back."""

import json
from collections.abc import Container, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

from snakemake.logging import logger

from reprise.data.integrity import sha256_of
from reprise.training.dependencies import first_difference
from reprise.training.finished_run import SUFFIX, FinishedRun
from reprise.training.job import CHECKPOINTS, CellFiles


class KeptRuns:
    """The copies of finished runs that lie beside their checkpoints.

    Args:
        workflow: Snakemake's, whose jobs they belong to.
        results: the results folder of the scale.
    """

    def __init__(self, workflow: Any, results: Path) -> None:
        self.workflow = workflow
        self.folder = results / "checkpoints"
        # Of runs that finished before this run of Snakemake: only a job that is asked for takes
        # them over, which compares more than is known here (device, threads, PyTorch).
        self._earlier: dict[Path, int] = {}

    def forget_those_asked_for_anew(self) -> None:
        """Forget what is kept of runs that are to be computed once more, by ``--forcerun`` or
        because something has changed, and keep it of those whose outputs were lost."""
        dag = self.workflow.dag
        for job, kept in self._with_jobs(self._times()):
            there = job.output.metrics in self._whole(job) and Path(job.output.metrics).exists()
            if dag.needrun(job) and (self._is_forced(job) or there):
                kept.forget()
        self._keep_those_whose_data_are_prepared_again()
        self._earlier = self._times()

    def _keep_those_whose_data_are_prepared_again(self) -> None:
        """Keep finished runs that differ from what is asked for in their data at most. Only a job
        can tell once the data are prepared, and Snakemake removes its outputs before it starts."""
        for job in self.workflow.dag.jobs:
            if kind_of(job) not in CHECKPOINTS or not self.workflow.dag.needrun(job):
                continue
            if set(job.output) - self._whole(job) or self._is_forced(job):
                continue
            if _is_asked_for(job):
                FinishedRun(_checkpoint(job)).keep(_files(job))

    def _whole(self, job: Any) -> set[str]:
        return set(job.output) - self._half_written(job)

    def _is_forced(self, job: Any) -> bool:
        dag = self.workflow.dag
        return job.rule in dag.forcerules or not dag.forcefiles.isdisjoint(self._whole(job))

    def settle(self) -> None:
        """Give outputs back that were lost in this run of Snakemake, and forget what is not needed
        any more."""
        times, restored = self._times(), 0
        for job, kept in self._with_jobs(times):
            if Path(job.output.metrics).exists():
                if not self._half_written(job):
                    kept.forget()
            elif self._earlier.get(kept.path) != times[kept.path]:
                restored += _given_back(job, kept)
        if restored:
            runs = (
                "1 finished run keeps its"
                if restored == 1
                else f"{restored} finished runs keep their"
            )
            logger.info(f"{runs} results, which were removed with those of others.")

    def _with_jobs(self, paths: Container[Path]) -> Iterator[tuple[Any, FinishedRun]]:
        """The jobs whose finished run is kept in one of these files, each with what is kept."""
        for job in self.workflow.dag.jobs if paths else ():
            if kind_of(job) in CHECKPOINTS:
                kept = FinishedRun(_checkpoint(job))
                if kept.path in paths:
                    yield job, kept

    def _half_written(self, job: Any) -> set[str]:
        """Outputs that are there while Snakemake does not take them for whole."""
        incomplete = set(self.workflow.async_run(self.workflow.persistence.incomplete(job)))
        # Some versions of Snakemake name a whole output None.
        return incomplete - {None}

    def _times(self) -> dict[Path, int]:
        """When each file was written that keeps a finished run."""
        return {path: path.stat().st_mtime_ns for path in self.folder.glob(f"*{SUFFIX}")}


def kind_of(job: Any) -> str:
    """The rule of a job as this workflow calls it, by its script: a workflow that uses this one as
    a module may call it otherwise."""
    return Path(str(job.rule.script)).stem


def _given_back(job: Any, kept: FinishedRun) -> bool:
    """Whether the outputs of a job are there again; what is kept of them is then forgotten."""
    try:
        restored = kept.restore(_files(job), partial(_asked_of, job))
    except OSError as error:
        logger.error(
            f"{error.filename} could not be read or written ({error.strerror}): mend that and run "
            "again, which takes over what the run had finished"
        )
        return False
    kept.forget()
    return restored


def _checkpoint(job: Any) -> Path:
    return Path(CHECKPOINTS[kind_of(job)].format(**job.wildcards_dict))


def _files(job: Any) -> CellFiles:
    return CellFiles(*(Path(job.output[name]) for name in ("description", "metrics", "history")))


def _is_asked_for(job: Any) -> bool:
    """Whether a job's outputs are there and are of what is asked for, whatever their data."""
    try:
        metrics = json.loads(Path(job.output.metrics).read_text(encoding="utf-8"))
        _files(job).read()
        return first_difference(metrics, _description_of(job)) is None
    except (OSError, ValueError, LookupError, TypeError):
        return False


def _asked_of(job: Any) -> dict[str, Any]:
    """What the outputs of a job have to have been made from."""
    return {**_description_of(job), "data": _checksum(job.params.prepared)}


def _description_of(job: Any) -> dict[str, Any]:
    params = job.params
    probe = {"probe": json.loads(params.probe)} if params.get("probe") else {}
    return {
        "cell": json.loads(params.cell),
        "published": params.published,
        "fingerprint": params.fingerprint,
        **probe,
    }


@cache
def _checksum(path: str) -> str:
    """SHA-256 of a prepared file, which many runs share."""
    return sha256_of(Path(path))
