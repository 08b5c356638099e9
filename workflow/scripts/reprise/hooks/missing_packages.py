"""Packages that jobs need of the Python that runs Snakemake, where nothing else provides them."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from snakemake.exceptions import WorkflowError

from reprise.hooks.snakemake_internals import (
    environment_name,
    has_environments,
    jobs_to_run,
    rule_name,
)

# One package of each environment that says whether the others are there.
TELLING = {
    "analysis": "pandas",
    "crate": "rocrate",
    "data": "pooch",
    "report": "matplotlib",
    "train": "torch",
}


def require_packages(workflow: Any, find: Callable[[str], Any] = find_spec) -> None:
    """Look for what the jobs of a run import, where neither conda nor Apptainer provides it.

    Args:
        workflow: Snakemake's, with the jobs that are about to run.
        find: gives None for the name of a package that is not there.

    Raises:
        WorkflowError: a package is missing.
    """
    if has_environments(workflow):
        return
    named = ((environment_name(job), rule_name(job)) for job in jobs_to_run(workflow))
    needed = {environment: rule for environment, rule in named if environment}
    for environment, rule in sorted(needed.items()):
        package = TELLING.get(environment)
        if package and find(package) is None:
            raise WorkflowError(
                f"rule {rule}: expected the package {package}, which is not installed beside "
                "Snakemake; add `--sdm conda` (or `--use-conda`) to the command, or install "
                "requirements.txt as docs/installation.md says"
            )
