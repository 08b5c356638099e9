"""Held-out validation images, schedules that react to losses, dropout, early stopping."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from reprise.data.resident import resident_split
from reprise.training.loop import start_run, train, updates

DROPOUT_NET = {
    "name": "plain_cnn",
    "stages": [{"convolutions": [{"channels": 4}], "dropout": 0.5}],
    "hidden": [16],
}


@pytest.fixture
def held_out_data(tiny_data):
    """Validation images that are neither trained on nor tested with."""
    generator = np.random.default_rng(3)
    images = generator.integers(0, 255, (40, 1, 8, 8)).astype(np.uint8)
    labels = generator.integers(0, 4, 40)
    device = torch.device("cpu")
    return replace(tiny_data, validation=resident_split(images, labels, np.arange(40), device))


def test_without_held_out_images_validation_is_the_test(tiny_cell, tiny_data):
    for epoch in train(start_run(tiny_cell(), tiny_data)):
        assert (epoch.validation_loss, epoch.validation_accuracy) == (
            epoch.test_loss,
            epoch.test_accuracy,
        )


def test_held_out_images_are_scored_by_themselves(tiny_cell, tiny_data, held_out_data):
    plain = train(start_run(tiny_cell(epochs=6), tiny_data))[-1]
    held = train(start_run(tiny_cell(epochs=6), held_out_data))[-1]
    assert (held.train_loss, held.test_loss) == (plain.train_loss, plain.test_loss)
    assert held.validation_loss != held.test_loss
    assert held.validation_accuracy < 60 < held.test_accuracy  # its labels are random


def test_a_schedule_reacts_to_the_validation_losses(tiny_cell, held_out_data):
    schedule = {"name": "by_oscillation", "learning_rate": 0.08, "sequence": "geometric"}
    cell = tiny_cell(
        epochs=8, schedule={**schedule, "sequence": {"name": "geometric", "ratio": 0.5}}
    )
    epochs = train(start_run(cell, held_out_data))
    losses = [epoch.validation_loss for epoch in epochs]
    rises = [sum(after > before for before, after in pairwise(losses[:n])) for n in range(8)]
    assert [epoch.learning_rate for epoch in epochs] == pytest.approx(
        [0.08 * 0.5**count for count in rises]
    )
    assert rises[-1] > 0  # random labels: the loss on them does rise


def test_the_losses_so_far_are_all_the_state_of_a_reactive_schedule(tiny_cell, held_out_data):
    schedule = {"name": "by_oscillation", "learning_rate": 0.08, "sequence": "harmonic"}
    cell = tiny_cell(epochs=8, schedule=schedule)
    whole_run = train(start_run(cell, held_out_data))
    resumed = start_run(cell, held_out_data)
    resumed.updates = whole_run[5].updates
    resumed.validation_losses = tuple(epoch.validation_loss for epoch in whole_run[:6])
    next(updates(resumed, 6))
    assert resumed.learning_rate == whole_run[6].learning_rate < 0.08


def test_the_model_trains_in_evaluation_mode_after_the_given_epochs(tiny_cell, tiny_data):
    run = start_run(tiny_cell(epochs=3, training_mode_epochs=1), tiny_data)
    modes = []
    for epoch in range(3):
        for _ in updates(run, epoch):
            modes.append(run.model.training)
    per_epoch = len(modes) // 3
    assert modes == [True] * per_epoch + [False] * (2 * per_epoch)


def test_dropout_draws_from_the_seed_and_leaves_global_generators_alone(tiny_cell, tiny_data):
    def losses(seed):
        cell = tiny_cell(model=DROPOUT_NET, norm="none", seed=seed)
        return [epoch.train_loss for epoch in train(start_run(cell, tiny_data))]

    torch.manual_seed(1)
    first = losses(1)
    state = torch.random.get_rng_state()
    torch.manual_seed(2)
    assert losses(1) == first
    assert losses(2) != first
    torch.manual_seed(1)
    assert torch.equal(state, torch.random.get_rng_state())


def test_dropout_differs_from_epoch_to_epoch(tiny_cell, tiny_data):
    cell = tiny_cell(
        model=DROPOUT_NET,
        norm="none",
        augmentation=[],
        batch_size=101,
        epochs=2,
        schedule={"name": "constant", "learning_rate": 0.0},
    )
    first, second = train(start_run(cell, tiny_data))
    assert first.train_loss != second.train_loss
    assert first.test_loss == second.test_loss  # nothing was learned and nothing dropped


def test_a_run_stops_when_its_validation_loss_stands_still(tiny_cell, tiny_data):
    still = {"name": "constant", "learning_rate": 0.0}
    settings = {"epochs": 9, "schedule": still, "norm": {"name": "group", "groups": 2}}
    assert len(train(start_run(tiny_cell(**settings), tiny_data))) == 9
    stopping = tiny_cell(**settings, stop_below_change=1e-7)
    assert len(train(start_run(stopping, tiny_data))) == 3
