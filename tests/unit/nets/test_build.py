"""Models by name."""

import subprocess
import sys

import pytest
import torch
from torch import nn

from reprise.errors import InputError
from reprise.nets.build import build_model, count_parameters


def test_finds_a_model_and_a_norm_and_imports_no_other_module():
    code = """
import sys
from reprise.nets.build import build_model
build_model("mgnet", {"channels": 4}, "general", {"groups": [1, 4, 1, 1]}, (1, 8, 8), 10)
print("reprise.nets.mgnet" in sys.modules, "reprise.nets.general_norm" in sys.modules)
print("reprise.nets.resnet" in sys.modules, "torchvision" in sys.modules)
"""
    answer = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.split() == ["True", "True", "False", "False"]


def test_unknown_names():
    with pytest.raises(InputError, match="unknown model 'mgnett'; did you mean 'mgnet'"):
        build_model("mgnett", {}, "batch", {}, (1, 8, 8), 10)
    with pytest.raises(InputError, match="unknown norm 'bach'"):
        build_model("mgnet", {}, "bach", {}, (1, 8, 8), 10)


def test_one_seed_gives_the_same_convolutions_under_any_norm():
    def convolutions(norm, arguments):
        torch.manual_seed(3)
        model = build_model("mgnet", {"channels": 4}, norm, arguments, (1, 8, 8), 10)
        return [module.weight for module in model.modules() if isinstance(module, nn.Conv2d)]

    batch = convolutions("batch", {})
    for other in (
        convolutions("group", {"groups": 2}),
        convolutions("general", {"groups": [1] * 4}),
    ):
        assert all(torch.equal(a, b) for a, b in zip(batch, other, strict=True))


def test_counts_trainable_parameters_once():
    shared = nn.Linear(3, 3)
    model = nn.Sequential(shared, shared, nn.Linear(3, 2, bias=False))
    assert count_parameters(model) == 3 * 3 + 3 + 3 * 2
    shared.bias.requires_grad_(False)
    assert count_parameters(model) == 3 * 3 + 3 * 2
