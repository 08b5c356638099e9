"""ResNet-50 and Inception-v3: equal to torchvision's where nothing was changed, and refusals."""

import sys

import pytest
import torch
from torch import nn
from torchvision import models as torchvision_models

from reprise.errors import InputError
from reprise.nets.build import build_model, count_parameters


def test_resnet50_equals_torchvisions():
    with torch.device("meta"):
        expected = torchvision_models.resnet50(weights=None, num_classes=10)
        found = build_model("imagenet_resnet50", {}, "batch", {}, (3, 32, 32), 10)
    assert str(found) == str(expected)


def test_first_convolution_of_resnet50_takes_the_channels_of_the_image():
    torch.manual_seed(0)
    arguments = {"blocks": [1, 1, 1, 1], "bottleneck_width": 8}
    stem = build_model("imagenet_resnet50", arguments, "batch", {}, (1, 32, 32), 10).conv1
    assert stem.weight.shape == (64, 1, 7, 7)
    assert stem.weight.std().item() == pytest.approx((2 / (64 * 49)) ** 0.5, rel=0.05)


def test_resnet18_equals_torchvisions():
    expected = torchvision_models.resnet18(weights=None, num_classes=10).eval()
    found = build_model("imagenet_resnet18", {}, "batch", {}, (3, 64, 64), 10).eval()
    # The same layers in the same order, under other names.
    names = zip(found.state_dict(), expected.state_dict().values(), strict=True)
    found.load_state_dict(dict(names))
    images = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        torch.testing.assert_close(found(images), expected(images))


def test_the_stem_of_resnet18_starts_as_torchvisions():
    torch.manual_seed(0)
    stem = build_model("imagenet_resnet18", {"width": 32}, "batch", {}, (1, 64, 64), 10).stem
    assert stem.weight.shape == (32, 1, 7, 7)
    assert stem.weight.std().item() == pytest.approx((2 / (32 * 49)) ** 0.5, rel=0.05)


def test_inception_equals_torchvisions():
    expected = torchvision_models.inception_v3(
        weights=None, num_classes=10, aux_logits=False, init_weights=False, dropout=0.0
    ).eval()
    norm = {"eps": 1e-3}
    found = build_model("inception_v3", {"dropout": 0.0}, "batch", norm, (3, 75, 75), 10).eval()
    names = zip(found.state_dict(), expected.state_dict().values(), strict=True)
    found.load_state_dict(dict(names))
    images = torch.randn(1, 3, 75, 75)
    with torch.inference_mode():
        torch.testing.assert_close(found(images), expected(images))


def test_all_channels_of_inception_follow_its_width():
    with torch.device("meta"):
        published, narrow = (
            build_model("inception_v3", {"width": width}, "batch", {}, (1, 75, 75), 10)
            for width in (16, 1)
        )
    pairs = zip(published.modules(), narrow.modules(), strict=True)
    outputs = [(p.out_channels, n.out_channels) for p, n in pairs if isinstance(p, nn.Conv2d)]
    assert all(wide == 16 * thin for wide, thin in outputs)
    assert narrow.fc.in_features == 128


def test_inception_without_the_blocks_that_keep_their_shape():
    left_out = ("Mixed_5d", "Mixed_6c", "Mixed_6d", "Mixed_6e", "Mixed_7c")
    torchvisions = torchvision_models.inception_v3(
        weights=None, num_classes=10, aux_logits=False, init_weights=False
    )
    short = build_model("inception_v3", {"repeated_blocks": False}, "batch", {}, (3, 75, 75), 10)
    expected = count_parameters(torchvisions) - sum(
        count_parameters(getattr(torchvisions, name)) for name in left_out
    )
    assert count_parameters(short) == expected
    assert sum(isinstance(module, nn.Conv2d) for module in short.modules()) == 48
    assert short.eval()(torch.randn(2, 3, 75, 75)).shape == (2, 10)


def test_dropout_of_inception():
    with torch.device("meta"):
        model = build_model(
            "inception_v3", {"width": 1, "dropout": 0.2}, "none", {}, (3, 75, 75), 10
        )
    assert model.dropout.p == 0.2
    assert model.AuxLogits is None


def test_the_expansion_is_that_of_the_stages_outputs():
    with torch.device("meta"):
        model = build_model("imagenet_resnet50", {"expansion": 2}, "none", {}, (3, 32, 32), 10)
    assert [stage[-1].conv3.out_channels for stage in stages_of(model)] == [128, 256, 512, 1024]
    assert model.fc.in_features == 1024


def test_mobilenet_has_torchvisions_blocks_unless_told_otherwise():
    with torch.device("meta"):
        published = build_model("mobilenet_v2", {}, "batch", {}, (3, 32, 32), 1000)
        short = build_model("mobilenet_v2", {"blocks": [1] * 7}, "batch", {}, (3, 32, 32), 1000)
    state = torchvision_models.mobilenet_v2(weights=None).state_dict()
    assert {k: v.shape for k, v in published.state_dict().items()} == {
        k: v.shape for k, v in state.items()
    }
    assert len(short.features) == 1 + 7 + 1


def stages_of(model):
    return model.layer1, model.layer2, model.layer3, model.layer4


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("imagenet_resnet50", {"blocks": [3, 4, 6]}, "blocks to be 4 numbers of 1 or more"),
        ("imagenet_resnet18", {"blocks_per_stage": 0}, "blocks_per_stage to be 1 or more"),
        ("imagenet_resnet18", {"width": 0}, "width to be 1 or more"),
        ("imagenet_resnet50", {"blocks": [3, 4, 6, 0]}, "blocks to be 4 numbers of 1 or more"),
        ("imagenet_resnet50", {"expansion": 0}, "expansion of 1 or more"),
        ("mobilenet_v2", {"blocks": [1, 2]}, "blocks to be 7 numbers of 1 or more"),
        ("inception_v3", {"width": 0}, "width to be 1 or more"),
        ("inception_v3", {"dropout": -0.1}, "probabilities of dropout"),
    ],
)
def test_arguments_of_another_form(name, arguments, message):
    with pytest.raises(InputError, match=message):
        build_model(name, arguments, "batch", {}, (3, 75, 75), 10)


@pytest.mark.parametrize("name", ["imagenet_resnet50", "inception_v3"])
def test_without_torchvision(monkeypatch, name):
    monkeypatch.setitem(sys.modules, "torchvision.models", None)
    with pytest.raises(InputError, match="install a torchvision that matches the installed torch"):
        build_model(name, {}, "batch", {}, (3, 75, 75), 10)
