"""Models by name."""

import pytest
import torch
from torch import nn

from reprise.errors import InputError
from reprise.nets.build import build_model, count_parameters
from reprise.nets.models import models


def test_finds_every_model_of_the_room():
    build_model("mgnet", {"channels": 4}, "batch", {}, 1, 10)
    assert {"mgnet", "resnet18", "resnet56"} <= set(models)


def test_unknown_names():
    with pytest.raises(InputError, match="unknown model 'mgnett': did you mean 'mgnet'"):
        build_model("mgnett", {}, "batch", {}, 1, 10)
    with pytest.raises(InputError, match="unknown norm 'bach'"):
        build_model("mgnet", {}, "bach", {}, 1, 10)


def test_one_seed_gives_the_same_convolutions_under_any_norm():
    def convolutions(norm, arguments):
        torch.manual_seed(3)
        model = build_model("mgnet", {"channels": 4}, norm, arguments, 1, 10)
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
