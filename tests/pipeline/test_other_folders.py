"""The workflow in the folders of others: as a module of a workflow, with -d and -s."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import MINI_SCALE, Project

MODULE = """\
configfile: "config/config.yaml"


module reprise:
    snakefile:
        {snakefile!r}
    config:
        config
{more}

use rule * from reprise{renamed}
"""
TABLE = "results/mini/mini/table1.csv"


def using(snakefile, folder, renamed="", more=""):
    """What snakedeploy writes: a workflow of the user's own that uses another as a module, and a
    configuration."""
    project = Project(folder)
    (folder / "workflow").mkdir(parents=True)
    (folder / "config").mkdir()
    text = MODULE.format(snakefile=str(snakefile), renamed=renamed, more=more)
    project.path("workflow/Snakefile").write_text(text)
    project.path("config/config.yaml").write_text("scale: mini\nstudies: [mini]\n")
    return project


def files_of(folder):
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def commits_of(project):
    """The commits that the runs of a project name."""
    runs = project.path("results/mini/cells").rglob("metrics.json")
    return {json.loads(run.read_text())["provenance"]["commit"] for run in runs}


def git(folder, *arguments):
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def origin(fresh_project):
    """The project as cloned, with one small study."""
    studies = fresh_project.path("config/studies")
    shutil.rmtree(studies)
    studies.mkdir()
    shutil.copy(Path(__file__).with_name("mini_study.yaml"), studies / "mini.yaml")
    fresh_project.edit("config/scales.yaml", "short:\n", MINI_SCALE + "\nshort:\n")
    fresh_project.edit("config/config.yaml", "scale: demo", "scale: mini")
    return fresh_project


@pytest.fixture
def repository(origin):
    """The same as a git repository, and its commit."""
    git(origin.folder, "init", "--quiet", "--initial-branch", "main")
    git(origin.folder, "add", ".")
    git(origin.folder, "commit", "--quiet", "--message", "All")
    return origin, git(origin.folder, "rev-parse", "HEAD").strip()


def test_a_module_runs_to_the_end_and_writes_into_the_folder_of_its_user(origin, tmp_path):
    before = files_of(origin.folder)
    user = using(origin.path("workflow/Snakefile"), tmp_path / "user")
    output = user.run("--cores", "2", "mini/table1", "mini/sigmoid_wins")
    assert "(100%) done" in output
    assert user.path(TABLE).read_text().count("\n") > 4
    assert user.path("results/mini/mini/claims/sigmoid_wins.csv").exists()
    left = {name for name in files_of(origin.folder) - before if "__pycache__" not in name}
    assert left == set()
    # Copies of finished runs are cleared away by what a run of the workflow ends with.
    assert not list(user.path("results/mini/checkpoints").glob("*"))
    again = user.run("--cores", "2", "mini/table1", "--rerun-triggers", "mtime", "params", "input")
    assert "Nothing to be done" in again


def test_a_module_from_a_git_repository_under_other_names_takes_its_users_studies(
    repository, tmp_path
):
    origin, commit = repository
    snakefile = f"git+file://{origin.folder}/workflow/Snakefile@main"
    user = using(snakefile, tmp_path / "user", renamed=" as their_*")
    shutil.copytree(origin.path("config/studies"), user.path("config/studies"))
    user.edit("config/studies/mini.yaml", "title: Schedules on networks", "title: My own title")
    user.run("--cores", "2", "their_mini/table1")
    assert user.path(TABLE).exists()
    assert "My own title" in user.path("results/mini/mini/plan.json").read_text()
    assert commits_of(user) == {commit}


def test_a_module_without_own_studies_plans_the_whole_report(origin, tmp_path):
    user = using(origin.path("workflow/Snakefile"), tmp_path / "user")
    jobs = user.planned("--cores", "1")
    assert jobs["train"] == 4
    assert jobs["render_report"] == jobs["all"] == 1


def test_a_module_with_a_prefix_is_refused_in_a_sentence(origin, tmp_path):
    user = using(origin.path("workflow/Snakefile"), tmp_path / "user", more='    prefix: "there"\n')
    answer = user.snakemake("--cores", "1", "-n")
    assert answer.returncode != 0
    assert "Error: module: expected neither `prefix`" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(("way", "has_configuration"), [("-d", True), ("-s", False)])
def test_another_working_folder_has_results_and_may_have_a_configuration(
    origin, tmp_path, way, has_configuration
):
    elsewhere = Project(tmp_path / "elsewhere")
    elsewhere.folder.mkdir()
    if has_configuration:
        elsewhere.path("config").mkdir()
        elsewhere.path("config/config.yaml").write_text("scale: mini\nseeds: [7]\n")
    if way == "-d":
        origin.run("-d", str(elsewhere.folder), "mini/curves", "--cores", "1")
    else:
        elsewhere.run("-s", str(origin.path("Snakefile")), "mini/curves", "--cores", "1")
    assert elsewhere.path("results/mini/mini/curves.svg").exists()
    assert not origin.path("results").exists()
    plan = json.loads(elsewhere.path("results/mini/plan.json").read_text())
    assert plan["seeds"] == ([7] if has_configuration else [1])
