"""Recordings of updates, on a CPU: its recorder computes anew and writes where a GPU would."""

from pathlib import Path

import pytest
import torch
from cpu_recorder import CpuRecorder, RefusingRecorder

from reprise.inventory import names
from reprise.training.loop import start_run, train, updates

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
BATCHES = 7  # six of 16 images and one of 5
DROPOUT = {
    "name": "plain_cnn",
    "stages": [{"convolutions": [{"channels": 4}], "dropout": 0.2}],
}


@pytest.fixture
def recorded_run(tiny_cell, tiny_data):
    def make(recorder=CpuRecorder, **changes):
        recorder = recorder()
        run = start_run(tiny_cell(**changes), tiny_data, recorder)
        # test_recorded_updates.py has the tests of these.
        run.recorded_updates = None
        return run, recorder

    return make


def untimed(epochs):
    return [
        (e.train_loss, e.train_accuracy, e.test_loss, e.test_accuracy, e.updates) for e in epochs
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"momentum": {"name": "one_cycle_momentum", "base_momentum": 0.8, "max_momentum": 0.9}},
        {"optimizer": {"name": "sgd", "weight_decay": 1e-3, "norm_scale_target": 1}},
        {"optimizer": "adam"},
        {"optimizer": {"name": "in_turn", "first": "adam", "then": "sgd", "switch": 1}},
        {"optimizer": {"name": "ranger", "weight_decay": 1e-3}},
        {"model": DROPOUT, "norm": "none"},
        {"precision": "bfloat16"},
        {"batch_size_schedule": {
            "name": "batch_size_stages", "sizes": [8, 16], "milestones": [1]}},
        {"training_mode_epochs": 1},
        {"loss": {"name": "cross_entropy", "smoothing": 0.1}},
    ],
    ids=str,
)  # fmt: skip
def test_replayed_updates_train_the_same(recorded_run, tiny_cell, tiny_data, changes):
    run, recorder = recorded_run(**changes)
    epochs = train(run)
    assert untimed(epochs) == untimed(train(start_run(tiny_cell(**changes), tiny_data)))
    assert run.recorded.replays == run.updates - recorder.prepared
    assert run.recorded.replays >= run.updates - 2 * 5


def test_batches_of_one_shape_are_recorded_once_they_have_come_three_times(recorded_run):
    run, recorder = recorded_run()
    replays = [run.recorded.replays for epoch in range(2) for _ in updates(run, epoch)]
    assert replays[:BATCHES] == [0, 0, 0, 1, 2, 3, 3], "three, then replays, then a smaller batch"
    assert replays[BATCHES:] == [4, 5, 6, 7, 8, 9, 9], "the smaller batch left the recording alone"
    assert recorder.recorded == 1


def test_another_batch_size_or_mode_is_recorded_in_its_place(recorded_run):
    sizes = {"name": "batch_size_stages", "sizes": [8, 16], "milestones": [1]}
    run, recorder = recorded_run(batch_size_schedule=sizes)
    train(run)
    assert recorder.recorded == 2
    run, recorder = recorded_run(training_mode_epochs=1)
    train(run)
    assert recorder.recorded == 2


def test_what_an_update_gives_out_stays(recorded_run):
    run, _ = recorded_run()
    given = [(u.loss, u.loss.item(), u.logits, u.logits.clone()) for u in updates(run, 0)]
    assert run.recorded.replays
    for loss, value, logits, copy in given:
        assert loss.item() == value
        assert torch.equal(logits, copy)


def test_gradients_are_those_of_the_recording_again_after_a_smaller_batch(recorded_run):
    run, _ = recorded_run(epochs=3)
    head, seen = run.model.head.weight, []
    for epoch in range(3):
        seen += [head.grad for _ in updates(run, epoch)]
    replayed = [gradient for gradient in seen[3:] if gradient is seen[3]]
    assert len(replayed) == 3 + 6 + 6


def test_what_cannot_be_recorded_is_computed_each_time(
    recorded_run, tiny_cell, tiny_data, capsys
):  # fmt: skip
    run, _ = recorded_run(RefusingRecorder, norm="none")
    epochs = train(run)
    printed = capsys.readouterr().out
    assert untimed(epochs) == untimed(train(start_run(tiny_cell(norm="none"), tiny_data)))
    assert run.recorded.replays == 0
    assert (
        printed.count("cannot be recorded (operation not permitted when stream is capturing)") == 1
    )
    assert "and more" not in printed


@pytest.mark.parametrize(
    "norm",
    [
        "batch",
        {"name": "general", "groups": [1, 4, 1, 1], "running_averages": True},
        {"name": "ghost_batch", "size": 8},
        {"name": "batch_group", "channel_groups": 4},
    ],
    ids=str,
)
def test_averages_of_norms_are_changed_where_they_are(tiny_cell, tiny_data, norm):
    """A recording writes to the memory that they had when it was made."""
    run = start_run(tiny_cell(norm=norm), tiny_data)
    before = {name: (b, b.data_ptr(), b.clone()) for name, b in run.model.named_buffers()}
    for _ in updates(run, 0):
        pass
    after = dict(run.model.named_buffers())
    assert all(after[name] is buffer for name, (buffer, _, _) in before.items())
    assert all(after[name].data_ptr() == place for name, (_, place, _) in before.items())
    assert any(not torch.equal(after[name], value) for name, (_, _, value) in before.items())


