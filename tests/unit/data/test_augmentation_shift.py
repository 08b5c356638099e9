"""Shifts against clamped indices, pixel by pixel."""

import pytest
import torch

from reprise.data.augmentation import Augmentation
from reprise.errors import InputError


def shift(width, height):
    return Augmentation([("shift", {"width": width, "height": height})]).entries[0]


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def pictures(count=6, height=10, width=8, dtype=torch.uint8):
    shape = (count, 3, height, width)
    return torch.randint(256, shape, generator=generator(7)).to(dtype)


def draw_of(start, pixels):
    """The middle of the draws that give the start ``start`` of 2 * pixels + 1."""
    return (start + 0.5) / (2 * pixels + 1)


def shifted_by_hand(image, down, right):
    """What comes in from outside repeats the border."""
    height, width = image.shape[1:]
    rows = [min(max(row - down, 0), height - 1) for row in range(height)]
    columns = [min(max(column - right, 0), width - 1) for column in range(width)]
    return image[:, rows][:, :, columns]


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32])
def test_every_possible_shift_equals_indexing_by_hand(dtype, memory_format):
    # 0.3 of 10 rows are 3, a quarter of 8 columns are 2.
    starts = [(row, column) for row in range(7) for column in range(5)]
    images = pictures(len(starts), dtype=dtype).contiguous(memory_format=memory_format)
    draws = torch.tensor([[draw_of(row, 3), draw_of(column, 2)] for row, column in starts])
    found = shift(0.25, 0.3).apply(images, draws)
    expected = [
        shifted_by_hand(image, 3 - row, 2 - column)
        for image, (row, column) in zip(images, starts, strict=True)
    ]
    assert found.dtype == dtype
    assert torch.equal(found, torch.stack(expected))


def test_an_edge_moves_by_the_drawn_pixels():
    image = torch.zeros(1, 1, 10, 10, dtype=torch.uint8)
    image[..., 5:] = 255
    found = shift(0.1, 0).apply(image, torch.tensor([[0.5, draw_of(0, 1)]]))
    assert found[0, 0, 0].tolist() == [0] * 6 + [255] * 4


def test_the_largest_and_smallest_draws_stay_in_the_image():
    images = pictures(2, 32, 32)
    draws = torch.tensor([[0.0, 0.0], [1 - 2**-24, 1 - 2**-24]])
    found = shift(0.1, 0.1).apply(images, draws)
    assert torch.equal(found[0], shifted_by_hand(images[0], 3, 3))
    assert torch.equal(found[1], shifted_by_hand(images[1], -3, -3))


def test_shares_are_rounded_down_and_zero_shifts_nothing():
    images = pictures(4, 9, 9)
    draws = torch.rand(4, 2, generator=generator())
    assert torch.equal(shift(0.1, 0.1).apply(images, draws), images)
    assert torch.equal(shift(0.0, 0.0).apply(images, draws), images)


def test_draws_every_shift_alike():
    draws = shift(0.1, 0.1).draw(50_000, generator())
    assert draws.shape == (50_000, 2)
    ramp = torch.arange(32, dtype=torch.float32).expand(50_000, 1, 1, 32)
    found = shift(0.1, 0).apply(ramp, draws)[:, 0, 0, 16] - 13
    frequencies = torch.bincount(found.long(), minlength=7) / 50_000
    # 1/7 each, with a standard error of 0.0016.
    assert len(frequencies) == 7
    assert (frequencies - 1 / 7).abs().max() < 0.008


@pytest.mark.parametrize(("width", "height"), [(-0.1, 0.1), (0.1, 1.0)])
def test_shares_out_of_range(width, height):
    with pytest.raises(InputError, match="at least 0 and below 1, but it is"):
        shift(width, height)
