"""Strided 1x1 convolutions of few channels, which PyTorch gets wrong on some processors."""

import subprocess
import sys

import pytest
import torch
from torch import nn

from reprise.inventory import LIBRARY
from reprise.nets.narrow_convolutions import guard_narrow_convolutions, is_narrow

# Two hundred updates, in a process of its own that may end by a corrupted heap.
TRAINING = """
import sys
import torch
from torch import nn
sys.path.insert(0, sys.argv[1])
from reprise.nets.narrow_convolutions import guard_narrow_convolutions
torch.set_num_threads(1)
for _ in range(200):
    model = nn.Conv2d(4, 8, 1, stride=2)
    guard_narrow_convolutions(model)
    model = model.to(memory_format=torch.channels_last)
    images = torch.randn(5, 4, 8, 8).to(memory_format=torch.channels_last).requires_grad_()
    model(images).sum().backward()
"""


def test_gradients_stay_within_their_memory():
    command = [sys.executable, "-c", TRAINING, str(LIBRARY.parent)]
    assert subprocess.run(command, check=False).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "narrow"),
    [((4, 8, 1, 2), True), ((7, 8, 1, 2), True), ((8, 8, 1, 2), False), ((4, 8, 1, 1), False),
     ((4, 8, 3, 2), False)],
)  # fmt: skip
def test_which_convolutions_are_narrow(arguments, narrow):
    assert is_narrow(nn.Conv2d(*arguments)) == narrow


def test_outputs_are_the_same():
    torch.manual_seed(1)
    model = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 8, 1, stride=2))
    images = torch.randn(5, 3, 8, 8).to(memory_format=torch.channels_last)
    before = model(images)
    model = model.to(memory_format=torch.channels_last)
    guard_narrow_convolutions(model)
    assert torch.allclose(model(images), before, atol=1e-6)
