"""The order of numbers in memory, by device, number format and norm."""

from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from torch import nn

from reprise.training.loop import start_run, train
from reprise.training.machine.arithmetic import memory_format_of

CPU, GPU = torch.device("cpu"), torch.device("cuda")
LAST, FIRST = torch.channels_last, torch.contiguous_format
BATCH, GROUP = nn.BatchNorm2d(8), nn.GroupNorm(2, 8)


@pytest.mark.parametrize(
    ("norm", "computed_in", "device", "expected"),
    [
        (BATCH, "float32", CPU, LAST),
        (BATCH, "bfloat16", CPU, LAST),
        (GROUP, "float32", CPU, FIRST),
        (GROUP, "bfloat16", CPU, FIRST),
        (BATCH, "float32", GPU, FIRST),
        (GROUP, "float32", GPU, FIRST),
        (BATCH, "bfloat16", GPU, LAST),
        (BATCH, "tfloat32", GPU, LAST),
        (GROUP, "bfloat16", GPU, FIRST),
        (nn.Identity(), "bfloat16", GPU, LAST),
    ],
)
def test_the_order_that_suits(norm, computed_in, device, expected):
    model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Sequential(norm))
    assert memory_format_of(model, computed_in, device) is expected


@pytest.mark.parametrize(
    ("channels", "device", "expected"),
    [
        ((3, 8, 16), CPU, LAST),
        ((3, 12, 16), CPU, FIRST),
        ((3, 12, 16), GPU, LAST),
        ((3, 8), CPU, LAST),
    ],
)
def test_channels_that_are_mostly_no_multiples_of_8(channels, device, expected):
    layers = [nn.Conv2d(*pair, 3) for pair in pairwise(channels)]
    model = nn.Sequential(*layers, nn.BatchNorm2d(channels[-1]))
    assert memory_format_of(model, "bfloat16", device) is expected


def orders(run):
    """Of the network's kernels, and of what it is given."""
    given = []
    run.model.register_forward_pre_hook(lambda module, inputs: given.append(inputs[0]))
    train(run, stop_after=1)
    kernels = [p for p in run.model.parameters() if p.dim() == 4 and p.shape[1] > 1]
    assert given and kernels
    return {
        name
        for name, order in (("first", FIRST), ("last", LAST))
        if all(tensor.is_contiguous(memory_format=order) for tensor in (*kernels, *given))
    }


# With a channel in front of the others, so that the orders differ.
def test_network_and_images_have_the_order_that_was_chosen(tiny_cell, color_data, monkeypatch):
    assert orders(start_run(tiny_cell(), color_data)) == {"last"}
    monkeypatch.setattr("reprise.training.loop.memory_format_of", lambda *arguments: FIRST)
    assert orders(start_run(tiny_cell(), color_data)) == {"first"}


def test_the_order_changes_no_more_than_rounding(tiny_cell, color_data, monkeypatch):
    last = train(start_run(tiny_cell(), color_data))
    monkeypatch.setattr("reprise.training.loop.memory_format_of", lambda *arguments: FIRST)
    first = train(start_run(tiny_cell(), color_data))
    for epoch, other in zip(last, first, strict=True):
        assert epoch.train_loss == pytest.approx(other.train_loss, rel=1e-3)


@pytest.fixture
def color_data(tiny_data):
    """Images of three channels."""

    def colored(split):
        return replace(split, stored=split.stored.repeat(1, 3, 1, 1))

    test = colored(tiny_data.test)
    three = torch.full((1, 3, 1, 1), 0.3)
    return replace(
        tiny_data, train=colored(tiny_data.train), validation=test, test=test, mean=three, std=three
    )
