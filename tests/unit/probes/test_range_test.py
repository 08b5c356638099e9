"""Sweeps over learning rates on tiny data."""

import math

import numpy as np
import pytest

from reprise.errors import InputError
from reprise.probes.range_test import range_test
from reprise.training.loop import start_run, updates

RULE = {"name": "before_rise", "decades": 0.3}

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def sweep(sweep_cell, resident, stripes):
    def run(cell=None, **arguments):
        cell = cell or sweep_cell()
        return range_test(cell, resident(cell), stripes, **arguments)

    return run


def test_rates_rise_geometrically_until_the_loss_passes_the_multiple(sweep):
    result = sweep(rule=RULE, smoothing=0.5, stop_at=3)
    points, metrics = result.points, result.metrics
    assert result.status == "finished"
    assert points["update"].tolist() == list(range(1, len(points) + 1))
    assert np.diff(np.log10(points["learning_rate"])) == pytest.approx(8 / 29)
    assert len(points) < 30
    lowest = points["smoothed_loss"][:-1].min()
    assert points["smoothed_loss"].iloc[-1] > 3 * lowest
    assert (points["smoothed_loss"][:-1] <= 3 * points["smoothed_loss"][:-1].cummin()).all()
    assert metrics["diverged_at"] == metrics["last_learning_rate"]
    assert metrics["diverged_at"] == points["learning_rate"].iloc[-1]
    best = points["learning_rate"][points["smoothed_loss"].idxmin()]
    assert metrics["lowest_loss"] == points["smoothed_loss"].min()
    assert metrics["learning_rate_of_lowest_loss"] == best
    assert metrics["suggested_learning_rate"] == pytest.approx(best / 10**0.3)


def test_losses_are_smoothed_from_the_first_one_on(sweep):
    points = sweep(smoothing=0.9, stop_at=None).points
    losses = points["loss"].tolist()
    assert points["smoothed_loss"][0] == pytest.approx(losses[0])
    expected = (0.9 * losses[0] + losses[1]) / 1.9
    assert points["smoothed_loss"][1] == pytest.approx(expected)
    unsmoothed = sweep(smoothing=0, stop_at=None).points
    assert unsmoothed["smoothed_loss"].tolist() == unsmoothed["loss"].tolist()


def test_the_losses_are_those_of_training(sweep, sweep_cell, resident):
    cell = sweep_cell(schedule={"name": "linear_sweep", "first": 0.001, "last": 0.01}, epochs=2)
    result = sweep(cell, validation_batches=2)
    run = start_run(cell, resident(cell))
    losses = [update.loss.item() for epoch in range(2) for update in updates(run, epoch)]
    assert result.points["loss"].tolist() == losses
    assert result.points["epoch"].tolist() == [1] * 10 + [2] * 10
    assert result.metrics["diverged_at"] is None
    assert result.metrics["last_learning_rate"] == pytest.approx(0.01)
    assert result.metrics["updates"] == 20


def test_no_rule_suggests_nothing_and_neither_does_a_curve_that_only_falls(sweep, sweep_cell):
    assert sweep().metrics["suggested_learning_rate"] is None
    low = sweep_cell(schedule={"name": "linear_sweep", "first": 0.001, "last": 0.03}, epochs=1)
    result = sweep(low, rule=RULE, smoothing=0.9)
    assert result.points["smoothed_loss"].idxmin() == len(result.points) - 1
    assert result.metrics["suggested_learning_rate"] is None


def test_the_validation_loss_is_sampled_every_so_often(sweep, sweep_cell):
    cell = sweep_cell(schedule={"name": "linear_sweep", "first": 0.001, "last": 0.01})
    result = sweep(cell, validation_batches=2, validation_every=4)
    sampled = result.points.dropna(subset="validation_loss")
    assert sampled["update"].tolist() == [4, 8, 12, 16, 20, 24, 28]
    high = sampled["validation_loss"][sampled["update"] > 15]
    assert result.metrics["high_rate_validation_loss"] == pytest.approx(high.mean())
    assert sweep(cell).metrics["high_rate_validation_loss"] is None


def test_a_sweep_that_diverges_has_no_loss_at_high_rates(sweep):
    result = sweep(validation_batches=1, stop_at=2, smoothing=0)
    assert result.metrics["diverged_at"] is not None
    assert result.metrics["high_rate_validation_loss"] is None


def test_what_a_sweep_does_not_reach_counts_as_the_ceiling(sweep, sweep_cell):
    cell = sweep_cell(schedule={"name": "exponential_sweep", "first": 1e-2, "last": 1e3})
    arguments = {"validation_batches": 1, "stop_at": 2, "smoothing": 0}
    result = sweep(cell, **arguments, loss_ceiling=5)
    high = result.points["validation_loss"][result.points["update"] > 15].tolist()
    assert 15 < len(result.points) < 30
    expected = (sum(min(loss, 5) for loss in high) + 5 * (15 - len(high))) / 15
    assert result.metrics["high_rate_validation_loss"] == pytest.approx(expected)
    assert sweep(cell, **arguments).metrics["high_rate_validation_loss"] is None


