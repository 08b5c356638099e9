"""GeneralNorm2d against torch's norms, where they coincide, and against its definition."""

from itertools import product

import pytest
import torch
from torch import nn
from torch.nn import functional

from reprise.errors import InputError
from reprise.nets.general_norm import GeneralNorm2d

FORMATS = (torch.contiguous_format, torch.channels_last)
SHAPE = (4, 8, 6, 6)


def random_images(shape=SHAPE, memory_format=torch.contiguous_format, seed=0):
    images = 3 + 2 * torch.randn(shape, generator=torch.Generator().manual_seed(seed)).double()
    return images.contiguous(memory_format=memory_format).requires_grad_()


def random_affine(channels, seed=1):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(channels, generator=generator).double().requires_grad_() for _ in range(2)]


def general_norm(groups, weight, bias, **options):
    norm = GeneralNorm2d(len(weight), groups=groups, **options).double()
    norm.load_state_dict({"weight": weight, "bias": bias}, strict=False)
    return norm


def assert_same_function(norm, expected, memory_format, shape=SHAPE):
    """The outputs, and the gradients of input, weight and bias, of two ways to normalise."""
    images = random_images(shape, memory_format)
    weight, bias = random_affine(shape[1])
    direction = torch.randn(shape, generator=torch.Generator().manual_seed(2)).double()
    wanted = expected(images, weight, bias)
    wanted_gradients = torch.autograd.grad((wanted * direction).sum(), (images, weight, bias))
    found = norm(images)
    found_gradients = torch.autograd.grad(
        (found * direction).sum(), (images, norm.weight, norm.bias)
    )
    for ours, theirs in zip((found, *found_gradients), (wanted, *wanted_gradients), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-10)


