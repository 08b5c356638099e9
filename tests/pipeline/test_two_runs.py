"""What may happen to a folder while Snakemake runs in it: previews, a second run, a sudden end."""

import csv
import signal
import time

import pytest

OF_PREVIEWS = ("results/mini/preview", "report/mini-preview.html", "results/mini/logs/preview.log",
               ".snakemake/log", ".snakemake/scripts")  # fmt: skip


@pytest.fixture
def run(halted):
    """A run of the small study that has come to the training and halts there, in one job."""
    process = halted.start("--cores", "1")
    wait_for_training(halted, process)
    yield process
    halted.path("go").touch()
    process.communicate(timeout=300)


def training_logs(project):
    return sorted(project.path("results/mini/logs/cells").rglob("mgnet*/**/seed*.log"))


def wait_for_training(project, process, word="halts"):
    end = time.monotonic() + 120
    while not any(word in text_of(log) for log in training_logs(project)):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.05)


def text_of(log):
    """What a log says; nothing where Snakemake has just removed it to start its job."""
    try:
        return log.read_text()
    except FileNotFoundError:
        return ""


def files_of_the_run(project):
    """Name, time of change and size of all that previews have no business with."""
    files = [path for path in project.folder.rglob("*") if path.is_file()]
    named = {path.relative_to(project.folder).as_posix(): path.stat() for path in files}
    return {
        name: (status.st_mtime_ns, status.st_size)
        for name, status in named.items()
        if not name.startswith(OF_PREVIEWS) and "__pycache__" not in name
    }


def rows(project, name):
    with project.path(name).open() as stream:
        return list(csv.DictReader(stream))


def accuracies(project):
    table = rows(project, "results/mini/mini/table1.csv")
    return {(row["network"], row["schedule"]): row["mean"] for row in table}


def test_previews_and_a_second_run_disturb_nothing(mini_project, halted, run):
    before = files_of_the_run(halted)
    assert any(name.startswith(".snakemake/locks/") for name in before)
    assert any(name.startswith(".snakemake/incomplete/") for name in before)
    times = []
    for _ in range(2):
        halted.run("preview")
        times.append(halted.path("report/mini-preview.html").stat().st_mtime_ns)
        assert files_of_the_run(halted) == before
    assert times[0] < times[1]
    shown = rows(halted, "results/mini/preview/mini/table1.csv")
    assert {row["network"]: row["status"] for row in shown} == {
        "mgnet": "missing", "resnet": "finished",
    }  # fmt: skip
    known = accuracies(mini_project)
    for row in shown:
        at = row["network"], row["schedule"]
        assert row["mean"] == (known[at] if row["network"] == "resnet" else "")
    # What the run has come to: the end of its log.
    assert "halts</pre>" in halted.path("report/mini-preview.html").read_text()
    second = halted.snakemake()
    assert second.returncode != 0
    assert "Directory cannot be locked" in second.stdout + second.stderr
    assert run.poll() is None
    halted.path("go").touch()
    output, errors = run.communicate(timeout=300)
    assert run.returncode == 0, output + errors
    assert accuracies(halted) == known


def test_a_run_at_another_scale_that_ends_leaves_the_locks(halted, run):
    halted.run("write_plan", "--config", "scale=demo")
    assert list(halted.path(".snakemake/locks").iterdir())
    answer = halted.snakemake()
    assert answer.returncode != 0
    assert "Directory cannot be locked" in answer.stdout + answer.stderr
    # One that has nothing to do ends in another way.
    halted.run("write_plan", "--config", "scale=demo")
    assert list(halted.path(".snakemake/locks").iterdir())
    assert run.poll() is None


def test_what_editors_leave_during_a_run_fails_no_job(mini_project, halted, run):
    for room in ("optim", "analysis", "rendering"):
        folder = halted.path(f"workflow/scripts/reprise/{room}")
        (folder / ".#schedules.py").symlink_to("somebody@somewhere.1:2")
    halted.path("config/studies/.#mini.yaml").symlink_to("somebody@somewhere.1:2")
    halted.path("go").touch()
    output, errors = run.communicate(timeout=300)
    assert run.returncode == 0, output + errors
    assert accuracies(halted) == accuracies(mini_project)
    assert halted.planned() == {}


def test_jobs_that_outlive_a_killed_run_meet_no_second_one(mini_project, halted, run):
    run.send_signal(signal.SIGKILL)
    run.wait()
    halted.run("--unlock")
    second = halted.start()
    # It may not train what the jobs of the first still do.
    wait_for_training(halted, second, word="waits for process")
    halted.path("go").touch()
    output, errors = second.communicate(timeout=300)
    assert second.returncode == 0, output + errors
    assert any("taken over" in log.read_text() for log in training_logs(halted))
    assert accuracies(halted) == accuracies(mini_project)
    assert not list(halted.path("results/mini").rglob(".lock"))
