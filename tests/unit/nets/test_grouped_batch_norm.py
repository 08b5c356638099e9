"""Batch-group and ghost batch normalisation against torch's norms and against their definition."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from reprise.errors import InputError
from reprise.nets.grouped_batch_norm import GroupedBatchNorm2d, group_sizes, shares_of_groups
from reprise.nets.norms import make_norm

SHAPE = (6, 8, 5, 4)
FORMATS = pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])


def images_of(seed, shape=SHAPE):
    """Images whose channels and examples differ in mean and spread."""
    generator = torch.Generator().manual_seed(seed)
    center, spread = (torch.randn(*shape[:2], 1, 1, generator=generator) for _ in range(2))
    return (2 * center + (1 + spread.abs()) * torch.randn(shape, generator=generator)).double()


def started(norm, seed=7):
    """A norm at double precision with parameters and running averages that are not the usual."""
    generator = torch.Generator().manual_seed(seed)
    for values in norm.state_dict().values():
        if values.is_floating_point():
            values += torch.rand(values.shape, generator=generator)
    return norm.double()


def twins(name, arguments, reference):
    """Our norm beside a reference with the same parameters."""
    ours = started(make_norm(name, arguments)(SHAPE[1]))
    reference.double().load_state_dict(ours.state_dict(), strict=False)
    return ours, reference


def assert_close(found, wanted):
    torch.testing.assert_close(found, wanted, rtol=0, atol=1e-10)


def output_and_gradients(norm, images):
    images = images.clone(memory_format=torch.preserve_format).requires_grad_()
    output = norm(images)
    direction = images_of(99, images.shape)
    return output, *torch.autograd.grad(
        (output * direction).sum(), (images, norm.weight, norm.bias)
    )


BATCH_NORMS = pytest.mark.parametrize(
    ("name", "arguments"), [("ghost_batch", {"size": 6}), ("batch_group", {}),
                            ("batch_group", {"channel_groups": 8, "examples": 6})],
)  # fmt: skip


@BATCH_NORMS
def test_one_group_of_examples_trains_as_batch_norm_does(name, arguments):
    ours, theirs = twins(name, arguments, nn.BatchNorm2d(8))
    optimizers = [torch.optim.SGD(n.parameters(), lr=0.1, momentum=0.9) for n in (ours, theirs)]
    mean, square = ours.running_mean.clone(), ours.running_var + ours.running_mean**2
    for step in range(100):
        images, target = images_of(step), images_of(step + 1000)
        outputs = []
        for norm, optimizer in zip((ours, theirs), optimizers, strict=True):
            optimizer.zero_grad()
            outputs.append(norm(images))
            (outputs[-1] - target).square().mean().backward()
            optimizer.step()
        assert_close(*outputs)
        mean = 0.9 * mean + 0.1 * images.mean((0, 2, 3))
        square = 0.9 * square + 0.1 * images.square().mean((0, 2, 3))
    assert_close(ours.running_mean, theirs.running_mean)
    assert_close(ours.weight, theirs.weight)
    assert_close(ours.bias, theirs.bias)
    ours.eval()
    assert_close(
        ours(images),
        functional.batch_norm(images, mean, square - mean**2, ours.weight, ours.bias),
    )


def test_running_averages_are_those_of_both_moments():
    norm = started(make_norm("ghost_batch", {"size": 2, "momentum": 0.25})(8))
    mean, square = norm.running_mean.clone(), norm.running_var + norm.running_mean**2
    for step in range(5):
        images = images_of(step)
        norm(images)
        mean = 0.75 * mean + 0.25 * images.mean((0, 2, 3))
        square = 0.75 * square + 0.25 * images.square().mean((0, 2, 3))
    assert_close(norm.running_mean, mean)
    assert_close(norm.running_var, square - mean**2)


def test_running_averages_are_torchs_where_the_means_of_batches_do_not_vary():
    """Up to Bessel's correction, which torch makes."""
    values = SHAPE[0] * SHAPE[2] * SHAPE[3]
    ours, theirs = make_norm("batch_group", {})(8).double(), nn.BatchNorm2d(8).double()
    for step in range(20):
        images = images_of(step)
        images -= images.mean((0, 2, 3), keepdim=True)
        ours(images)
        theirs(images)
    assert_close(ours.running_mean, theirs.running_mean)
    started_at, share = 1.0, 0.9**20
    corrected = (theirs.running_var - share * started_at) * (values - 1) / values
    assert_close(ours.running_var, corrected + share * started_at)


@FORMATS
@pytest.mark.parametrize("groups", [1, 4, 8])
@pytest.mark.parametrize("training", [True, False])
def test_one_example_a_group_is_group_norm(groups, training, memory_format):
    arguments = {"channel_groups": groups, "examples": 1, "weighing": 1}
    ours, theirs = twins("batch_group", arguments, nn.GroupNorm(groups, 8))
    ours.train(training)
    images = images_of(0).contiguous(memory_format=memory_format)
    found, wanted = output_and_gradients(ours, images), output_and_gradients(theirs, images)
    assert found[0].is_contiguous(memory_format=memory_format)
    for one, other in zip(found, wanted, strict=True):
        assert_close(one, other)


