"""Whole updates that are replayed, on a CPU: its recorder computes anew."""

from dataclasses import replace

import pytest
import torch
from cpu_recorder import CpuRecorder, RefusingRecorder
from torch.utils._python_dispatch import TorchDispatchMode

from reprise.inventory import names
from reprise.optim.progress import Progress
from reprise.training import epoch_images
from reprise.training.checkpoint import CHANGING
from reprise.training.evaluation import Tally
from reprise.training.loop import start_run, train, updates
from reprise.training.recordings import epoch as replayed_epoch
from reprise.training.recordings.updates import can_record_steps, updates_a_replay

WHOLE = 6  # batches of 16 images, and one of 5
# Three, and as many more as leave whole replays of six updates for the rest of the epoch.
FIRST = 6
DROPOUT = {
    "name": "plain_cnn",
    "stages": [{"convolutions": [{"channels": 4}], "dropout": 0.2}],
}
# A rate that float32 holds as it is, so that nothing is rounded.
CONSTANT = {"name": "constant", "learning_rate": 0.125}


@pytest.fixture
def recorded_run(tiny_cell, tiny_data):
    def make(recorder=CpuRecorder, **changes):
        recorder = recorder()
        cell = tiny_cell(**{"schedule": CONSTANT, "epochs": 3, **changes})
        return start_run(cell, tiny_data, recorder), start_run(cell, tiny_data), recorder

    return make


def untimed(epochs):
    left_out = ("seconds", "images_per_second")
    return [{k: v for k, v in epoch.columns().items() if k not in left_out} for epoch in epochs]


def weights(run):
    return torch.cat([p.detach().flatten() for p in run.model.parameters()])


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"optimizer": {"name": "sgd", "weight_decay": 1e-3, "norm_scale_target": 1}},
        {"optimizer": {"name": "sgd", "weight_decay": 1e-3, "nesterov": True}},
        {"optimizer": {"name": "sgd", "weight_decay": 1e-3, "decay_kernels_only": True}},
        {"momentum": 0.0},
        {"model": DROPOUT, "norm": "none"},
        {"precision": "bfloat16"},
        {"loss": {"name": "cross_entropy", "smoothing": 0.1}},
        {"batch_size_schedule": {
            "name": "batch_size_stages", "sizes": [8, 16], "milestones": [1]}},
        {"training_mode_epochs": 2},
        {"optimizer": "adam", "schedule": {"name": "constant", "learning_rate": 2**-9}},
    ],
    ids=str,
)  # fmt: skip
def test_they_train_the_same_to_the_last_digit(recorded_run, changes):
    run, plain, _ = recorded_run(**changes)
    assert untimed(train(run)) == untimed(train(plain))
    assert torch.equal(weights(run), weights(plain))
    assert run.recorded_updates.replayed >= run.updates - 3 * 3 - 2 * (3 + 7)
    assert run.recorded.replays == 0


@pytest.mark.parametrize(
    "schedule",
    [
        {"name": "sigmoid", "learning_rate": 0.1},
        {"name": "one_cycle", "learning_rate": 0.1},
    ],
    ids=str,
)
def test_rates_that_change_are_rounded_to_float32(recorded_run, schedule):
    run, plain, _ = recorded_run(schedule=schedule, schedule_interval=0)
    found, expected = untimed(train(run)), untimed(train(plain))
    assert [e["learning_rate"] for e in found] == [e["learning_rate"] for e in expected]
    for name in ("train_loss", "test_loss"):
        assert [e[name] for e in found] == pytest.approx([e[name] for e in expected], rel=1e-4)
    assert run.recorded_updates.replayed == 3 * WHOLE - FIRST


def test_all_updates_but_the_first_and_smaller_last_ones_are_replayed(recorded_run):
    run, _, recorder = recorded_run()
    train(run)
    assert run.recorded_updates.replayed == 3 * WHOLE - FIRST
    assert recorder.replays == 2
    # The first six, and the last batch of each epoch.
    assert recorder.prepared == FIRST + 3
    assert recorder.recorded == 1


