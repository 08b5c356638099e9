"""Plain networks: counts that identify published ones, shapes, order of layers, refusals."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from reprise.errors import InputError
from reprise.inventory import find
from reprise.nets.activations import make_activation
from reprise.nets.build import build_model, count_parameters
from reprise.planning.cell_checks import normalised_layers


def same(channels):
    return {"channels": channels}


def valid(channels, kernel=3):
    return {"channels": channels, "kernel": kernel, "padding": "valid"}


ONE_CONVOLUTION = {"stages": [{"convolutions": [valid(20)]}], "hidden": [128]}
THREE_STAGES = {
    "stages": [{"convolutions": [same(channels)]} for channels in (16, 32, 64)],
    "hidden": [500],
    "activation": "elu",
    "dropout_before_hidden": 0.25,
    "hidden_dropout": 0.25,
}
PAIRS = {
    "stages": [
        {"convolutions": [same(channels), valid(channels)], "dropout": 0.25}
        for channels in (32, 64)
    ],
    "hidden": [512],
    "hidden_dropout": 0.5,
    "initialisation": "glorot",
}


def plain_cnn(arguments, image_shape=(3, 32, 32), classes=10, norm="none"):
    return build_model("plain_cnn", arguments, norm, {}, image_shape, classes)


@pytest.mark.parametrize(
    ("arguments", "image_shape", "parameters"),
    [
        (ONE_CONVOLUTION, (1, 28, 28), 434_258),
        (THREE_STAGES, (3, 32, 32), 541_094),
        (PAIRS, (3, 32, 32), 1_250_858),
        ({**PAIRS, "global_average": True}, (3, 224, 224), 65_568 + 512 * 65 + 10 * 513),
    ],
)
def test_parameter_counts(arguments, image_shape, parameters):
    model = plain_cnn(arguments, image_shape)
    assert count_parameters(model) == parameters
    assert model(torch.randn(2, *image_shape)).shape == (2, 10)


def test_equals_its_layers_one_after_the_other():
    model = plain_cnn(THREE_STAGES).eval()
    images = torch.randn(4, 3, 32, 32)
    convolutions = [module for module in model.modules() if isinstance(module, nn.Conv2d)]
    hidden, head = (module for module in model.modules() if isinstance(module, nn.Linear))
    features = images
    for layer in convolutions:
        features = functional.conv2d(features, layer.weight, layer.bias, padding=1)
        features = functional.max_pool2d(functional.elu(features), 2)
    expected = head(functional.elu(hidden(features.flatten(1))))
    torch.testing.assert_close(model(images), expected)


def test_activation_between_the_convolutions_of_a_stage():
    arguments = {"stages": [{"convolutions": [same(4), same(4)], "pool": 1}]}
    model = plain_cnn(arguments, (1, 5, 6))
    first, second = (module for module in model.modules() if isinstance(module, nn.Conv2d))
    images = torch.randn(2, 1, 5, 6)
    features = second(first(images).relu()).relu()
    assert features.shape == (2, 4, 5, 6)
    torch.testing.assert_close(model(images), model.head(features.flatten(1)))


@pytest.mark.parametrize(
    ("activation", "pooled_first"),
    [("relu", True), ("leaky_relu", True), ("celu", True), ("mish", False), ("prelu", False)],
)
def test_pooling_comes_first_only_where_that_is_equal(activation, pooled_first):
    stages = [{"convolutions": [same(4)]}]
    model = plain_cnn({"stages": stages, "activation": activation}, (1, 6, 6))
    convolution, *rest = model.stages[0]
    assert isinstance(rest[1], nn.MaxPool2d) == pooled_first
    images = torch.randn(2, 1, 6, 6)
    features = functional.max_pool2d(make_activation(activation)(convolution(images)), 2)
    torch.testing.assert_close(model(images), model.head(features.flatten(1)))


def test_the_same_seed_gives_the_same_weights_under_any_activation():
    def weights(activation):
        torch.manual_seed(5)
        model = plain_cnn({**THREE_STAGES, "activation": activation})
        return [p for p in model.parameters() if p.numel() > 1]

    first, second = weights("relu"), weights("prelu")
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize(
    ("side", "depth", "pools"),
    [(32, 5, [2] * 5), (16, 5, [2, 2, 2, 2, 1]), (8, 5, [2, 2, 2, 1, 1]), (8, 1, [2])],
)
def test_up_to_five_convolutions_on_small_images(side, depth, pools):
    stages = [{"convolutions": [same(4)], "pool": pool} for pool in pools]
    model = plain_cnn({"stages": stages, "hidden": [512]}, (1, side, side))
    assert len(model.stages) == depth
    assert model(torch.randn(2, 1, side, side)).shape == (2, 10)


def test_stages_of_many_normalised_convolutions():
    stages = [{"convolutions": [same(8)] * 10} for _ in range(3)]
    model = plain_cnn({"stages": stages, "activation": "mish"}, (1, 8, 8), norm="batch")
    kinds = [type(module) for module in model.modules()]
    assert [kinds.count(kind) for kind in (nn.Conv2d, nn.BatchNorm2d, nn.Mish)] == [30, 30, 30]
    assert model(torch.randn(2, 1, 8, 8)).shape == (2, 10)


def test_global_average_takes_the_mean_of_each_channel():
    arguments = {"stages": [{"convolutions": [same(4)]}], "global_average": True}
    model = plain_cnn(arguments, (1, 6, 6))
    images = torch.randn(2, 1, 6, 6)
    means = model.stages[0](images).mean((2, 3))
    torch.testing.assert_close(model(images), model.head(means))


def test_dropout_where_and_as_strong_as_asked_for():
    found = [module.p for module in plain_cnn(PAIRS).modules() if isinstance(module, nn.Dropout)]
    assert found == [0.25, 0.25, 0.5]
    found = [m.p for m in plain_cnn(THREE_STAGES).modules() if isinstance(m, nn.Dropout)]
    assert found == [0.25, 0.25]
    assert isinstance(plain_cnn(THREE_STAGES).hidden[1], nn.Dropout)


def test_a_norm_follows_every_convolution():
    model = plain_cnn(PAIRS, norm="batch")
    found = [
        module.num_features for module in model.modules() if isinstance(module, nn.BatchNorm2d)
    ]
    assert found == [32, 32, 64, 64]
    layers = [type(layer) for layer in model.stages[0]]
    assert layers[:3] == [nn.Conv2d, nn.BatchNorm2d, nn.ReLU]


def test_glorot_or_torchs_initialisation():
    torch.manual_seed(0)
    glorot = plain_cnn(PAIRS)
    for module in glorot.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            assert not module.bias.any()
    hidden = next(m for m in glorot.modules() if isinstance(m, nn.Linear))
    bound = (6 / (hidden.in_features + hidden.out_features)) ** 0.5
    assert hidden.weight.abs().max().item() == pytest.approx(bound, rel=1e-3)
    default = plain_cnn({**PAIRS, "initialisation": "torch"})
    hidden = next(m for m in default.modules() if isinstance(m, nn.Linear))
    assert hidden.weight.abs().max().item() == pytest.approx(hidden.in_features**-0.5, rel=1e-3)
    assert hidden.bias.any()


def test_images_that_are_too_small():
    plain_cnn(PAIRS, (1, 10, 10))
    with pytest.raises(InputError, match="no pixel of its input of 3 x 4 pixels"):
        plain_cnn(PAIRS, (1, 8, 10))
    with pytest.raises(InputError, match="no pixel of its input of 8 x 8 pixels"):
        plain_cnn({"stages": [{"convolutions": [valid(4, kernel=9)], "pool": 1}]}, (1, 8, 8))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"stages": [{"convolution": []}]}, "keys convolutions, pool, dropout"),
        ({"stages": [{"convolutions": [{"kernel": 3}]}]}, "keys channels, kernel, padding"),
        ({"stages": [{"convolutions": []}]}, "number of convolutions of a stage to be 1 or more"),
        ({"stages": [{"convolutions": [same(4)], "pool": 0}]}, "pool to be 1 or more, but it is 0"),
        (
            {"stages": [{"convolutions": [{"channels": 4, "padding": "sane"}]}]},
            "unknown padding 'sane' .* did you mean 'same'",
        ),
        ({**PAIRS, "hidden_dropout": 1.5}, "probabilities of dropout"),
        ({**PAIRS, "activation": "rely"}, "unknown activation 'rely' .* did you mean 'relu'"),
        ({**PAIRS, "initialisation": "glorit"}, "did you mean 'glorot'"),
    ],
)
def test_arguments_of_another_form(arguments, message):
    with pytest.raises(InputError, match=message):
        plain_cnn(arguments)


def test_the_planner_leaves_its_norm_alone():
    assert list(normalised_layers(find("model", "plain_cnn", "test"), PAIRS, 32)) == []