# What they cannot be made without.
NEEDED = {
    "in_turn": {"first": "adam", "then": "sgd", "switch": 1},
    "clipped": {"norm": 0.5, "optimizer": "adam"},
}


@pytest.mark.parametrize("name", names("optimizer"))
def test_optimizers_change_weights_where_they_are(tiny_cell, tiny_data, name):
    """A recording reads the memory that they had when it was made. Seven updates an epoch are more
    than the optimizers that look ahead take between two looks."""
    constant = {"name": "constant", "learning_rate": 0.1}
    cell = tiny_cell(optimizer={"name": name, **NEEDED.get(name, {})}, schedule=constant)
    run = start_run(cell, tiny_data)
    before = [(p, p.data_ptr(), p.detach().clone()) for p in run.model.parameters()]
    # As a checkpoint does.
    run.optimizer.load_state_dict(run.optimizer.state_dict())
    for epoch in range(cell.epochs):
        for _ in updates(run, epoch):
            pass
    after = list(run.model.parameters())
    assert all(p is parameter for (parameter, _, _), p in zip(before, after, strict=True))
    assert all(p.data_ptr() == place for (_, place, _), p in zip(before, after, strict=True))
    if name != "adam_frozen_start":
        assert any(not torch.equal(p, old) for (_, _, old), p in zip(before, after, strict=True))


def gradients_seen(run):
    """The sizes of all batches of an epoch, and the gradients that were there with each."""
    sizes, gradients = [], []

    def look(images, labels):
        sizes.append(len(images))
        there = (p.grad for p in run.model.parameters() if p.grad is not None)
        gradients.append([gradient.clone() for gradient in there])

    run.before_step = look
    for _ in updates(run, 0):
        pass
    return sizes, gradients


def test_who_looks_at_gradients_sees_each_batch(recorded_run, tiny_cell, tiny_data):
    run, recorder = recorded_run()
    sizes, gradients = gradients_seen(run)
    assert sizes == [16] * 6 + [5]
    assert recorder.recorded == 1
    _, expected = gradients_seen(start_run(tiny_cell(), tiny_data))
    for found, right in zip(gradients, expected, strict=True):
        assert found
        assert all(map(torch.equal, found, right))


BATCH_STATISTICS = {"norm": {"name": "general", "groups": [1, 4, 1, 1]}, "batch_size": 4}


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_an_evaluation_of_many_batches_is_replayed(recorded_run, tiny_cell, tiny_data, precision):
    changes = BATCH_STATISTICS | {"precision": precision}
    run, recorder = recorded_run(**changes)
    epochs = train(run)
    # Of 18 whole batches and one of 3: three at first, then all that are whole.
    assert run.recorded_logits.replays == 2 * 18 - 3
    assert recorder.recorded == 2
    assert untimed(epochs) == untimed(train(start_run(tiny_cell(**changes), tiny_data)))


def test_an_evaluation_of_few_batches_is_not(recorded_run):
    run, _ = recorded_run()
    train(run)
    assert run.recorded_logits.replays == 0


def test_an_evaluation_that_cannot_be_recorded_is_computed(
    recorded_run, tiny_cell, tiny_data, capsys
):
    run, _ = recorded_run(RefusingRecorder, **BATCH_STATISTICS)
    epochs = train(run)
    assert capsys.readouterr().out.count("evaluates batches one by one") == 1
    assert run.recorded_logits.replays == 0
    expected = train(start_run(tiny_cell(**BATCH_STATISTICS), tiny_data))
    assert untimed(epochs) == untimed(expected)


def test_the_benchmark_sets_replayed_updates_beside_eager_ones(tiny_cell, tiny_data, monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    from launch_bound import replayed_against_eager

    found = replayed_against_eager(
        tiny_cell(),
        tiny_data,
        lambda device: CpuRecorder(),
        batch_sizes=(4, 8),
        rounds=2,
        batches=6,
    )
    for result in found.values():
        assert [len(speeds) for speeds in result["images_per_second"].values()] == [2, 2]
        # All but the first three of the first round, the others of a warming round aside.
        assert result["replayed_updates"] == 3 * (4 + 6) - 3
        assert result["ratio_to_eager"]["median"] > 0


def test_the_benchmark_says_when_an_accuracy_is_reached(tiny_cell, tiny_data, monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    from time_to_accuracy import time_to_accuracy

    found = time_to_accuracy(tiny_cell(), tiny_data, (0.0, 101.0), CpuRecorder())
    assert found["seconds"][0.0] > 0
    assert found["seconds"][101.0] is None
    assert 0 <= found["test_accuracy"] <= 100
