"""Recipes of optimizers, schedules and augmentations that train a cell end to end."""

import pytest

from reprise.training.loop import start_run, train


@pytest.mark.parametrize(
    ("optimizer", "rate"),
    [
        # Rectification keeps the first steps small: 42 updates need a large rate.
        ({"name": "radam", "early_updates": "none"}, 0.1),
        ({"name": "adam_frozen_start", "frozen_updates": 7}, 0.01),
        ("adadelta", 1.0),
        ("ranger", 0.1),
        ("ranger21", 0.02),
        ({"name": "in_turn", "first": "adadelta", "then": "sgd", "switch": 3}, 0.1),
    ],
    ids=str,
)
def test_an_optimizer_learns(tiny_cell, tiny_data, optimizer, rate):
    schedule = {"name": "constant", "learning_rate": rate}
    epochs = train(
        start_run(tiny_cell(epochs=6, optimizer=optimizer, schedule=schedule), tiny_data)
    )
    assert len(epochs) == 6
    assert epochs[-1].test_accuracy > 60
    assert epochs[-1].train_loss < epochs[0].train_loss
    assert {epoch.learning_rate for epoch in epochs} == {rate}


def test_cosines_in_turn_set_the_rate_of_each_epoch(tiny_cell, tiny_data):
    schedule = {
        "name": "in_turn",
        "first": {"name": "cosine_warm_restarts", "learning_rate": 0.1, "first_cycle": 1},
        "then": {"name": "cosine_cycle", "learning_rate": 0.01, "half_cycle": 2},
        "switch": 3,
    }
    epochs = train(start_run(tiny_cell(epochs=6, schedule=schedule), tiny_data))
    rates = [epoch.learning_rate for epoch in epochs]
    assert rates == pytest.approx([0.1, 0.1, 0.05, 0.01, 0.005, 0])


def test_one_draw_a_batch_trains_on_other_images_than_a_draw_an_image(tiny_cell, tiny_data):
    crop = {"name": "crop", "padding": 1, "padding_mode": "reflect"}
    losses = [
        train(start_run(tiny_cell(augmentation=[step]), tiny_data))[-1].train_loss
        for step in (crop, {"name": "one_draw_a_batch", "augmentation": crop})
    ]
    assert losses[0] != losses[1]
