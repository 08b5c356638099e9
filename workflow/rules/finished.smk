# Finished runs that Snakemake removes with others of their group, and takes back. No rules.

import json
from functools import partial

from snakemake.logging import logger

from reprise.data.integrity import sha256_of
from reprise.training.finished_run import SUFFIX, FinishedRun
from reprise.training.job import CellFiles


def go_on_within_groups(workflow):
    """Let one failed run stop no other of its group. Snakemake does not tell the process that runs
    a group that it is to keep going."""
    if workflow.is_main_process:
        return
    execute = workflow.execute

    def execute_all(*arguments, **more):
        workflow.execution_settings.keep_going = True
        return execute(*arguments, **more)

    workflow.execute = execute_all


def kept_runs(workflow):
    """The jobs whose finished run is kept, each with what is kept of it."""
    paths = set(map(str, Path(RESULTS, "checkpoints").glob(f"*{SUFFIX}")))
    for job in workflow.dag.jobs if paths else ():
        if job.rule.name in CHECKPOINTS:
            path = CHECKPOINTS[job.rule.name].format(**job.wildcards_dict)
            kept = FinishedRun(Path(path))
            if str(kept.path) in paths:
                yield job, kept


def half_written(workflow, job):
    """Outputs that are there while Snakemake does not take them for whole."""
    return set(workflow.async_run(workflow.persistence.incomplete(job)))


def times_of_kept_runs():
    """When each file was written that keeps a finished run."""
    paths = Path(RESULTS, "checkpoints").glob(f"*{SUFFIX}")
    return {str(path): path.stat().st_mtime_ns for path in paths}


# Of runs that finished before this run of Snakemake: only a job that is asked for takes them over,
# which compares more than is known here (device, threads, PyTorch).
KEPT_EARLIER = {}


def forget_runs_asked_for_anew(workflow):
    """Forget what is kept of runs that are to be computed once more, by ``--forcerun`` or because
    something has changed, and keep it of those whose outputs were lost."""
    dag = workflow.dag
    for job, kept in list(kept_runs(workflow)):
        whole = set(job.output) - half_written(workflow, job)
        forced = job.rule in dag.forcerules or not dag.forcefiles.isdisjoint(whole)
        there = job.output.metrics in whole and Path(job.output.metrics).exists()
        if dag.needrun(job) and (forced or there):
            kept.forget()
    KEPT_EARLIER.update(times_of_kept_runs())


def settle_finished_runs(workflow):
    """Give outputs back that were lost in this run of Snakemake, and forget what is not needed any
    more."""
    times, restored = times_of_kept_runs(), 0
    for job, kept in list(kept_runs(workflow)):
        if Path(job.output.metrics).exists():
            if not half_written(workflow, job):
                kept.forget()
        elif KEPT_EARLIER.get(str(kept.path)) != times[str(kept.path)]:
            restored += given_back(job, kept)
    if restored:
        runs = (
            "1 finished run keeps its"
            if restored == 1
            else f"{restored} finished runs keep their"
        )
        logger.info(f"{runs} results, which were removed with those of others.")


def given_back(job, kept):
    """Whether the outputs of a job are there again; what is kept of them is then forgotten."""
    try:
        restored = kept.restore(files_of(job), partial(asked_of, job))
    except OSError as error:
        logger.error(
            f"{error.filename} could not be read or written ({error.strerror}): mend that and run "
            "again, which takes over what the run had finished"
        )
        return False
    kept.forget()
    return restored


def files_of(job):
    """The folder that a job writes."""
    names = ("description", "metrics", "history")
    return CellFiles(*(Path(job.output[name]) for name in names))


def asked_of(job):
    """What the outputs of a job have to have been made from."""
    params = job.params
    probe = {"probe": json.loads(params.probe)} if "probe" in params.keys() else {}
    return {
        "cell": json.loads(params.cell),
        "published": params.published,
        "fingerprint": params.fingerprint,
        **probe,
        "data": checksum_of_prepared(job.input.prepared),
    }


@cache
def checksum_of_prepared(path):
    """SHA-256 of a prepared file, which many runs share."""
    return sha256_of(Path(path))


go_on_within_groups(workflow)
