"""Networks on a backbone that start from the weights of a classifier of torchvision."""

import pytest
import torch
from torch import nn
from torchvision import models as torchvision_models

from reprise.errors import InputError
from reprise.nets.build import build_model
from reprise.nets.starting_weights import start_from

SHAPE = (3, 64, 64)
IMAGES = torch.randn(2, *SHAPE, generator=torch.Generator().manual_seed(0))


def classifier(name):
    """One of torchvision's, in evaluation, whose norms are not as at the start."""
    torch.manual_seed(1)
    if name == "resnet101":
        bottleneck = torchvision_models.resnet.Bottleneck
        found = torchvision_models.ResNet(bottleneck, [1, 1, 1, 1], num_classes=10)
    else:
        found = torchvision_models.get_model(name, weights=None, num_classes=10)
    for module in found.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0, 0.1)
    return found.eval()


def started(name, weights, **arguments):
    model = build_model(name, arguments, "batch", {}, SHAPE, 6).eval()
    before = {key: tensor.clone() for key, tensor in model.state_dict().items()}
    start_from(model, weights)
    after = model.state_dict()
    untouched = {key for key, _ in model.named_parameters() if torch.equal(after[key], before[key])}
    return model, untouched


def same(found, wanted):
    torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-4)


def test_deeplab_on_mobilenet_v2_sees_what_the_classifier_sees():
    theirs = classifier("mobilenet_v2")
    # At this stride nothing of the backbone is changed.
    ours, _ = started("deeplab_v3_mobilenet_v2", theirs.state_dict(), output_stride=32)
    with torch.inference_mode():
        same(ours.features(IMAGES), theirs.features[:-1](IMAGES))


def test_the_head_of_deeplab_starts_at_random():
    theirs = classifier("mobilenet_v2")
    _, untouched = started("deeplab_v3_mobilenet_v2", theirs.state_dict(), output_stride=16)
    assert {name.split(".")[0] for name in untouched if name.endswith("0.weight")} == {"head"}
    assert "classifier.weight" in untouched


def test_deeplab_on_resnet101_takes_all_but_its_stem():
    theirs = classifier("resnet101").state_dict()
    ours, untouched = started("deeplab_v3_resnet101", theirs, blocks=[1, 1, 1, 1])
    state = ours.state_dict()
    assert torch.equal(state["features.5.0.conv3.weight"], theirs["layer4.0.conv3.weight"])
    assert torch.equal(state["features.2.0.bn1.running_var"], theirs["layer1.0.bn1.running_var"])
    kernels = {name for name in untouched if state[name].ndim == 4}
    random = {"features.2.0.conv1.weight", "features.2.0.downsample.0.weight"}
    assert {name for name in kernels if name.startswith("features.")} - random == {
        f"features.0.{number}.0.weight" for number in range(3)
    }
    assert random < kernels


def test_ssdlite_on_mobilenet_v2_sees_what_the_classifier_sees():
    theirs = classifier("mobilenet_v2")
    ours, untouched = started("ssdlite_mobilenet_v2", theirs.state_dict())
    with torch.inference_mode():
        same(ours.stages[1](ours.stages[0](IMAGES)), theirs.features(IMAGES))
    assert not {name for name in untouched if name.startswith(("stages.0.", "stages.1."))}
    assert {name.split(".")[0] for name in untouched} == {"stages", "predictors"}


@pytest.mark.parametrize("name", ["ssd300_vgg16", "ssd512_vgg16"])
def test_ssd_sees_what_the_classifier_sees_as_far_as_its_last_convolution(name):
    theirs = classifier("vgg16_bn")
    torch.manual_seed(2)
    for module in theirs.features:
        if isinstance(module, nn.Conv2d):
            nn.init.normal_(module.bias, 0, 0.1)
    model = build_model(name, {"scales": [0.3, 0.5, 0.7]}, "batch", {}, SHAPE, 6).eval()
    hidden = model.stages[1][5][0].weight.clone()
    start_from(model, theirs.state_dict())
    with torch.inference_mode():
        first = model.stages[0](IMAGES)
        same(first, theirs.features[:33](IMAGES))
        same(model.stages[1][:4](first), theirs.features[33:43](first))
    assert torch.equal(model.stages[1][5][0].weight, hidden)


def test_weights_of_another_width_are_refused():
    theirs = classifier("mobilenet_v2").state_dict()
    with pytest.raises(InputError, match=r"found none of the shape of features\.0\.0\.weight"):
        started("deeplab_v3_mobilenet_v2", theirs, width_multiplier=0.5)


def test_weights_of_another_classifier_are_refused():
    with pytest.raises(InputError, match="they are of another network"):
        started("ssdlite_mobilenet_v2", classifier("resnet101").state_dict())


def test_no_weights_are_needed():
    model = build_model("ssd300_vgg16", {"width": 4, "scales": [0.3, 0.5, 0.7]}, "none", {},
                        SHAPE, 6)  # fmt: skip
    assert "features.0.weight" in model.backbone_names.values()
