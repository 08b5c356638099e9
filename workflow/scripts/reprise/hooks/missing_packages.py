"""Packages that jobs need of the Python that runs Snakemake, where nothing else provides them."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from snakemake.exceptions import WorkflowError

# One package of each environment that says whether the others are there.
TELLING = {"analysis": "pandas", "data": "pooch", "report": "matplotlib", "train": "torch"}


def require_packages(workflow: Any, find: Callable[[str], Any] = find_spec) -> None:
    """Look for what the jobs of a run import, where neither conda nor Apptainer provides it.

    Args:
        workflow: Snakemake's, with the jobs that are about to run.
        find: gives None for the name of a package that is not there.

    Raises:
        WorkflowError: a package is missing.
    """
    if workflow.deployment_settings.deployment_method:
        return
    jobs = (job for job in workflow.dag.jobs if workflow.dag.needrun(job) and job.rule.conda_env)
    needed = {Path(str(job.rule.conda_env)).stem: job.rule.name for job in jobs}
    for environment, rule in sorted(needed.items()):
        package = TELLING.get(environment)
        if package and find(package) is None:
            raise WorkflowError(
                f"rule {rule}: expected the package {package}, which is not installed beside "
                "Snakemake; add `--sdm conda` (or `--use-conda`) to the command, or install "
                "requirements.txt as docs/installation.md says"
            )
