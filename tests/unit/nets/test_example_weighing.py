"""Example weighing of models that are trained already."""

import pytest
import torch
from torch import nn

from reprise.errors import InputError
from reprise.nets.build import build_model, count_parameters
from reprise.nets.example_weighing import weigh_examples
from reprise.nets.grouped_batch_norm import GroupedBatchNorm2d

SHAPE = (3, 8, 8)


def trained(norm="batch", model="resnet18", **arguments):
    """A channels-last model after some updates, in evaluation mode."""
    torch.manual_seed(0)
    size = {"channels": 4} if model == "mgnet" else {"width": 4}
    net = build_model(model, size, norm, arguments, SHAPE, 5)
    net = net.to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    for _ in range(8):
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(some_images()), torch.randint(5, (16,))).backward()
        optimizer.step()
    return net.eval()


def some_images():
    return (2 * torch.randn(16, *SHAPE) + 1).contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("norm", ["batch", "batch_group"])
@pytest.mark.parametrize("model", ["resnet18", "mgnet"])
def test_alpha_0_leaves_a_model_as_it_was(model, norm):
    net, images = trained(norm, model), some_images()
    before, parameters = net(images), count_parameters(net)
    layers = weigh_examples(net, 0)
    assert all(isinstance(layer, GroupedBatchNorm2d) for layer in layers)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in net.modules())
    torch.testing.assert_close(net(images), before, rtol=1e-5, atol=1e-5)
    assert count_parameters(net) == parameters
    assert not net.training


def test_alpha_changes_outputs_and_can_be_set_anew():
    net, images = trained(), some_images()
    before = net(images)
    layers = weigh_examples(net, 0.3)
    weighed = net(images)
    assert (weighed - before).abs().max() > 1e-3
    assert weigh_examples(net, 0) == layers
    torch.testing.assert_close(net(images), before, rtol=1e-5, atol=1e-5)
    weigh_examples(net, 0.3)
    assert torch.equal(net(images), weighed)


def test_a_layer_computes_the_weighed_moments():
    layer = nn.Sequential(nn.BatchNorm2d(4, eps=0.1, affine=True))
    layer[0].running_mean.copy_(torch.tensor([0.0, 1.0, 2.0, 3.0]))
    layer[0].running_var.copy_(torch.tensor([1.0, 2.0, 3.0, 4.0]))
    weigh_examples(layer.eval(), 0.25)
    images = torch.tensor([[1.0, 3.0], [1.0, 1.0], [0.0, 4.0], [3.0, 3.0]])[None, :, :, None]
    # E[x] of the examples: 2, 1, 2, 3; E[x^2]: 5, 1, 8, 9; running: 1, 3, 7, 13.
    mean = torch.tensor([0.5, 1.0, 2.0, 3.0])
    variance = torch.tensor([2.0 - 0.25, 2.5 - 1.0, 7.25 - 4.0, 12.0 - 9.0])
    wanted = (images - mean.view(-1, 1, 1)) / (variance + 0.1).sqrt().view(-1, 1, 1)
    torch.testing.assert_close(layer(images), wanted)


def test_parameters_and_buffers_are_taken_over():
    net = trained()
    old = [module for module in net.modules() if isinstance(module, nn.BatchNorm2d)]
    new = weigh_examples(net, 0.1)
    assert len(new) == len(old) == 20
    for one, other in zip(new, old, strict=True):
        assert one.weight is other.weight
        assert one.bias is other.bias
        assert one.running_mean is other.running_mean
        assert (one.eps, one.momentum, one.weighing) == (other.eps, other.momentum, 0.1)


def test_a_layer_that_is_met_twice_stays_one_layer():
    shared = nn.BatchNorm2d(3)
    net = nn.ModuleDict({"a": shared, "b": nn.Sequential(shared)})
    assert len(weigh_examples(net, 0.1)) == 1
    assert net["a"] is net["b"][0]


def test_models_that_cannot_be_weighed():
    net = build_model("mgnet", {"channels": 4}, "group", {"groups": 2}, SHAPE, 5)
    with pytest.raises(
        InputError, match="a model with batch norm, ghost batch norm or batch-group"
    ):
        weigh_examples(net, 0.1)
    with pytest.raises(InputError, match="weight from 0 to 1, found 2"):
        weigh_examples(trained(), 2)
    for options in ({"track_running_stats": False}, {"affine": False}, {"momentum": None}):
        with pytest.raises(InputError, match="with parameters and exponential running averages"):
            weigh_examples(nn.Sequential(nn.BatchNorm2d(3, **options)), 0.1)
