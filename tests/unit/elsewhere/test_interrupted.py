"""Time that is over: runs stop, and go on as if they never had."""

import json
import os
import subprocess
import sys
import time

import pytest
from other_machine import training

from reprise.elsewhere.workers import SECONDS_TO_END
from reprise.inventory import LIBRARY
from reprise.training.jobs import whole_run

EPOCHS = 40
SECONDS_AN_EPOCH = 0.2


@pytest.fixture
def slowly(monkeypatch):
    """Let every epoch take longer, in forks too."""
    plain = whole_run.EpochPrinter.__call__

    def slow_down(seconds):
        def told(printer, epoch):
            time.sleep(seconds)
            plain(printer, epoch)

        monkeypatch.setattr(whole_run.EpochPrinter, "__call__", told)

    return slow_down


def rows(path):
    """A history without the columns of time."""
    header, *lines = [line.split(",") for line in path.read_text().splitlines()]
    timing = {header.index(name) for name in ("seconds", "images_per_second")}
    return [[v for i, v in enumerate(line) if i not in timing] for line in (header, *lines)]


def test_a_run_that_is_interrupted_gives_the_history_of_one_that_is_not(
    machine, run_jobs, slowly, capsys
):
    run = training(epochs=EPOCHS)
    machine.ask_for(run)
    assert run_jobs() == 0
    whole = rows(machine.path(run, "history.csv"))
    assert len(whole) == EPOCHS + 1
    machine.path(run, "metrics.json").unlink()
    slowly(SECONDS_AN_EPOCH)
    statuses = []
    while not statuses or statuses[-1] == 75:
        started = time.time()
        # All epochs together take longer.
        statuses.append(run_jobs("--seconds", "6"))
        assert time.time() - started < 6 + 1
    assert statuses[-1] == 0
    assert len(statuses) > 1
    assert "1 left: the same command goes on" in capsys.readouterr().out
    assert rows(machine.path(run, "history.csv")) == whole
    metrics = json.loads(machine.path(run, "metrics.json").read_text())
    assert len(metrics["resumed_after_epochs"]) == len(statuses) - 1
    assert not machine.path(run, "failure.json").exists()
    assert not list(machine.folder.rglob("*.partial"))
    assert not list(machine.folder.glob("results/mini/checkpoints/*"))


def test_an_epoch_that_is_too_long_is_ended(machine, run_jobs, slowly, capsys):
    slowly(60)
    run, waiting = training(epochs=3), training(seed=2)
    machine.ask_for(run, waiting)
    started = time.time()
    assert run_jobs("--seconds", "6") == 75
    assert time.time() - started < 6 + SECONDS_TO_END
    assert capsys.readouterr().out.splitlines()[-1].startswith("0 runs there, 2 left")
    left = [path.name for path in machine.folder.rglob("*") if path.is_file()]
    assert sorted(left) == ["digits-8px.safetensors", "jobs.json", "seed1.log"]


def test_a_scheduler_that_ends_the_script_ends_its_runs(machine):
    runs = training(epochs=100_000), training(epochs=100_000, seed=2)
    machine.ask_for(*runs)
    script = LIBRARY.parent / "run_jobs.py"
    command = [sys.executable, str(script), "jobs.json", "--workers", "2"]
    # A group of its own, so that its forks can be found.
    process = subprocess.Popen(command, cwd=machine.folder, start_new_session=True)
    while len(list(machine.folder.rglob("seed*.log"))) < 2:
        assert process.poll() is None
        time.sleep(0.1)
    process.terminate()
    assert process.wait(60) == 128 + 15
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    assert not list(machine.folder.rglob("failure.json"))


def test_what_is_there_is_not_run_again(machine, run_jobs, capsys):
    first, second = training(), training(seed=2)
    machine.ask_for(first)
    assert run_jobs() == 0
    before = machine.path(first, "metrics.json").read_bytes()
    machine.ask_for(first, second)
    capsys.readouterr()
    assert run_jobs() == 0
    assert capsys.readouterr().out.splitlines()[0] == "jobs.json: 2 runs, 1 there already"
    assert machine.path(first, "metrics.json").read_bytes() == before


@pytest.mark.parametrize("change", ["fingerprint", "data"])
def test_a_run_of_other_code_or_data_is_run_again(machine, run_jobs, change):
    run = training()
    machine.ask_for(run)
    assert run_jobs() == 0
    path = machine.path(run, "metrics.json")
    metrics = json.loads(path.read_text())
    if change == "fingerprint":
        metrics["fingerprint"] = "000000000000"
    else:
        metrics["provenance"]["data"]["sha256"] = "0" * 64
    path.write_text(json.dumps(metrics))
    assert run_jobs() == 0
    assert json.loads(path.read_text())["fingerprint"] == run.fingerprint
    assert json.loads(path.read_text())["provenance"]["data"]["sha256"] == machine.sha256
