"""Relative gradient norms against the steps that plain gradient descent takes by them."""

import math

import pytest

from reprise.probes.gradient_norms import gradient_norms
from reprise.probes.trained_cells import kernels_of
from reprise.training.loop import start_run, updates

LAYERS = ["conv1", "conv2", "fc1", "fc2"]
MODEL = {
    "name": "plain_cnn",
    "stages": [{"convolutions": [{"channels": 3}]}, {"convolutions": [{"channels": 5}]}],
    "hidden": [6],
}

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def cell(steady_cell):
    return steady_cell(model=MODEL, batch_size=25, epochs=2)


@pytest.fixture
def measure(resident, stripes):
    def run(cell):
        return gradient_norms(cell, resident(cell), stripes)

    return run


def steps_over_weights(run, rate):
    """For each epoch and layer, the mean length of an update over the rate and the weights."""
    kernels = kernels_of(run)
    before = {name: kernel.detach().clone() for name, kernel in kernels.items()}
    for epoch in range(run.cell.epochs):
        sums = dict.fromkeys(kernels, 0.0)
        for _ in updates(run, epoch):
            for name, kernel in kernels.items():
                step = (kernel.detach() - before[name]).norm() / rate
                sums[name] += float(step / before[name].norm()) / run.updates_by_epoch[epoch]
                before[name] = kernel.detach().clone()
        yield sums


def test_norms_are_those_of_the_steps_over_the_weights_before_them(cell, measure, resident):
    points = measure(cell).points
    expected = list(steps_over_weights(start_run(cell, resident(cell)), rate=0.1))
    assert points["epoch"].tolist() == [1] * 4 + [2] * 4
    assert points["layer"].tolist() == LAYERS * 2
    assert points["number"].tolist() == [1, 2, 3, 4] * 2
    found = points["relative_gradient_norm"].tolist()
    assert found == pytest.approx([sums[layer] for sums in expected for layer in LAYERS], rel=1e-3)


def test_weight_decay_is_no_part_of_the_gradient(cell, measure, steady_cell):
    decayed = steady_cell(
        model=MODEL, batch_size=100, epochs=1, optimizer={"name": "sgd", "weight_decay": 10.0}
    )
    plain = steady_cell(model=MODEL, batch_size=100, epochs=1)
    assert measure(decayed).points.equals(measure(plain).points)


def test_metrics_sum_the_points_up(cell, measure):
    result = measure(cell)
    by_epoch = result.points.groupby("epoch")["relative_gradient_norm"]
    largest, smallest = by_epoch.max().tolist(), by_epoch.min().tolist()
    ratios = [high / low for high, low in zip(largest, smallest, strict=True)]
    assert result.status == "finished"
    assert result.metrics["imbalance"] == pytest.approx(math.sqrt(ratios[0] * ratios[1]))
    assert result.metrics["smallest_relative_norm"] == min(smallest)
    assert result.metrics["largest_relative_norm"] == max(largest)


def test_measuring_changes_no_training(cell, measure, trained):
    _, epochs = trained(cell)
    metrics = measure(cell).metrics
    assert metrics["train_loss"] == epochs[-1].train_loss
    assert metrics["test_loss"] == epochs[-1].test_loss
    assert metrics["test_accuracy"] == epochs[-1].test_accuracy


def test_a_run_that_diverges_has_no_imbalance(measure, steady_cell):
    explosive = {"name": "constant", "learning_rate": 1e30}
    result = measure(steady_cell(model=MODEL, norm="none", schedule=explosive))
    assert result.status == "diverged"
    assert result.metrics["imbalance"] is None
    assert result.metrics["smallest_relative_norm"] is None
