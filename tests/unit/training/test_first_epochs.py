"""The first epochs of a run, trained to compare them with those of a whole one."""

import json

from reprise.training.jobs.cell_job import run_cell, run_first_epochs
from reprise.training.jobs.job import Job


def test_they_are_those_of_the_whole_run(tiny_cell, make_job, without_timing, capsys):
    cell = tiny_cell(train_images=100, test_images=50, epochs=4)
    whole, part = make_job(cell, "whole"), make_job(cell, "part")
    run_cell(whole)
    run_first_epochs(part | {"first_epochs": 2})
    first, second = (without_timing(Job.of(job).files.history) for job in (whole, part))
    assert len(second) == 2
    assert second == first[:2]
    assert json.loads(Job.of(part).files.metrics.read_text())["epochs"] == 2
    assert "epoch   2/2" in capsys.readouterr().out


def test_a_short_run_ends_with_its_last_epoch(tiny_cell, make_job, without_timing):
    job = make_job(tiny_cell(train_images=100, test_images=50, epochs=1), "part")
    run_first_epochs(job | {"first_epochs": 3})
    assert len(without_timing(Job.of(job).files.history)) == 1
