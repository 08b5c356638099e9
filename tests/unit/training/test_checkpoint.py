"""A run that is killed and goes on is the run that was never killed."""

import dataclasses
import errno

import pytest
import torch

from reprise.inventory import names
from reprise.training import checkpoint as checkpoints
from reprise.training.checkpoint import Checkpoint
from reprise.training.loop import start_run, train

IDENTITY = {"cell": "a", "version of PyTorch": "2"}
# Arguments of the optimizers that have to have some.
ARGUMENTS = {
    "in_turn": {"first": "adam", "then": "sgd", "switch": 2},
    "clipped": {"norm": 0.5, "optimizer": "adam"},
}
OPTIMIZERS = [{"name": name, **ARGUMENTS.get(name, {})} for name in names("optimizer")]


@pytest.fixture(autouse=True)
def after_every_epoch(monkeypatch):
    monkeypatch.setattr(checkpoints, "SECONDS_BETWEEN", 0)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "folder" / "run.pt"


class Killed(BaseException):
    """Ends a run, as a signal does, where nothing can catch it."""


def trained(cell, data, path, kill_after=None, identity=IDENTITY):
    """The epochs of a run with a checkpoint, killed after one of them, and the checkpoint."""
    checkpoint = Checkpoint(path, lambda: identity)

    def keep(epoch):
        checkpoint.keep(run, epoch)
        if epoch.epoch == kill_after:
            raise Killed

    run = start_run(cell, data)
    return train(run, keep, checkpoint.resume(run)), checkpoint


def killed(cell, data, path, after):
    with pytest.raises(Killed):
        trained(cell, data, path, kill_after=after)
    assert path.exists()


def without_timing(epochs):
    return [dataclasses.replace(epoch, seconds=0, images_per_second=0) for epoch in epochs]


def check_equal_to_whole(cell, data, path, kills=(2,)):
    whole = train(start_run(cell, data))
    for after in kills:
        killed(cell, data, path, after)
    resumed, checkpoint = trained(cell, data, path)
    assert checkpoint.resumed_after == list(kills)
    assert without_timing(resumed) == without_timing(whole)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda optimizer: optimizer["name"])
def test_with_every_optimizer(tiny_cell, tiny_data, path, optimizer):
    schedule = {"name": "constant", "learning_rate": 0.01}
    cell = tiny_cell(epochs=5, optimizer=optimizer, schedule=schedule)
    check_equal_to_whole(cell, tiny_data, path, kills=(1, 3))


@pytest.mark.parametrize(
    "norm",
    [
        {"name": "general", "groups": [1, 8, 1, 1], "running_averages": True},
        {"name": "ghost_batch", "size": 4},
        {"name": "batch_group", "channel_groups": 2, "examples": 4},
    ],
    ids=lambda norm: norm["name"],
)
def test_with_every_kind_of_state_of_norms(tiny_cell, tiny_data, path, norm):
    check_equal_to_whole(tiny_cell(epochs=4, norm=norm), tiny_data, path)


@pytest.mark.parametrize(
    "changes",
    [
        {"schedule": {"name": "by_cutoff", "learning_rate": 0.1, "cutoff": 0.3, "shrink": 0.2,
                      "sequence": "harmonic"}},
        {"schedule": {"name": "one_cycle", "learning_rate": 0.1}, "schedule_interval": 0},
        {"batch_size_schedule": {"name": "batch_size_stages", "sizes": [16, 32],
                                 "milestones": [2]}},
        {"model": {"name": "plain_cnn", "stages": [{"convolutions": [{"channels": 4}],
                                                    "dropout": 0.3}]}, "norm": "none"},
    ],
    ids=["reactive schedule", "one cycle", "growing batches", "dropout"],
)  # fmt: skip
def test_with_what_depends_on_the_past_or_on_chance(tiny_cell, tiny_data, path, changes):
    check_equal_to_whole(tiny_cell(epochs=5, **changes), tiny_data, path, kills=(2, 4))


