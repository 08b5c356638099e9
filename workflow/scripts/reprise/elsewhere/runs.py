"""One run of a list: what it needs, where it writes, and whether it is there already."""

import json
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from reprise.elsewhere.job_list import JobList, ListedRun
from reprise.errors import InputError
from reprise.logs import logged
from reprise.planning.probe_runs import probe_entries
from reprise.planning.resources import cores_of_probe
from reprise.studies.run_folders import prepared_path
from reprise.studies.run_identity import identity_problem
from reprise.training.jobs.job import CHECKPOINTS, MODULES_OF_A_JOB, CellFiles, Job, copy_beside
from reprise.training.jobs.run_time import OutOfTime

RUNNER = "run_jobs.py"
MODULES = (*MODULES_OF_A_JOB, "reprise.probes.probe_job")


def files_of(jobs: JobList, run: ListedRun) -> CellFiles:
    """The files that the run writes."""
    return CellFiles.within(jobs.results / run.folder)


def log_of(jobs: JobList, run: ListedRun) -> Path:
    """Where Snakemake would write the run's log."""
    return jobs.results / "logs" / f"{run.folder}.log"


def is_back(jobs: JobList, run: ListedRun) -> bool:
    """Whether the run is there, of the same description, code and data."""
    try:
        metrics = json.loads(files_of(jobs, run).read()["metrics"])
        same = identity_problem(metrics, run.plain()) is None
        return same and metrics["provenance"]["data"]["sha256"] == jobs.data[run.asked.data].sha256
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return False


def import_ahead(run: ListedRun) -> None:
    """Import what a run needs, so that forks have it; what is missing, the run itself says."""
    entries = list(run.asked.cell.entries().values())
    if run.asked.probe is not None:
        entries += [entry for *_, entry in probe_entries(run.asked.probe)]
    for module in dict.fromkeys((*MODULES, *(entry.module for entry in entries))):
        with suppress(ImportError):
            import_module(module)


def job_of(jobs: JobList, run: ListedRun, deadline: float | None) -> Job:
    """The run as the functions that train and probe take it."""
    asked = run.asked
    return Job(
        cell=asked.cell,
        prepared=Path(prepared_path(asked.data)),
        files=files_of(jobs, run),
        device=jobs.device,
        threads=1 if asked.probe is None else cores_of_probe(asked.probe),
        published=asked.published,
        fingerprint=run.fingerprint,
        probe=asked.probe,
        checkpoint=_checkpoint_of(jobs, run),
        cuda_graphs=jobs.cuda_graphs,
        resident_share=jobs.resident_share,
        origin=jobs.data[asked.data].origin,
        deadline=deadline,
        runner=RUNNER,
    )


def work(jobs: JobList, run: ListedRun, deadline: float | None) -> None:
    """Train or probe, with everything that is printed sent to the run's log.

    Raises:
        OutOfTime: the run has to be over, and has kept its state.
        SystemExit: the run failed of something that a person can mend, which a sentence says.
    """
    log = log_of(jobs, run)
    log.parent.mkdir(parents=True, exist_ok=True)
    late = None
    with logged(log):
        try:
            _compute(job_of(jobs, run, deadline))
        except OutOfTime as end:
            print(end)
            late = end
        except ModuleNotFoundError as error:
            raise InputError(
                f"{run.folder} needs the package {error.name}, which this machine lacks: install "
                "it, or leave this run to Snakemake"
            ) from error
    if late is not None:
        raise late
    # Snakemake would remove outputs of a run and needs a copy; here nobody does.
    copy_beside(_checkpoint_of(jobs, run)).remove()


def _compute(job: Job) -> None:
    if job.probe is not None:
        from reprise.probes.probe_job import run_probe

        run_probe(job.plain())
        return
    from reprise.training.jobs.cell_job import run_cell

    run_cell(job.plain())


def _checkpoint_of(jobs: JobList, run: ListedRun) -> Path:
    """Where Snakemake would keep the run's state."""
    *_, variant, seed = run.folder.split("/")
    names = {"scale": jobs.scale, "variant": variant, "seed": seed.removeprefix("seed")}
    if run.asked.probe is None:
        return Path(CHECKPOINTS["train"].format(**names))
    return Path(CHECKPOINTS["run_probe"].format(probe=run.folder.split("/")[1], **names))