@pytest.mark.parametrize(
    ("count", "size"), [(390, 6), (6250, 5), (3125, 5), (97, 1), (98, 7), (64, 8), (3, 3)]
)
def test_replays_make_up_an_epoch(count, size):
    assert updates_a_replay(count) == size


def test_a_recording_reads_the_rates_of_its_epoch(recorded_run, monkeypatch):
    """With rates that differ from update to update, and that float32 holds as they are."""
    run, plain, recorder = recorded_run()

    def rate(progress: Progress) -> float:
        return 2.0 ** -(3 + progress.update % 4)

    run.learning_rate_at = plain.learning_rate_at = rate
    object.__setattr__(run.cell, "schedule_interval", 0)
    assert plain.cell.schedule_interval == 0
    assert untimed(train(run)) == untimed(train(plain))
    assert torch.equal(weights(run), weights(plain))
    assert recorder.recorded == 1


@pytest.mark.parametrize("by_update", [False, True])
def test_another_momentum_is_recorded_anew_and_a_changing_one_not_at_all(recorded_run, by_update):
    run, plain, recorder = recorded_run(batch_size=8)

    def momentum(progress: Progress) -> float:
        return 0.5 + 2.0 ** -(2 + progress.update) if by_update else 0.9 - 0.25 * progress.epoch

    run.momentum_at = plain.momentum_at = momentum
    object.__setattr__(run.cell, "schedule_interval", 0 if by_update else 1)
    assert untimed(train(run)) == untimed(train(plain))
    if by_update:
        assert run.recorded_updates.replayed == 0
        assert run.recorded.replays > 0
    else:
        # Of twelve updates an epoch, the first six leave one replay.
        assert run.recorded_updates.replayed == 3 * 6
        assert recorder.recorded == 3


def test_what_cannot_be_recorded_is_done_each_time(recorded_run, capsys):
    run, plain, _ = recorded_run(RefusingRecorder, norm="none")
    assert untimed(train(run)) == untimed(train(plain))
    assert run.recorded_updates.replayed == 0
    said = [line for line in capsys.readouterr().out.splitlines() if "one by one" in line]
    assert "cannot be recorded (operation not permitted when stream is capturing)" in said[0]
    # The gradients alone were tried too.
    assert len(said) == 2


@pytest.mark.parametrize("name", names("optimizer"))
def test_optimizers_that_count_in_python_keep_recordings_of_gradients(tiny_cell, tiny_data, name):
    needed = {
        "in_turn": {"first": "adam", "then": "sgd", "switch": 1},
        "clipped": {"norm": 0.5, "optimizer": "adam"},
    }
    optimizer = {"name": name, **needed.get(name, {})}
    cell = tiny_cell(optimizer=optimizer, schedule={"name": "constant", "learning_rate": 0.1})
    run = start_run(cell, tiny_data, CpuRecorder())
    recorded = name in ("sgd", "adam", "clipped")
    assert can_record_steps(run.optimizer) == recorded
    assert (run.recorded_updates is None) == (not recorded)


def test_an_epoch_that_is_too_large_keeps_recordings_of_gradients(recorded_run, monkeypatch):
    monkeypatch.setattr(replayed_epoch, "LARGEST_EPOCH_BYTES", 1000)
    run, _, _ = recorded_run()
    assert run.recorded_updates is None
    assert run.recorded is not None


def test_who_looks_at_updates_sees_each(recorded_run):
    run, _, _ = recorded_run()
    seen = []
    run.before_step = lambda images, labels: seen.append(len(labels))
    train(run)
    assert seen == 3 * (WHOLE * [16] + [5])
    assert run.recorded_updates.replayed == 0


def test_a_run_goes_on_from_its_state(recorded_run):
    """As a checkpoint keeps it, with rates that are numbers."""
    run, plain, _ = recorded_run()
    first = train(run, stop_after=2)
    state = run.optimizer.state_dict()
    assert all(type(group["lr"]) is float for group in state["param_groups"])
    other, _, _ = recorded_run()
    other.model.load_state_dict(run.model.state_dict())
    other.optimizer.load_state_dict(state)
    for name in CHANGING:
        setattr(other, name, getattr(run, name))
    assert untimed(train(other, earlier=first)) == untimed(train(plain))


