"""Rectangles against slicing by hand."""

import pytest
import torch

from reprise.data.augmentation import Augmentation
from reprise.errors import InputError


def cutout(**arguments):
    return Augmentation([("cutout", arguments)]).entries[0]


def hidden_sides(found):
    """Height and width of the part of each image (B, C, H, W) that is 0."""
    hidden = (found == 0).all(1)
    return hidden.any(2).sum(1), hidden.any(1).sum(1)


def test_a_rectangle_by_hand(pictures):
    """A quarter of 8 x 12 pixels with a ratio of 1.5 is sqrt(24 * 1.5) = 6 high and 4 wide; it has
    3 and 9 possible starts, the middle ones of which are 1 and 4."""
    images = pictures(2, height=8, width=12)
    draws = torch.tensor([[0.4, 0.5, 0.5, 0.5, 0.5, 0.5], [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]])
    found = cutout(area=[0.1, 0.4], aspect=[1.0, 2.0]).apply(images, draws)
    expected = images.clone()
    expected[0, :, 1:7, 4:8] = 0
    assert torch.equal(found, expected)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32])
def test_grey_is_one_level_for_all_channels(pictures, dtype):
    images = pictures(2, height=4, width=4).to(dtype)
    draws = torch.tensor([[0.0, 0, 0, 0, 0, 0.0], [0.0, 0, 0, 0, 0, 0.75]])
    found = cutout(area=[1, 1], aspect=[1, 1], fill="grey").apply(images, draws)
    assert found.dtype == dtype
    assert found[0].unique().tolist() == [0]
    assert found[1].unique().tolist() == [192 if dtype == torch.uint8 else 0.75]


def test_a_rectangle_too_long_is_cut_to_the_image(pictures):
    """0.4 of 10 x 10 with a ratio of 4 would be 12.6 high and 3.2 wide."""
    images = pictures(1, height=10, width=10)
    draws = torch.tensor([[0.0, 1, 1, 0.9, 0, 0]])
    found = cutout(aspect=[0.4, 4]).apply(images, draws)
    assert [side.item() for side in hidden_sides(found)] == [10, 3]
    assert (found[..., :3] == 0).all()


def test_areas_and_places_of_many_rectangles(generator):
    images = torch.ones(4000, 1, 64, 64, dtype=torch.uint8)
    erasing = cutout()
    found = erasing.apply(images, erasing.draw(4000, generator()))
    heights, widths = hidden_sides(found)
    erased = heights > 0
    assert erased.double().mean().item() == pytest.approx(0.5, abs=0.03)
    shares = (found == 0).sum((1, 2, 3))[erased] / 64**2
    # Rounded down, sides lose half a pixel each on average: about 0.01 of 0.21.
    assert shares.mean().item() == pytest.approx(0.20, abs=0.01)
    assert shares.max() <= 0.4
    assert (heights / widths)[erased].mean().item() == pytest.approx(1.45, abs=0.05)
    # Where there is a rectangle, left and right halves are as likely hidden.
    halves = (found == 0).double().mean((0, 1, 2)).view(2, 32).mean(1)
    assert halves[0].item() == pytest.approx(halves[1].item(), rel=0.05)


def test_every_place_is_reached_and_none_outside(pictures):
    images = pictures(5, height=5, width=5)
    draws = torch.zeros(5, 6)
    draws[:, 4] = torch.tensor([0.0, 0.2, 0.4, 0.6, 1 - 2**-24])
    found = cutout(area=[0.04, 0.04], aspect=[1, 1]).apply(images, draws)
    assert [(image == 0).all(0).nonzero().tolist() for image in found] == [
        [[0, column]] for column in range(5)
    ]


def test_an_image_is_erased_alike_in_any_batch(pictures, generator):
    images, erasing = pictures(8), cutout(fill="grey", probability=1)
    draws = erasing.draw(8, generator())
    assert torch.equal(erasing.apply(images, draws)[3:5], erasing.apply(images[3:5], draws[3:5]))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"probability": 2}, "a probability between 0 and 1, but it is 2"),
        ({"area": [0.5, 0.2]}, r"share between 0 and 1, but it is \[0.5, 0.2\]"),
        ({"aspect": [0, 1]}, r"positive ratio, but it is \[0, 1\]"),
        ({"fill": "gray"}, "unknown fill 'gray'"),
    ],
)
def test_arguments_out_of_range(arguments, message):
    with pytest.raises(InputError, match=message):
        cutout(**arguments)
