"""Ranges of the loss along the gradient against steps that are taken by hand."""

import copy

import pytest
import torch

from reprise.errors import InputError
from reprise.probes.loss_landscape import _losses_along_gradient, loss_landscape
from reprise.training.loop import start_run, updates

STEPS = [0.01, 0.1, 0.5]
DROPPING = {
    "name": "plain_cnn",
    "stages": [{"convolutions": [{"channels": 4}], "dropout": 0.3}],
    "hidden": [8],
    "hidden_dropout": 0.5,
}

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def measure(resident, stripes):
    def run(cell, **arguments):
        return loss_landscape(cell, resident(cell), stripes, **{"steps": STEPS, **arguments})

    return run


@pytest.fixture
def first_batch(resident):
    """A run before its first update, and the batch of that update."""

    def make(cell):
        batches = []
        other = start_run(cell, resident(cell))
        other.before_step = lambda *batch: batches.append(batch)
        next(updates(other, 0))
        return start_run(cell, resident(cell)), *batches[0]

    return make


def losses_by_hand(run, inputs, labels, steps):
    """The loss after a step of plain gradient descent of each size."""
    losses = []
    for step in steps:
        model = copy.deepcopy(run.model)
        run.loss(model(inputs), labels).backward()
        torch.optim.SGD(model.parameters(), lr=step).step()
        losses.append(run.loss(model(inputs), labels).item())
    return losses


@pytest.mark.parametrize("norm", ["batch", "none"])
def test_losses_are_those_after_steps_of_gradient_descent(steady_cell, first_batch, measure, norm):
    cell = steady_cell(norm=norm, epochs=1)
    run, inputs, labels = first_batch(cell)
    expected = losses_by_hand(run, inputs, labels, STEPS)
    assert _losses_along_gradient(run, inputs, labels, STEPS)[1:].tolist() == pytest.approx(
        expected
    )
    first = measure(cell).points.iloc[0]
    assert (first["epoch"], first["update"]) == (1, 1)
    assert first["loss"] == pytest.approx(run.loss(run.model(inputs), labels).item())
    assert first["lowest"] == pytest.approx(min(expected))
    assert first["highest"] == pytest.approx(max(expected))


def test_a_step_of_0_is_the_loss_itself_whatever_is_dropped(steady_cell, first_batch):
    run, inputs, labels = first_batch(steady_cell(model=DROPPING))
    loss, *along = _losses_along_gradient(run, inputs, labels, [0, 0, 1e-3])
    assert along[0] == along[1] == loss
    assert along[2] < loss


@pytest.mark.parametrize(
    ("model", "norm"),
    [
        (DROPPING, "batch"),
        (DROPPING, {"name": "general", "groups": [1, 2, 1, 1], "running_averages": True}),
    ],
)
def test_a_measurement_leaves_everything_as_it_is(steady_cell, first_batch, model, norm):
    run, inputs, labels = first_batch(steady_cell(model=model, norm=norm))
    run.loss(run.model(inputs), labels).backward()
    state, numbers = copy.deepcopy(run.model.state_dict()), torch.get_rng_state()
    gradients = [parameter.grad.clone() for parameter in run.model.parameters()]
    _losses_along_gradient(run, inputs, labels, STEPS)
    assert all(torch.equal(state[name], value) for name, value in run.model.state_dict().items())
    assert all(
        torch.equal(p.grad, g) for p, g in zip(run.model.parameters(), gradients, strict=True)
    )
    assert torch.equal(numbers, torch.get_rng_state())


def test_the_training_is_the_one_without_measurements(steady_cell, measure, trained):
    cell = steady_cell(model=DROPPING, momentum=0.9, epochs=2)
    _, epochs = trained(cell)
    metrics = measure(cell).metrics
    assert metrics["train_loss"] == epochs[-1].train_loss
    assert metrics["test_loss"] == epochs[-1].test_loss
    assert metrics["test_accuracy"] == epochs[-1].test_accuracy


def test_measurements_are_spread_from_the_first_to_the_last_update(steady_cell, measure):
    cell = steady_cell()
    some = measure(cell, measurements=4)
    assert some.points["update"].tolist() == [1, 11, 20, 30]
    assert some.points["epoch"].tolist() == [1, 2, 2, 3]
    assert some.metrics["measurements"] == 4
    assert measure(cell, measurements=1000).points["update"].tolist() == list(range(1, 31))


def test_metrics_sum_the_ranges_up(steady_cell, measure):
    result = measure(steady_cell(), measurements=5)
    ranges = result.points["highest"] - result.points["lowest"]
    assert (ranges > 0).all()
    assert result.metrics["mean_range"] == pytest.approx(ranges.mean())
    assert result.metrics["median_range"] == pytest.approx(ranges.median())
    assert result.metrics["ranges_not_finite"] == 0
    assert result.status == "finished"


def test_a_range_that_overflows_has_no_value_and_is_counted(steady_cell, measure):
    result = measure(steady_cell(norm="none", epochs=1), steps=[0.1, 1e30], measurements=3)
    assert result.status == "finished"
    assert result.points["lowest"].isna().all()
    assert result.points["loss"].notna().all()
    assert result.metrics["mean_range"] is None
    assert (result.metrics["measurements"], result.metrics["ranges_not_finite"]) == (0, 3)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"steps": [0.1]}, r"two or more different step sizes of 0 or more as steps, found \[0.1"),
        ({"steps": [0.1, 0.1]}, "two or more different step sizes"),
        ({"steps": [-0.1, 0.1]}, "two or more different step sizes"),
        ({"steps": ["a", 0.1]}, "two or more different step sizes"),
        ({"measurements": 0}, "expects 1 measurement or more, found 0"),
    ],
)
def test_what_measures_nothing_is_refused(steady_cell, measure, arguments, sentence):
    with pytest.raises(InputError, match=sentence):
        measure(steady_cell(), **arguments)
