"""All that this workflow uses of Snakemake beyond what its documentation promises.

Everything below was seen in Snakemake 9.14.7, the oldest that is supported, and in 9.27.1, which is
pinned; continuous integration runs the tests with the oldest and with the newest 9 that there is.
What each function is for stands with it. ``tests/unit/hooks/test_snakemake_internals.py`` tells
what another version of Snakemake no longer has.

Three attributes are read in rules: ``workflow.current_basedir`` before the library is found
(``source.smk``, ``common.smk``), ``workflow.configfiles``, which are checked (``common.smk``), and
``workflow.cores`` as threads (``estimate.smk``).
"""

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

try:
    from snakemake.persistence.file import FilePersistence
except ImportError:
    # Older versions, of which a run removes its own locks alone.
    FilePersistence = None


# What Snakemake knows when it reads the workflow.


def decides_what_runs(workflow: Any) -> bool:
    """Whether this process does. Jobs on a cluster, and those of some rules here, read the workflow
    too, and do what they are told."""
    return workflow.is_main_process


def runs_here(workflow: Any) -> bool:
    """Whether jobs run on this machine, and none on a cluster."""
    return workflow.local_exec


def has_environments(workflow: Any) -> bool:
    """Whether conda or Apptainer gives jobs their software."""
    return bool(workflow.deployment_settings.deployment_method)


def moves_files(workflow: Any, path: str) -> bool:
    """Whether a workflow that uses this one as a module gives its files another place."""
    return workflow.modifier.path_modifier.replace_prefix(path) != path


def asks_for_anything_anew(workflow: Any) -> bool:
    """Whether ``--forceall``, ``--forcerun`` or ``--force`` is on the command line."""
    settings = workflow.dag_settings
    return bool(settings.forceall or settings.forcerun or settings.forcetargets)


def rule_names(workflow: Any) -> list[str]:
    """Those of all rules."""
    return [rule.name for rule in workflow.rules]


def targets_of(workflow: Any) -> list[str]:
    """The targets of the command line, sorted. They are known once the workflow is read."""
    return sorted(workflow.dag_settings.targets)


def most_jobs_on_gpus(workflow: Any) -> int | None:
    """The number that the command line or a profile gives for the resource ``gpu``; None where it
    gives none."""
    gpus = workflow.global_resources.get("gpu")
    # A plain number in older versions.
    return getattr(gpus, "value", gpus)


# The jobs of a run, which are known before the first of them starts.


def all_jobs(workflow: Any) -> Iterator[Any]:
    """All jobs, whether there is something to do for them or not."""
    return iter(workflow.dag.jobs)


def jobs_to_run(workflow: Any) -> Iterator[Any]:
    """Those for which there is something to do."""
    return (job for job in workflow.dag.jobs if workflow.dag.needrun(job))


def is_asked_for_anew(workflow: Any, job: Any) -> bool:
    """Whether the command line says that a job is to run whatever there is."""
    settings = workflow.dag_settings
    named = {*settings.forcerun, *(settings.targets if settings.forcetargets else ())}
    files = {str(Path(name)) for name in named}
    return settings.forceall or job.rule.name in named or not files.isdisjoint(job.output)


def rule_name(job: Any) -> str:
    """The rule of a job, as the workflow calls it that was started."""
    return job.rule.name


def script_name(job: Any) -> str:
    """The rule of a job as this workflow calls it, by its script: a workflow that uses this one as
    a module may call it otherwise."""
    return Path(str(job.rule.script)).stem


def environment_name(job: Any) -> str | None:
    """The environment that a job names, by its file; None where it names none."""
    return Path(str(job.rule.conda_env)).stem if job.rule.conda_env else None


def wildcards_of(job: Any) -> dict[str, str]:
    """The values of a job's wildcards."""
    return job.wildcards_dict


def outputs_of(job: Any, *names: str) -> list[Path]:
    """The outputs of a job that go by these names."""
    return [Path(job.output[name]) for name in names]


# Where Snakemake has no setting for what is needed.


def check_before_planning(workflow: Any, check: Callable[[Collection[str]], None]) -> None:
    """Hand the targets of the command line to a check before Snakemake looks for rules that make
    them: it says of an unknown one that there is no rule, and nothing of what was meant."""
    if not decides_what_runs(workflow):
        return
    prepare = workflow._prepare_dag

    def check_and_prepare(*arguments: Any, **more: Any) -> Any:
        check(targets_of(workflow))
        return prepare(*arguments, **more)

    workflow._prepare_dag = check_and_prepare


def look_for_jobs_only_when_one_ends(workflow: Any) -> None:
    """Let Snakemake start as many local jobs a second as there are cores for. Its limit makes it
    look through all waiting jobs once a second for every job that has ended, so that it takes a
    growing part of a core from jobs of some seconds. Submissions to a cluster keep their limit.
    """
    if runs_here(workflow):
        workflow.scheduler.job_rate_limiter = None


def run_around_a_module(workflow: Any, begin: Callable[[], None], end: Callable[[], None]) -> None:
    """Begin and end a run of a workflow that uses this one as a module as a run of this one, beside
    what that workflow has said before. Snakemake passes over the handlers of modules. Nothing where
    this workflow is the main one."""
    # Told apart in this way by all versions of Snakemake.
    if workflow.modifier.base_snakefile is None:
        return
    for handler, own in (("_onstart", begin), ("_onsuccess", end), ("_onerror", end)):
        setattr(workflow, handler, _after(getattr(workflow, handler), own))


def _after(first: Callable[[Any], None], then: Callable[[], None]) -> Callable[[Any], None]:
    def handle(log: Any) -> None:
        first(log)
        then()

    return handle


def take_jobs_for_cores(workflow: Any) -> None:
    """Let ``-j 2`` mean two cores on this machine, as it does where no profile says how many cores
    there are."""
    asked = workflow.resource_settings.nodes
    cores = workflow.global_resources["_cores"]
    # A plain number in older versions.
    cores = getattr(cores, "value", cores)
    if runs_here(workflow) and asked is not None and cores is not None:
        workflow.global_resources["_cores"] = min(asked, cores)


def leave_locks_of_others() -> None:
    """Let a run that ends remove its own locks alone. Snakemake removes all locks of the folder, so
    that a preview or a run at another scale would free it for a second run of one that goes on.
    ``snakemake --unlock`` still removes all."""
    delete_all = getattr(FilePersistence, "_delete_locks", None)
    if delete_all in (None, _delete_own_locks):
        return
    FilePersistence._delete_locks = _delete_own_locks
    FilePersistence.cleanup_locks = delete_all


def _delete_own_locks(persistence: Any) -> None:
    for lock in persistence._lockfile.values():
        Path(lock).unlink(missing_ok=True)
    persistence._lockfile.clear()
