"""Runs that had finished when Snakemake removed their outputs."""

import pytest
import torch

from reprise.probes.probe_job import run_probe
from reprise.training.jobs.cell_job import run_cell
from reprise.training.jobs.job import Job, copy_beside

TAKEN_OVER = "an earlier attempt has finished this run, which is taken over"


@pytest.fixture
def job(make_job, tiny_cell, tmp_path):
    """A job on a cell that has ended, and whose outputs were removed."""
    digits = {"dataset": "digits", "data_variant": "8px", "train_images": 100, "test_images": 50}
    return make_job(tiny_cell(**digits)) | {"checkpoint": str(tmp_path / "state" / "cell.pt")}


@pytest.fixture
def lose():
    """Do what Snakemake does with the outputs of a job that failed; what they were."""

    def removed(job):
        files = Job.of(job).files
        contents = files.read()
        for path in (files.history, files.description, files.metrics):
            path.unlink()
        return contents

    return removed


def contents_of(job):
    return Job.of(job).files.read()


def kept_of(job):
    return copy_beside(Job.of(job).checkpoint)


def test_the_next_attempt_takes_it_over(job, lose, capsys):
    run_cell(job)
    before = lose(job)
    capsys.readouterr()
    for _ in range(2):
        Job.of(job).files.failure.write_text("{}")
        Job.of(job).checkpoint.write_text("left by a kill at the last moment")
        run_cell(job)
        # To the last digit of its times: nothing was computed.
        assert contents_of(job) == before
        assert capsys.readouterr().out.splitlines() == [TAKEN_OVER]
        assert not Job.of(job).files.failure.exists()
        assert not Job.of(job).checkpoint.exists()
        # The attempt may be lost as well.
        lose(job)


def test_a_probe_is_taken_over_too(job, lose, capsys):
    asked = job | {"probe": {"name": "loss_landscape", "steps": [0, 0.1]}}
    run_probe(asked)
    before = lose(asked)
    run_probe(asked)
    assert contents_of(asked) == before
    assert TAKEN_OVER in capsys.readouterr().out
    lose(asked)
    run_probe(job | {"probe": {"name": "first_layer_weights"}})
    assert "was made with another probe; starts anew" in capsys.readouterr().out
    assert contents_of(asked) != before


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"fingerprint": "new"}, "version of the code"),
        ({"published": "new"}, "published cell"),
        ({"threads": 2}, "number of threads"),
    ],
)
def test_another_run_is_not_taken_for_it(job, lose, capsys, change, word):
    run_cell(job)
    before = lose(job)
    run_cell(job | change)
    said = capsys.readouterr().out
    assert f"{kept_of(job).metrics.parent}: it was made with another {word}; starts anew" in said
    assert TAKEN_OVER not in said
    assert contents_of(job)["metrics"] != before["metrics"]
    # From now on, that one is kept.
    after = lose(job)
    run_cell(job | change)
    assert contents_of(job) == after


def test_other_data_are_not_taken_for_the_same(job, lose, capsys, changed_digits):
    run_cell(job)
    lose(job)
    run_cell(job | {"prepared": str(changed_digits)})
    assert "was made with another state of the data; starts anew" in capsys.readouterr().out


def test_another_cell_is_not_taken_for_it(job, lose, capsys, tiny_cell):
    run_cell(job)
    lose(job)
    run_cell(job | {"cell": tiny_cell(train_images=100, test_images=50, epochs=1).plain()})
    assert "was made with another cell; starts anew" in capsys.readouterr().out


def test_another_version_of_pytorch_is_not_taken_for_the_same(job, lose, capsys, monkeypatch):
    run_cell(job)
    lose(job)
    monkeypatch.setattr(torch, "__version__", "9.9")
    run_cell(job)
    assert "was made with another version of PyTorch; starts anew" in capsys.readouterr().out


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"provenance": 1}', "\udcff"])
def test_what_is_damaged_is_not_used(job, lose, capsys, without_timing, content):
    run_cell(job)
    history = without_timing(Job.of(job).files.history)
    lose(job)
    kept_of(job).metrics.write_text(content, errors="surrogateescape")
    run_cell(job)
    assert f"{kept_of(job).metrics.parent}: it is damaged" in capsys.readouterr().out
    assert without_timing(Job.of(job).files.history) == history
    assert kept_of(job).read() == contents_of(job)


def test_what_is_kept_in_part_is_not_used(job, lose, capsys):
    run_cell(job)
    lose(job)
    kept_of(job).history.unlink()
    run_cell(job)
    assert f"{kept_of(job).metrics.parent}: it is damaged" in capsys.readouterr().out
    assert kept_of(job).read() == contents_of(job)