@pytest.mark.parametrize(
    ("examples", "parts"),
    [
        (1, [1, 1, 1, 1, 1, 1]),
        (2, [2, 2, 2]),
        (3, [3, 3]),
        (4, [4, 2]),
        (5, [6]),
        (6, [6]),
        (9, [6]),
        (None, [6]),
    ],
)
@pytest.mark.parametrize("groups", [2, 8])
@FORMATS
def test_groups_are_cut_in_order_and_the_remainder_is_smaller(
    examples, parts, groups, memory_format
):
    """A single example that is left over joins the group before it."""
    norm = started(GroupedBatchNorm2d(8, channel_groups=groups, examples=examples))

    def by_definition(images):
        blocks = [
            (block - block.mean()) / (block.var(correction=0) + 1e-5).sqrt()
            for part in images.split(parts)
            for block in part.split(8 // groups, dim=1)
        ]
        rows = [torch.cat(blocks[i : i + groups], 1) for i in range(0, len(blocks), groups)]
        return torch.cat(rows) * norm.weight.view(-1, 1, 1) + norm.bias.view(-1, 1, 1)

    images = images_of(0).contiguous(memory_format=memory_format)
    found = output_and_gradients(norm, images)
    by_definition.weight, by_definition.bias = norm.weight, norm.bias
    for one, other in zip(found, output_and_gradients(by_definition, images), strict=True):
        assert_close(one, other)


@pytest.mark.parametrize("alpha", [0, 0.2, 0.5])
def test_inference_weighs_both_moments_and_averages_them_in_groups_of_channels(alpha):
    norm = started(GroupedBatchNorm2d(8, channel_groups=2, examples=2, weighing=alpha)).eval()
    before = norm.running_mean.clone(), norm.running_var.clone()
    images = images_of(3)
    own = images.mean((2, 3)), images.square().mean((2, 3))
    running = norm.running_mean, norm.running_var + norm.running_mean**2
    mean, square = (
        (alpha * one + (1 - alpha) * other).view(6, 2, 4).mean(2).repeat_interleave(4, 1)
        for one, other in zip(own, running, strict=True)
    )
    deviation = (square - mean**2 + 1e-5).sqrt()
    wanted = (images - mean[:, :, None, None]) / deviation[:, :, None, None]
    assert_close(norm(images), wanted * norm.weight.view(-1, 1, 1) + norm.bias.view(-1, 1, 1))
    assert torch.equal(norm.running_mean, before[0])
    assert torch.equal(norm.running_var, before[1])


def test_without_weighing_inference_is_plain_batch_norm():
    norm = started(make_norm("ghost_batch", {"size": 2})(8)).eval()
    images = images_of(3)
    state = norm.running_mean, norm.running_var, norm.weight, norm.bias
    assert_close(norm(images), functional.batch_norm(images, *state))


def test_the_output_for_an_image_at_inference_does_not_depend_on_the_others():
    norm = started(make_norm("batch_group", {"examples": 2, "weighing": 0.3})(8)).eval()
    images = images_of(3)
    assert_close(norm(images)[:1], norm(images[:1]))


def test_a_large_mean_costs_no_precision():
    norm = make_norm("ghost_batch", {"size": 3, "momentum": 1, "weighing": 0.5})(8)
    images = images_of(0).float() + 3000
    norm(images)
    exact = images.double().var((0, 2, 3), correction=0)
    torch.testing.assert_close(norm.running_var.double(), exact, rtol=1e-4, atol=0)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("batch_group", {"channel_groups": 3}, "they are 3 for a layer of 8 channels"),
        ("batch_group", {"channel_groups": 0}, "they are 0 for a layer of 8 channels"),
        ("batch_group", {"examples": 0}, "expects 1 example a group or more, found 0"),
        ("ghost_batch", {"size": -1}, "expects 1 example a group or more, found -1"),
        ("ghost_batch", {"size": 2, "weighing": 1.5}, "weight from 0 to 1, found 1.5"),
        ("batch_group", {"weighing": -0.1}, "weight from 0 to 1, found -0.1"),
    ],
)
def test_arguments_out_of_range(name, arguments, message):
    with pytest.raises(InputError, match=message):
        make_norm(name, arguments)(8)


def test_shapes_are_found_without_data():
    with torch.device("meta"):
        norm = make_norm("batch_group", {"channel_groups": 2, "examples": 2})(8)
        assert norm(torch.empty(5, 8, 3, 3)).shape == (5, 8, 3, 3)
    found = make_norm("batch_group", {"channel_groups": 2, "examples": 2})(8)(
        torch.ones(5, 8, 3, 3)
    )
    assert torch.equal(found, torch.zeros(5, 8, 3, 3))


@pytest.mark.parametrize(
    ("count", "size", "sizes"),
    [
        (6, None, [6]),
        (6, 9, [6]),
        (6, 6, [6]),
        (6, 3, [3, 3]),
        (8, 3, [3, 3, 2]),
        # One example that is left over would have nothing to be compared with.
        (7, 3, [3, 4]),
        (3, 1, [1, 1, 1]),
    ],
)
def test_examples_of_each_group(count, size, sizes):
    assert group_sizes(count, size) == sizes
    shares = shares_of_groups(count, size, torch.device("cpu"))
    assert shares.flatten().tolist() == [own / count for own in sizes]


@FORMATS
@pytest.mark.parametrize("examples", [2, 3, 4])
def test_the_two_ways_to_normalise_groups_agree(monkeypatch, examples, memory_format):
    images = images_of(0, (7, 8, 5, 4)).contiguous(memory_format=memory_format)
    found = []
    for most in (16, 0):
        monkeypatch.setattr("reprise.nets.grouped_batch_norm.MOST_CALLS", most)
        norm = started(GroupedBatchNorm2d(8, examples=examples))
        results = output_and_gradients(norm, images)
        found.append([*results, norm.running_mean, norm.running_var])
    for one, other in zip(*found, strict=True):
        assert_close(one, other)
