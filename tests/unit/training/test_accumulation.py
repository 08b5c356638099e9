"""Batches whose gradients are accumulated over micro-batches."""

import json
from pathlib import Path

import pytest
import torch
from cpu_recorder import CpuRecorder
from torch import nn

from reprise.training.accumulation import do_accumulated_update, micro_batches
from reprise.training.epoch_images import augmented_batches
from reprise.training.history import TIMING_COLUMNS
from reprise.training.jobs.cell_job import run_cell
from reprise.training.loop import start_run, train, updates
from reprise.training.update import do_update

GHOST = {"name": "ghost_batch", "size": 8}


@pytest.fixture
def pair(tiny_cell, tiny_data):
    """A run whose batches are computed at once, and one that accumulates."""

    def start(size, **changes):
        cells = tiny_cell(**changes), tiny_cell(**changes, micro_batch_size=size)
        return [start_run(cell, tiny_data) for cell in cells]

    return start


def without_timing(epochs):
    return [
        {k: v for k, v in epoch.columns().items() if k not in TIMING_COLUMNS} for epoch in epochs
    ]


def largest_difference(one, other):
    states = one.model.state_dict(), other.model.state_dict()
    return max((states[0][name] - states[1][name]).abs().max().item() for name in states[0])


@pytest.mark.parametrize("batch_size", [32, 41, 50], ids=["whole", "one left over", "rest"])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_with_ghost_batch_norm_the_update_is_that_of_the_whole_batch(pair, batch_size, optimizer):
    rate = {"sgd": 0.1, "adam": 0.003}[optimizer]
    whole, cut = pair(
        16, norm=GHOST, batch_size=batch_size, optimizer=optimizer, epochs=3,
        schedule={"name": "sigmoid", "learning_rate": rate},
    )  # fmt: skip
    count = 0
    for epoch in range(3):
        for expected, found in zip(updates(whole, epoch), updates(cut, epoch), strict=True):
            count += 1
            assert torch.equal(found.labels, expected.labels)
            torch.testing.assert_close(found.logits, expected.logits, rtol=1e-3, atol=1e-4)
            torch.testing.assert_close(found.loss, expected.loss, rtol=1e-4, atol=1e-6)
    assert count == whole.updates == cut.updates >= 6
    # Weights, scales, shifts and running averages alike. Adam makes much of what rounding leaves of
    # small gradients.
    assert largest_difference(whole, cut) < 5e-4
    assert largest_difference(whole, start_run(whole.cell, whole.data)) > 0.01


def test_batches_that_are_no_larger_are_computed_as_ever(pair):
    whole, cut = pair(16, batch_size=16)
    assert without_timing(train(whole)) == without_timing(train(cut))


def test_batch_norm_averages_the_statistics_of_micro_batches(pair):
    whole, cut = pair(20, batch_size=50, augmentation=[])
    first = whole.model.get_submodule(
        next(name for name, m in whole.model.named_modules() if isinstance(m, nn.BatchNorm2d))
    )
    seen = []
    handle = first.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0]))
    next(updates(whole, 0))
    handle.remove()
    norm = next(m for m in cut.model.modules() if isinstance(m, nn.BatchNorm2d))
    next(updates(cut, 0))
    (images,) = seen
    pieces = images[:20], images[20:40], images[40:]
    variance = sum(len(piece) / 50 * piece.transpose(0, 1).flatten(1).var(1) for piece in pieces)
    torch.testing.assert_close(norm.running_mean, 0.1 * images.mean((0, 2, 3)))
    torch.testing.assert_close(norm.running_var, 0.9 + 0.1 * variance)
    assert norm.momentum == 0.1
    # Each micro-batch has statistics of its own.
    assert largest_difference(whole, cut) > 1e-4


def test_uneven_micro_batches_of_labels_weigh_by_their_predictions(pair, monkeypatch):
    """As masks do, of which some pixels have no class: class 0 is one that counts three times."""
    whole, cut = pair(20, norm={"name": "group", "groups": 2}, batch_size=50)
    for run in (whole, cut):
        factors = torch.tensor([3.0, 1.0, 1.0, 1.0])

        def mean(logits, labels, factors=factors):
            losses = nn.functional.cross_entropy(logits, labels, reduction="none")
            return (losses * factors[labels]).sum() / factors[labels].sum()

        run.loss = mean
        monkeypatch.setattr(
            run.task, "weight", lambda labels, factors=factors: factors[labels].sum()
        )
    (batch, *_) = augmented_batches(whole, 0)
    expected = do_update(whole, *batch)
    batches = micro_batches(cut, 0)
    found = do_accumulated_update(cut, next(batches))
    torch.testing.assert_close(found.loss, expected.loss)
    assert largest_difference(whole, cut) < 1e-6


def test_who_looks_at_a_batch_sees_all_of_it(pair):
    seen = []
    for run in pair(16, norm=GHOST, batch_size=48):
        grown = []

        def look(inputs, labels, run=run, grown=grown):
            gradients = (parameter.grad for parameter in run.model.parameters())
            grown += [inputs, labels, *(g.clone() for g in gradients if g is not None)]

        run.before_step = look
        next(updates(run, 0))
        seen.append(grown)
    for expected, found in zip(*seen, strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-5)


def test_the_weight_of_the_newest_batch_comes_back_after_an_error(pair):
    _, cut = pair(16, batch_size=48)

    def fail(logits, labels):
        raise RuntimeError("no loss")

    cut.loss = fail
    with pytest.raises(RuntimeError, match="no loss"):
        next(updates(cut, 0))
    assert {m.momentum for m in cut.model.modules() if isinstance(m, nn.BatchNorm2d)} == {0.1}


def test_metrics_and_log_say_so(make_job, tiny_cell, capsys):
    cell = tiny_cell(
        norm=GHOST, batch_size=50, train_images=230, test_images=50, micro_batch_size=24
    )
    job = make_job(cell)
    run_cell(job)
    metrics = json.loads(Path(job["metrics"]).read_text())
    # Four batches of 50 and one of 30 in each of two epochs.
    assert (metrics["updates"], metrics["accumulated_updates"]) == (10, 10)
    assert metrics["cell"]["micro_batch_size"] == 24
    assert metrics["provenance"]["gradients"] == "accumulated over micro-batches of 24 images"
    assert "gradients accumulated over micro-batches of 24 images" in capsys.readouterr().out


def test_streamed_images_are_read_a_micro_batch_at_a_time(make_job, tiny_cell):
    cell = tiny_cell(norm=GHOST, batch_size=50, train_images=230, micro_batch_size=16)
    jobs = [make_job(cell, f"share{share}") | {"resident_share": share} for share in (0, 1)]
    for job in jobs:
        run_cell(job)
    rows = [
        [line.split(",")[:10] for line in Path(job["history"]).read_text().splitlines()]
        for job in jobs
    ]
    assert rows[0] == rows[1]


def test_recordings_leave_it_alone(tiny_cell, tiny_data, capsys):
    cell = tiny_cell(norm=GHOST, batch_size=48, micro_batch_size=16)
    run = start_run(cell, tiny_data, CpuRecorder())
    assert run.recorded is run.recorded_updates is run.recorded_logits is None
    assert "accumulated over micro-batches" in capsys.readouterr().out