def test_losses_above_the_ceiling_and_infinite_ones_count_as_the_ceiling(sweep, sweep_cell):
    explosive = sweep_cell(
        norm="none", schedule={"name": "exponential_sweep", "first": 1e-3, "last": 1e38}
    )
    result = sweep(explosive, stop_at=None, validation_batches=1, loss_ceiling=3)
    assert not result.points["validation_loss"].map(math.isfinite).all()
    assert result.metrics["high_rate_validation_loss"] == 3


def test_a_ceiling_that_no_loss_reaches_changes_nothing(sweep, sweep_cell):
    cell = sweep_cell(schedule={"name": "linear_sweep", "first": 0.001, "last": 0.01})
    plain = sweep(cell, validation_batches=2).metrics["high_rate_validation_loss"]
    bounded = sweep(cell, validation_batches=2, loss_ceiling=100).metrics
    assert bounded["high_rate_validation_loss"] == plain > 0


def test_the_penalty_of_the_weight_decay_is_part_of_the_validation_loss(
    sweep, sweep_cell, resident
):
    """Half the weight decay times the squared weights that it acts on."""
    cell = sweep_cell(
        schedule={"name": "linear_sweep", "first": 1e-9, "last": 2e-9},
        optimizer={"name": "sgd", "weight_decay": 0.02, "decay_kernels_only": True},
    )
    plain = sweep(cell, validation_batches=2).points["validation_loss"].to_numpy()
    keras = sweep(cell, validation_batches=2, penalty=True).points["validation_loss"].to_numpy()
    weights = start_run(cell, resident(cell)).model.parameters()
    squares = sum(w.square().sum().item() for w in weights if w.dim() > 1)
    assert squares > 1
    assert keras - plain == pytest.approx(np.full(len(plain), 0.01 * squares), rel=1e-4)


def test_averages_may_be_estimated_anew_before_each_sample(sweep, sweep_cell):
    """Averages that hardly move say nothing of the weights; training goes the same way."""
    cell = sweep_cell(
        schedule={"name": "linear_sweep", "first": 0.01, "last": 0.05},
        norm={"name": "batch", "momentum": 1e-4},
        epochs=3,
    )
    lagging = sweep(cell, validation_batches=4)
    fresh = sweep(cell, validation_batches=4, reestimated_batches=5)
    assert fresh.points["loss"].tolist() == lagging.points["loss"].tolist()
    assert (
        fresh.points["validation_loss"].iloc[-1] < 0.95 * lagging.points["validation_loss"].iloc[-1]
    )


def test_a_loss_that_is_not_finite_ends_the_sweep(sweep, sweep_cell):
    explosive = sweep_cell(
        norm="none", schedule={"name": "exponential_sweep", "first": 1e10, "last": 1e38}
    )
    result = sweep(explosive, stop_at=None, smoothing=0)
    assert result.status == "finished"
    assert not math.isfinite(result.points["smoothed_loss"].iloc[-1])
    assert result.points["smoothed_loss"][:-1].map(math.isfinite).all()
    assert result.metrics["diverged_at"] == result.points["learning_rate"].iloc[-1]
    assert math.isfinite(result.metrics["lowest_loss"])


def test_equal_sweeps_are_equal(sweep):
    assert sweep(rule=RULE).points.equals(sweep(rule=RULE).points)


@pytest.mark.parametrize(
    ("changes", "arguments", "sentence"),
    [
        ({"schedule": {"name": "constant", "learning_rate": 0.1}}, {}, "but 'constant' does not"),
        ({}, {"stop_at": 1}, "expects a stop_at above 1, a multiple of the lowest loss, or null"),
        ({}, {"validation_batches": -1}, "expects validation_batches of 0 or more, found -1"),
        ({}, {"reestimated_batches": -1}, "expects reestimated_batches of 0 or more, found -1"),
        ({}, {"smoothing": 1.0}, "expects a smoothing from 0 to below 1, found 1"),
        ({}, {"validation_every": 0}, "validation_every of 1 update or more, found 0"),
        ({}, {"loss_ceiling": 0}, "expects a loss_ceiling that is above 0 and finite, found 0"),
        ({}, {"loss_ceiling": 9}, "found none: give it validation_batches"),
        ({}, {"loss_ceiling": 9, "validation_batches": 1, "validation_every": 31}, "found none"),
    ],
)
def test_what_is_no_sweep_is_refused(sweep, sweep_cell, changes, arguments, sentence):
    with pytest.raises(InputError, match="range_test") as caught:
        sweep(sweep_cell(**changes), **arguments)
    assert sentence in str(caught.value)