def test_killed_after_its_last_epoch(tiny_cell, tiny_data, path):
    cell = tiny_cell(epochs=3)
    check_equal_to_whole(cell, tiny_data, path, kills=(3,))


def test_a_run_that_diverged_has_nothing_left_to_do(tiny_cell, tiny_data, path):
    cell = tiny_cell(epochs=4, schedule={"name": "constant", "learning_rate": 1e30})
    killed(cell, tiny_data, path, after=1)
    epochs, _ = trained(cell, tiny_data, path)
    assert len(epochs) == 1


def test_another_identity_is_refused_in_a_sentence(tiny_cell, tiny_data, path, capsys):
    cell = tiny_cell(epochs=3)
    killed(cell, tiny_data, path, after=2)
    other = IDENTITY | {"version of PyTorch": "3"}
    epochs, checkpoint = trained(cell, tiny_data, path, identity=other)
    assert checkpoint.resumed_after == []
    assert without_timing(epochs) == without_timing(train(start_run(cell, tiny_data)))
    said = capsys.readouterr().out
    assert f"the checkpoint {path}: it was made with another version of PyTorch" in said


@pytest.mark.parametrize("kept", [0, 100, 0.5, -1])
def test_a_damaged_file_is_refused_in_a_sentence(tiny_cell, tiny_data, path, capsys, kept):
    cell = tiny_cell(epochs=3)
    killed(cell, tiny_data, path, after=2)
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content)) if kept == 0.5 else kept])
    epochs, checkpoint = trained(cell, tiny_data, path)
    assert checkpoint.resumed_after == []
    assert len(epochs) == 3
    assert "it is damaged or cut short (" in capsys.readouterr().out


def test_nothing_of_a_file_is_executed(tiny_cell, tiny_data, path, capsys):
    path.parent.mkdir()
    torch.save({"identity": IDENTITY, "model": Opens(path.with_name("opened"))}, path)
    trained(tiny_cell(epochs=1), tiny_data, path)
    assert not path.with_name("opened").exists()
    assert "damaged" in capsys.readouterr().out


class Opens:
    """Makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def test_a_full_disk_costs_the_checkpoint_only(tiny_cell, tiny_data, path, capsys, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(torch, "save", full)
    epochs, _ = trained(tiny_cell(epochs=2), tiny_data, path)
    assert len(epochs) == 2
    assert list(path.parent.iterdir()) == []
    assert "no checkpoint after epoch 1 ([Errno 28] No space left" in capsys.readouterr().out


def test_small_runs_do_not_wait_for_the_disk(tiny_cell, tiny_data, path, monkeypatch):
    monkeypatch.setattr(checkpoints, "SECONDS_BETWEEN", 60)
    trained(tiny_cell(epochs=2), tiny_data, path)
    assert not path.exists()


def test_the_time_of_all_parts_of_a_run_is_counted(tiny_cell, tiny_data, path):
    cell = tiny_cell(epochs=4)
    killed(cell, tiny_data, path, after=1)
    saved = torch.load(path, weights_only=True)
    torch.save(saved | {"seconds": 1000.0, "processor_seconds": 900.0}, path)
    killed(cell, tiny_data, path, after=2)
    _, checkpoint = trained(cell, tiny_data, path)
    assert 1000 < checkpoint.earlier.wall < 1060
    assert 900 < checkpoint.earlier.processor < 960


def test_processor_time_that_is_not_known_of_a_part_is_not_made_up(tiny_cell, tiny_data, path):
    cell = tiny_cell(epochs=4)
    killed(cell, tiny_data, path, after=1)
    saved = torch.load(path, weights_only=True)
    del saved["processor_seconds"]
    torch.save(saved, path)
    killed(cell, tiny_data, path, after=2)
    _, checkpoint = trained(cell, tiny_data, path)
    assert checkpoint.earlier.metrics().keys() == {"wall_seconds"}
