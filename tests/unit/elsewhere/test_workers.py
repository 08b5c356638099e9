"""Forks side by side."""

import os
import signal
import time

import pytest
from other_machine import training

from reprise.elsewhere.workers import FAILED, FINISHED, WAITING, work_through


@pytest.fixture
def runs():
    return [training(seed=seed) for seed in range(1, 5)]


def test_runs_are_worked_through_in_their_order(runs, tmp_path):
    ended = []
    counted = work_through(
        runs,
        lambda run: (tmp_path / str(run.asked.cell.seed)).touch(),
        workers=1,
        told=lambda run, how, seconds: ended.append((run.asked.cell.seed, how)),
    )
    assert ended == [(seed, FINISHED) for seed in range(1, 5)]
    assert counted == {FINISHED: 4, WAITING: 0}
    assert len(list(tmp_path.iterdir())) == 4


def test_no_more_run_at_a_time_than_workers(runs, tmp_path):
    def work(run):
        mine = tmp_path / str(run.asked.cell.seed)
        mine.touch()
        time.sleep(0.3)
        (tmp_path / f"most{run.asked.cell.seed}").write_text(str(len(list(tmp_path.glob("[0-9]")))))
        mine.unlink()

    work_through(runs, work, workers=2)
    most = [int(path.read_text()) for path in tmp_path.glob("most*")]
    assert len(most) == 4
    assert max(most) == 2


@pytest.mark.parametrize("how", ["raises", "exits", "killed", "terminated"])
def test_one_that_fails_stops_no_other(runs, how, capfd):
    def work(run):
        if run.asked.cell.seed != 2:
            return
        if how == "raises":
            raise RuntimeError("made up")
        if how == "exits":
            raise SystemExit(1)
        os.kill(os.getpid(), signal.SIGKILL if how == "killed" else signal.SIGTERM)
        time.sleep(10)

    counted = work_through(runs, work, workers=2, deadline=time.time() + 60)
    assert counted == {FINISHED: 3, FAILED: 1, WAITING: 0}
    assert ("made up" in capfd.readouterr().err) == (how == "raises")


def test_what_is_at_work_ends_with_an_interrupt(runs, tmp_path):
    def work(run):
        (tmp_path / str(os.getpid())).touch()
        time.sleep(60)

    def interrupt(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.alarm(2)
    try:
        with pytest.raises(KeyboardInterrupt):
            work_through(runs, work, workers=2)
    finally:
        signal.signal(signal.SIGALRM, before)
    started = [int(path.name) for path in tmp_path.iterdir()]
    assert len(started) == 2
    for process in started:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
