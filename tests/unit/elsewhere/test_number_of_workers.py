"""How many runs at a time a machine is to have: with made-up speeds, and a real trial on a CPU."""

import time
from itertools import repeat

import pytest
from other_machine import training

from reprise.elsewhere import command
from reprise.elsewhere.number_of_workers import proposed_workers, runs_in_memory
from reprise.elsewhere.runs import import_ahead
from reprise.elsewhere.trial import CONTEXT_BYTES, TrialSpeed, side_by_side, training_of

GIGABYTE = 2**30


def made_up(speeds, bytes_taken=0, bytes_free=None):
    """A trial that gives these speeds together by number of runs, and the numbers asked for."""
    asked = []

    def tried(number):
        asked.append(number)
        if number not in speeds:
            raise RuntimeError("a run of the trial failed")
        return [TrialSpeed(speeds[number] / number, bytes_taken, bytes_free)] * number

    return tried, asked


@pytest.mark.parametrize(
    ("speeds", "cores", "expected"),
    [
        ({1: 100, 2: 190, 4: 360, 8: 650}, 16, 8),
        ({1: 100, 2: 190, 4: 200, 8: 650}, 16, 2),
        ({1: 100, 2: 101}, 16, 1),
        ({1: 100, 2: 190, 4: 360, 8: 650}, 4, 4),
        ({1: 100, 2: 190}, 16, 2),
        ({1: 100}, 1, 1),
    ],
    ids=["fills", "full at two", "full at one", "cores", "one fails", "one core"],
)
def test_the_fastest_number_is_proposed(speeds, cores, expected):
    tried, asked = made_up(speeds)
    said = []
    assert proposed_workers(tried, cores, told=said.append) == expected
    assert len(said) == len(asked)
    assert said[0] == "1 at a time: 100 images/s together"


def test_no_more_are_tried_than_memory_holds():
    tried, asked = made_up({1: 100, 2: 190, 4: 360}, 3 * GIGABYTE, 8 * GIGABYTE)
    assert proposed_workers(tried, 16) == 2
    assert asked == [1, 2]


def test_a_single_run_that_fails_is_told():
    tried, _ = made_up({})
    with pytest.raises(RuntimeError, match="a run of the trial failed"):
        proposed_workers(tried, 16)


def test_memory_holds_what_is_free_and_the_run_itself():
    assert runs_in_memory(TrialSpeed(1.0, 10 * GIGABYTE - CONTEXT_BYTES, 30 * GIGABYTE)) == 3
    assert runs_in_memory(TrialSpeed(1.0, 10 * GIGABYTE, 0)) == 1
    assert runs_in_memory(TrialSpeed(1.0)) > 1000


def test_runs_of_a_list_are_tried_without_a_trace(machine):
    run = training()
    jobs = machine.ask_for(run)
    # Once, and not in every fork.
    import_ahead(run)
    before = sorted(machine.folder.rglob("*"))
    found = side_by_side(training_of(jobs, run), 2, seconds=0.2)
    assert len(found) == 2
    assert all(one.images_per_second > 0 and one.bytes_free is None for one in found)
    assert sorted(machine.folder.rglob("*")) == before


def test_a_trial_that_fails_ends_at_once():
    def train():
        raise RuntimeError("made up")

    started = time.time()
    with pytest.raises(RuntimeError, match="a run of the trial failed"):
        side_by_side(train, 2)
    assert time.time() - started < 10


def test_all_wait_until_each_is_ready(tmp_path):
    def train():
        (tmp_path / str(time.time_ns())).touch()
        time.sleep(0.2 * len(list(tmp_path.iterdir())))
        return repeat(5), time.perf_counter, lambda: (7, 9)

    found = side_by_side(train, 2, seconds=0.1)
    assert [(one.bytes_taken, one.bytes_free) for one in found] == [(7, 9)] * 2


def test_run_jobs_takes_what_the_trial_proposes(machine, run_jobs, monkeypatch, capsys):
    machine.ask_for(training(), training(seed=2))
    tried, asked = made_up({1: 100, 2: 190})
    monkeypatch.setattr(command, "side_by_side", lambda train, number: tried(number))
    monkeypatch.setattr(command.os, "sched_getaffinity", lambda process: range(8))
    monkeypatch.setattr(command, "work_through", given := Given())
    assert run_jobs("--workers", "auto") == 0
    assert given.workers == 2
    assert asked == [1, 2]
    assert "2 at a time: 190 images/s together" in capsys.readouterr().out


@pytest.mark.parametrize("options", [["--seconds", "50"], []])
def test_without_time_or_speed_one_runs_at_a_time(machine, run_jobs, monkeypatch, options):
    machine.ask_for(training(), training(seed=2))
    tried, asked = made_up({})
    monkeypatch.setattr(command, "side_by_side", lambda train, number: tried(number))
    monkeypatch.setattr(command, "work_through", given := Given())
    assert run_jobs("--workers", "auto", *options) == 0
    assert given.workers == 1
    assert asked == ([] if options else [1])


class Given:
    """In place of working through runs: what it was called with."""

    def __call__(self, runs, work, *, workers, **others):
        self.workers = workers
        return {"finished": len(runs), "failed": 0, "stopped": 0, "not started": 0}
