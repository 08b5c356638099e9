"""Norms by name."""

import pytest
import torch
from torch import nn

from reprise.errors import InputError
from reprise.nets.norms import make_norm, norms


def test_makes_torchs_norms_by_name():
    batch = make_norm("batch", {"momentum": 0.01, "eps": 1e-3})(6)
    assert isinstance(batch, nn.BatchNorm2d)
    assert (batch.num_features, batch.momentum, batch.eps) == (6, 0.01, 1e-3)
    group = make_norm("group", {"groups": 3})(6)
    assert isinstance(group, nn.GroupNorm)
    assert (group.num_groups, group.num_channels, group.eps) == (3, 6, 1e-5)


def test_finds_norms_of_other_modules():
    general = make_norm("general", {"groups": [1, 6, 1, 1]})(6)
    images = torch.randn(3, 6, 4, 4)
    torch.testing.assert_close(general(images), make_norm("batch", {})(6)(images))
    assert {"batch", "general", "group"} <= set(norms)


def test_a_maker_gives_a_new_layer_each_time():
    make = make_norm("batch", {})
    assert make(4).weight is not make(4).weight


@pytest.mark.parametrize("groups", [4, 0, -2])
def test_groups_that_do_not_divide_the_channels(groups):
    with pytest.raises(InputError, match=f"groups is {groups} for a layer of 6 channels"):
        make_norm("group", {"groups": groups})(6)


def test_unknown_norm():
    with pytest.raises(InputError, match=r"unknown norm .groups.; did you mean .group."):
        make_norm("groups", {})


def test_no_norm_leaves_values_as_they_are():
    images = torch.randn(2, 6, 4, 4)
    layer = make_norm("none", {})(6)
    assert torch.equal(layer(images), images)
    assert not list(layer.parameters())