# What they cannot be made without.
ARGUMENTS = {
    "color_jitter": {"brightness": 0.3, "contrast": 0.3, "saturation": 0.3, "hue": 0.2},
    "crop": {"padding": 1},
    "one_draw_a_batch": {"augmentation": {"name": "crop", "padding": 2}},
    "rotation": {"degrees": 20},
    "shift": {"width": 0.2, "height": 0.2},
}


@pytest.mark.parametrize("at_once", [1, 20, 1000])
@pytest.mark.parametrize("name", names("augmentation"))
def test_images_are_augmented_the_same_however_many_at_once(
    tiny_cell, tiny_data, monkeypatch, name, at_once
):
    monkeypatch.setattr(epoch_images, "AUGMENTED_PIXELS", at_once * 8 * 8)
    cell = tiny_cell(augmentation=[{"name": name, **ARGUMENTS.get(name, {})}])
    run = start_run(cell, tiny_data, CpuRecorder())
    replayed_epoch.trained_by_recordings(run, 0, Tally(run.data.train.labels, run.task))
    batches = epoch_images.augmented_batches(start_run(cell, tiny_data), 0)
    images, labels = map(torch.cat, zip(*batches, strict=True))
    untouched = epoch_images.augmented_batches(start_run(tiny_cell(augmentation=[]), tiny_data), 0)
    plain, _ = map(torch.cat, zip(*untouched, strict=True))
    assert torch.equal(run.recorded_updates.images, images)
    assert not torch.equal(images, plain)
    assert torch.equal(run.recorded_updates.labels, labels)


class Launches(TorchDispatchMode):
    """Counts operations that ask a device for work, not those that look at memory otherwise."""

    FREE = ("view", "detach", "alias", "t.", "transpose", "permute", "expand", "slice", "select.",
            "unsqueeze", "squeeze", "as_strided", "unbind", "split", "empty", "_unsafe_view",
            "reshape", "new_empty")  # fmt: skip

    def __init__(self):
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, operation, types, arguments=(), named=None):
        name = operation.name().removeprefix("aten::") + "."
        self.count += not name.startswith(self.FREE)
        return operation(*arguments, **(named or {}))


class SilentRecorder(CpuRecorder):
    """Its replays ask for nothing that Python sees, as those of a CUDA graph."""

    def record(self, compute):
        results, _ = super().record(compute)
        return results, lambda: None


def launches_of_an_update(tiny_cell, tiny_data, recorder, whole):
    """Of ResNet-56, once all is recorded: of the updates by which one epoch is longer than another,
    so that what is done once an epoch does not count."""
    cell = tiny_cell(model="resnet56", schedule=CONSTANT, batch_size=10, epochs=2)
    run = start_run(cell, tiny_data, recorder)
    if not whole:
        run.recorded_updates = None
    train(run, stop_after=1)
    counted = []
    for images in (100, 50):
        split = tiny_data.train
        part = type(split)(split.stored, split.rows[:images], split.labels[:images])
        run.data = replace(run.data, train=part)
        run.updates_by_epoch = [images // 10] * 2
        tally = Tally(run.data.train.labels, run.task)
        with Launches() as launches:
            if not replayed_epoch.trained_by_recordings(run, 1, tally):
                for update in updates(run, 1):
                    tally.add(update.loss, update.logits, update.labels)
        counted.append(launches.count)
    return (counted[0] - counted[1]) / 5


def test_an_update_beside_its_recording_asks_the_device_for_nothing(tiny_cell, tiny_data):
    eager = launches_of_an_update(tiny_cell, tiny_data, None, whole=False)
    gradients = launches_of_an_update(tiny_cell, tiny_data, SilentRecorder(), whole=False)
    whole = launches_of_an_update(tiny_cell, tiny_data, SilentRecorder(), whole=True)
    print(f"ResNet-56, operations an update: {eager} eager, {gradients} beside a recording of "
          f"gradients, {whole} beside one of updates")  # fmt: skip
    assert 400 < eager < 600
    assert gradients == 28
    assert whole == 0