def by_definition(groups):
    """Loops over the blocks."""

    def normalise(images, weight, bias):
        standardised = torch.empty_like(images)
        for block in product(*(range(count) for count in groups)):
            index = tuple(
                slice(position * size // count, (position + 1) * size // count)
                for position, count, size in zip(block, groups, images.shape, strict=True)
            )
            values = images[index]
            mean = values.sum() / values.numel()
            variance = ((values - mean) ** 2).sum() / values.numel()
            standardised[index] = (values - mean) / (variance + 1e-5).sqrt()
        return standardised * weight.view(1, -1, 1, 1) + bias.view(1, -1, 1, 1)

    return normalise


@pytest.mark.parametrize("memory_format", FORMATS)
@pytest.mark.parametrize(
    "groups",
    [
        (1, 8, 1, 1),
        (1, 1, 1, 1),
        (1, 4, 1, 1),
        (1, 1, 3, 2),
        (1, 2, 2, 3),
        (2, 4, 2, 1),
        (1, 8, 6, 6),
    ],
)
def test_equals_its_definition(groups, memory_format):
    norm = general_norm(groups, *random_affine(SHAPE[1]))
    assert_same_function(norm, by_definition(groups), memory_format)


@pytest.mark.parametrize("memory_format", FORMATS)
def test_equals_definition_in_the_layout_for_few_blocks_on_gpus(monkeypatch, memory_format):
    monkeypatch.setattr("reprise.nets.general_norm._few_blocks_on_gpu", lambda *_: True)
    for groups in [(1, 1, 1, 1), (1, 4, 1, 1), (2, 2, 3, 2)]:
        norm = general_norm(groups, *random_affine(SHAPE[1]))
        assert_same_function(norm, by_definition(groups), memory_format)


@pytest.mark.parametrize("memory_format", FORMATS)
@pytest.mark.parametrize(
    ("groups", "per_example", "expected"),
    [
        ((1, 8, 1, 1), False, lambda x, w, b: functional.batch_norm(x, None, None, w, b, True)),
        ((1, 8, 1, 1), True, lambda x, w, b: functional.instance_norm(x, weight=w, bias=b)),
        ((1, 4, 1, 1), True, lambda x, w, b: functional.group_norm(x, 4, w, b)),
        (
            (1, 1, 1, 1),
            True,
            lambda x, w, b: (
                functional.layer_norm(x, x.shape[1:]) * w.view(1, -1, 1, 1) + b.view(1, -1, 1, 1)
            ),
        ),
        ((4, 4, 1, 1), False, lambda x, w, b: functional.group_norm(x, 4, w, b)),
    ],
    ids=[
        "batch norm",
        "instance norm",
        "group norm",
        "layer norm",
        "group norm by a first entry N",
    ],
)
def test_reduces_to_known_norms(groups, per_example, expected, memory_format):
    norm = general_norm(groups, *random_affine(SHAPE[1]), per_example=per_example)
    assert_same_function(norm, expected, memory_format)


def test_keeps_the_memory_format():
    images = torch.randn(SHAPE).contiguous(memory_format=torch.channels_last)
    for groups in [(1, 8, 1, 1), (1, 2, 1, 1), (1, 2, 3, 3)]:
        found = GeneralNorm2d(8, groups=groups)(images)
        assert found.is_contiguous(memory_format=torch.channels_last)


def test_running_averages_are_those_of_batch_norm():
    ours = GeneralNorm2d(8, groups=(1, 8, 1, 1), running_averages=True).double()
    theirs = nn.BatchNorm2d(8).double()
    for seed in range(3):
        images = random_images(seed=seed)
        torch.testing.assert_close(ours(images), theirs(images), rtol=0, atol=1e-10)
    ours.eval(), theirs.eval()
    one = random_images((1, 8, 6, 6), seed=9)
    torch.testing.assert_close(ours(one), theirs(one), rtol=0, atol=1e-10)


@pytest.mark.parametrize("groups", [(1, 1, 1, 1), (1, 2, 1, 1), (1, 2, 3, 2)])
def test_running_averages_of_blocks(groups):
    norm = GeneralNorm2d(8, groups=groups, running_averages=True).double()
    images = random_images()
    norm(images)
    averages = norm.running_mean.view(groups[1:]), norm.running_var.view(groups[1:])
    _, channels, rows, columns = groups
    block = images[:, : 8 // channels, : 6 // rows, : 6 // columns]
    assert averages[0][0, 0, 0].item() == pytest.approx(0.1 * block.mean().item())
    assert averages[1][0, 0, 0].item() == pytest.approx(0.9 + 0.1 * block.var().item())
    norm.eval()
    test_images = random_images(seed=5)
    value = norm(test_images)[2, 0, 0, 0].item()
    mean, variance = (average[0, 0, 0].item() for average in averages)
    assert value == pytest.approx(
        (test_images[2, 0, 0, 0].item() - mean) / (variance + 1e-5) ** 0.5
    )


def test_without_running_averages_the_test_uses_the_mini_batch():
    norm = GeneralNorm2d(8, groups=(1, 2, 1, 1))
    images = torch.randn(SHAPE)
    torch.testing.assert_close(norm.train()(images), norm.eval()(images), rtol=0, atol=0)
    assert not torch.allclose(norm(images)[:1], norm(images[:1]))


def test_says_whether_test_mini_batches_matter():
    assert GeneralNorm2d.uses_batch_statistics_at_test
    assert GeneralNorm2d(8, groups=(1, 2, 1, 1)).uses_batch_statistics_at_test
    running = GeneralNorm2d(8, groups=(1, 2, 1, 1), running_averages=True)
    assert not running.uses_batch_statistics_at_test
    per_example = GeneralNorm2d(8, groups=(1, 2, 1, 1), per_example=True)
    assert not per_example.uses_batch_statistics_at_test


def test_blocks_of_one_value_give_the_bias():
    weight, bias = random_affine(8)
    for shape, groups, per_example in [
        ((2, 8, 4, 4), (1, 8, 4, 4), True),
        ((1, 8, 1, 1), (1, 8, 1, 1), False),
    ]:
        norm = general_norm(groups, weight, bias, per_example=per_example)
        found = norm(random_images(shape))
        torch.testing.assert_close(found, bias.view(1, -1, 1, 1).expand(shape), rtol=0, atol=0)


def test_last_mini_batch_that_groups_do_not_divide():
    norm = GeneralNorm2d(8, groups=(2, 8, 1, 1))
    with pytest.raises(InputError, match=r"groups\[0\] to divide the batch .* is 2 .* is 3"):
        norm(torch.randn(3, 8, 6, 6))
    GeneralNorm2d(8, groups=(1, 8, 1, 1))(torch.randn(3, 8, 6, 6))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"groups": (1, 3, 1, 1)}, r"groups\[1\] to divide the channels"),
        ({"groups": (1, 8, 1)}, "four positive numbers"),
        ({"groups": (1, 8, 0, 1)}, "four positive numbers"),
        ({"groups": (2, 8, 1, 1), "per_example": True}, r"groups\[0\] to be 1"),
        ({"groups": (2, 8, 1, 1), "running_averages": True}, r"groups\[0\] to be 1"),
        (
            {"groups": (1, 8, 1, 1), "running_averages": True, "per_example": True},
            "per_example and running_averages",
        ),
    ],
)
def test_arguments_that_do_not_fit(options, message):
    with pytest.raises(InputError, match=message):
        GeneralNorm2d(8, **options)


def test_sides_that_groups_do_not_divide_and_running_averages_of_single_values():
    with pytest.raises(InputError, match=r"groups\[3\] to divide the width"):
        GeneralNorm2d(8, groups=(1, 1, 1, 4))(torch.randn(SHAPE))
    norm = GeneralNorm2d(8, groups=(1, 8, 6, 6), running_averages=True)
    image = torch.randn(1, 8, 6, 6)
    with pytest.raises(InputError, match="more than one value"):
        norm(image)
    torch.testing.assert_close(norm.eval()(image), image / (1 + 1e-5) ** 0.5)
