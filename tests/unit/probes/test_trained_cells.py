"""The kernels of a network in the order of its layers, and the result of a trained run."""

import copy
import math

import pandas as pd
import pytest
import torch

from reprise.probes.trained_cells import kernels_of, trained_result
from reprise.training.loop import start_run, train

PLAIN = {
    "name": "plain_cnn",
    "stages": [{"convolutions": [{"channels": 3}, {"channels": 5}]}],
    "hidden": [6],
    "hidden_dropout": 0.5,
}

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def start(steady_cell, resident):
    def started(**changes):
        cell = steady_cell(**changes)
        return start_run(cell, resident(cell))

    return started


def test_kernels_stand_in_the_order_of_the_layers(start):
    run = start(model=PLAIN)
    shapes = {name: tuple(kernel.shape) for name, kernel in kernels_of(run).items()}
    assert shapes == {
        "conv1": (3, 1, 3, 3),
        "conv2": (5, 3, 3, 3),
        "fc1": (6, 5 * 4 * 4),
        "fc2": (4, 6),
    }
    assert kernels_of(run)["conv1"] is run.model.stages[0][0].weight


def test_a_kernel_that_is_met_again_counts_once(start):
    run = start(model={"name": "mgnet", "channels": 4, "iterations": [2]})
    grid = run.model.grids[0]
    kernels = list(kernels_of(run).values())
    assert [id(kernel) for kernel in kernels] == [
        id(module.weight)
        for module in (run.model.stem, grid.extractors[0], grid.data_mapping, run.model.head)
    ]


def test_frozen_kernels_are_left_out(start):
    run = start(model=PLAIN)
    run.model.stages[0][0].weight.requires_grad_(False)
    assert list(kernels_of(run)) == ["conv1", "fc1", "fc2"]
    assert kernels_of(run)["conv1"].shape[0] == 5


def test_looking_for_kernels_changes_nothing(start):
    run = start(model=PLAIN)
    before, numbers = copy.deepcopy(run.model.state_dict()), torch.get_rng_state()
    kernels_of(run)
    assert all(torch.equal(before[name], value) for name, value in run.model.state_dict().items())
    assert torch.equal(numbers, torch.get_rng_state())
    assert run.model.training
    assert not run.model.stages[0][0]._forward_pre_hooks


def test_a_norm_over_the_batch_gets_batches_of_its_size(start):
    norm = {"name": "general", "groups": [5, 1, 1, 1]}
    assert list(kernels_of(start(model=PLAIN, norm=norm))) == ["conv1", "conv2", "fc1", "fc2"]


def test_a_result_has_the_metrics_of_training_and_its_own(start):
    run = start(epochs=2)
    epochs = train(run)
    result = trained_result(run, epochs, {"own": 3.5}, pd.DataFrame())
    assert result.status == "finished"
    assert result.metrics["own"] == 3.5
    assert result.metrics["test_accuracy"] == epochs[-1].test_accuracy
    assert (result.metrics["epochs"], result.metrics["updates"]) == (2, 20)
    assert "status" not in result.metrics


def test_a_run_that_diverges_has_diverged(start):
    # Without a norm, which may make finite numbers of whatever comes.
    run = start(model=PLAIN, norm="none", schedule={"name": "constant", "learning_rate": 1e30})
    result = trained_result(run, train(run), {"own": math.nan}, pd.DataFrame())
    assert result.status == "diverged"
    assert result.metrics["test_accuracy"] is None
