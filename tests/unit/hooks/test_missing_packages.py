"""A run without conda looks for the packages of its jobs before the first of them."""

from types import SimpleNamespace

import pytest
from snakemake.exceptions import WorkflowError

from reprise.hooks.missing_packages import TELLING, require_packages
from reprise.inventory import LIBRARY

ENVIRONMENTS = LIBRARY.parents[1] / "envs"


def workflow_with(rules, deployment=(), needrun=True):
    """A run of one job of each of these rules, by the environments that they name."""
    jobs = [
        SimpleNamespace(rule=SimpleNamespace(name=name, conda_env=environment))
        for name, environment in rules.items()
    ]
    return SimpleNamespace(
        deployment_settings=SimpleNamespace(deployment_method=set(deployment)),
        dag=SimpleNamespace(jobs=jobs, needrun=lambda job: needrun),
    )


def finding(*packages):
    return lambda name: name if name in packages else None


PREVIEW = {"preview": "/a/workflow/envs/report.yaml", "mclain": None}


def test_what_is_missing_is_named_with_what_to_do():
    says = "rule preview: expected the package matplotlib, .* add `--sdm conda`"
    with pytest.raises(WorkflowError, match=says):
        require_packages(workflow_with(PREVIEW), finding("pandas"))


@pytest.mark.parametrize(
    ("workflow", "packages"),
    [
        (workflow_with(PREVIEW), ["matplotlib"]),
        (workflow_with(PREVIEW, deployment=["conda"]), []),
        (workflow_with(PREVIEW, needrun=False), []),
        (workflow_with({"mclain": None}), []),
    ],
)
def test_nothing_is_said_where_all_is_there_or_not_needed(workflow, packages):
    require_packages(workflow, finding(*packages))


def test_every_environment_has_a_package_that_tells():
    assert {file.stem for file in ENVIRONMENTS.glob("*.yaml")} == set(TELLING)
    for environment, package in TELLING.items():
        assert package in (ENVIRONMENTS / f"{environment}.yaml").read_text()
