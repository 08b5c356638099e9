"""What is kept of finished runs, where Snakemake ended before it had their outputs."""

import json
import shutil
from base64 import urlsafe_b64encode

import pytest
from conftest import copy_of

TRAIN = ("--until", "train")


@pytest.fixture(scope="module")
def killed(mini_project, tmp_path_factory):
    """The small study after a run that was killed at its end: all that it kept is still there. And
    without what was made from its runs, which would do as it is."""
    project = copy_of(mini_project, tmp_path_factory.mktemp("killed") / "project")
    project.run("--no-hooks", *TRAIN, "--forcerun", "train")
    assert len(kept(project)) == len(metrics(project)) == 4
    shutil.rmtree(project.path("results/mini/mini"))
    project.path("results/mini/metrics.csv").unlink()
    project.path("report/mini.html").unlink()
    return project


@pytest.fixture
def left(killed, tmp_path):
    """A copy of it."""
    return copy_of(killed, tmp_path / "project")


def lose(project):
    """Remove the outputs of all cells."""
    shutil.rmtree(project.path("results/mini/cells"))


def kept(project):
    return sorted(project.folder.glob("results/mini/checkpoints/*"))


def metrics(project):
    found = project.folder.glob("results/mini/cells/**/metrics.json")
    return {path.relative_to(project.folder): path.read_bytes() for path in sorted(found)}


def taken_over(project):
    logs = project.folder.glob("results/mini/logs/cells/**/seed*.log")
    return sum("taken over" in path.read_text() for path in logs)


def test_nothing_is_left_after_a_run(finished):
    assert metrics(finished)
    assert kept(finished) == []


def test_lost_outputs_are_taken_over(left):
    before = metrics(left)
    lose(left)
    left.run(*TRAIN)
    assert metrics(left) == before
    assert taken_over(left) == len(before)
    assert kept(left) == []


def test_outputs_that_snakemake_takes_for_half_written_are_taken_over(left):
    before = metrics(left)
    (one, *_) = before
    left.path(f".snakemake/incomplete/{urlsafe_b64encode(str(one).encode()).decode()}").touch()
    left.run(*TRAIN)
    assert metrics(left) == before
    assert taken_over(left) == 1
    assert kept(left) == []


@pytest.mark.parametrize("arguments", [("--forcerun", "train"), ("--forceall",)])
def test_what_is_asked_for_anew_is_computed_anew(left, arguments):
    before = metrics(left)
    left.run(*arguments, *TRAIN)
    assert taken_over(left) == 0
    after = metrics(left)
    assert after.keys() == before.keys()
    assert all(after[name] != before[name] for name in before)
    assert kept(left) == []


def test_lost_outputs_that_are_asked_for_anew_are_computed_anew(left):
    before = metrics(left)
    lose(left)
    left.run("--forcerun", "train", *TRAIN)
    assert taken_over(left) == 0
    assert all(metrics(left)[name] != before[name] for name in before)


def test_changed_code_computes_anew(left):
    lose(left)
    left.edit(
        "workflow/scripts/reprise/nets/mgnet.py", "features.mean((2, 3))", "features.mean((3, 2))"
    )
    left.run(*TRAIN)
    assert len(metrics(left)) == 4
    models = [json.loads(content)["cell"]["model"]["name"] for content in metrics(left).values()]
    assert taken_over(left) == len(models) - models.count("mgnet")
    assert kept(left) == []
