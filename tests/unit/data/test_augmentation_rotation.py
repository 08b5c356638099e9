"""Rotations by angles whose result is known."""

import pytest
import torch

from reprise.data.augmentation import Augmentation
from reprise.errors import InputError


def rotation(degrees=180):
    return Augmentation([("rotation", {"degrees": degrees})]).entries[0]


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def pictures(count=4, height=12, width=12, dtype=torch.uint8):
    shape = (count, 3, height, width)
    return torch.randint(256, shape, generator=generator(7)).to(dtype)


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("side", [9, 32, 224])
def test_no_angle_is_the_identity(side, memory_format):
    images = pictures(2, side, side + 3).contiguous(memory_format=memory_format)
    found = rotation().apply(images, torch.zeros(2))
    assert found.dtype == torch.uint8
    assert torch.equal(found, images)


@pytest.mark.parametrize("quarters", [-1, 1, 2])
def test_quarter_turns_of_squares_are_counter_clockwise(quarters):
    images = pictures(4, 12, 12)
    found = rotation().apply(images, torch.full((4,), 90.0 * quarters))
    assert torch.equal(found, torch.rot90(images, quarters, (2, 3)))


def test_half_a_turn_of_an_image_that_is_not_square():
    images = pictures(2, 7, 12)
    assert torch.equal(rotation().apply(images, torch.full((2,), 180.0)), images.flip(2, 3))


def test_a_quarter_turn_of_an_image_that_is_not_square_keeps_its_shapes():
    """The middle square of a wide image turns as if it were alone."""
    images = pictures(2, 6, 12)
    found = rotation().apply(images, torch.full((2,), 90.0))
    assert torch.equal(found[..., 3:9], torch.rot90(images[..., 3:9], 1, (2, 3)))


def test_interpolates_between_pixels():
    """A plane that rises by one from column to column stays a plane, turned, away from borders."""
    columns = torch.arange(41.0) - 20
    plane = columns.expand(1, 1, 41, 41)
    found = rotation().apply(plane, torch.tensor([30.0]))
    # With rows y counted downwards, what lies at (x, y) after the turn was at x cos - y sin.
    angle = torch.deg2rad(torch.tensor(30.0))
    expected = columns * angle.cos() - columns.view(-1, 1) * angle.sin()
    middle = slice(8, 33)
    torch.testing.assert_close(
        found[0, 0, middle, middle], expected[middle, middle], rtol=0, atol=1e-4
    )


def test_what_comes_in_repeats_the_border():
    images = torch.full((1, 1, 16, 16), 200, dtype=torch.uint8)
    assert torch.equal(rotation().apply(images, torch.tensor([45.0])), images)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_floats_stay_floats(dtype):
    images = pictures(dtype=dtype) / 255
    found = rotation().apply(images, torch.tensor([0.0, 10.0, -10.0, 90.0]))
    assert found.dtype == dtype
    torch.testing.assert_close(found[3], torch.rot90(images[3], 1, (1, 2)), rtol=0, atol=1e-5)


def test_an_image_is_rotated_alike_in_any_batch():
    images = pictures(9, 33, 30)
    draws = rotation(15).draw(9, generator(1))
    whole = rotation(15).apply(images, draws)
    for indices in torch.randperm(9, generator=generator(2)).split(2):
        assert torch.equal(rotation(15).apply(images[indices], draws[indices]), whole[indices])


def test_draws_angles_evenly_on_both_sides():
    draws = rotation(15).draw(20_000, generator())
    assert draws.shape == (20_000,)
    assert draws.abs().max() <= 15
    # A uniform distribution has the mean 0 and the standard deviation 15 / sqrt(3).
    assert draws.mean().item() == pytest.approx(0, abs=0.25)
    assert draws.std().item() == pytest.approx(15 / 3**0.5, rel=0.02)


@pytest.mark.parametrize("degrees", [-1, 181])
def test_angles_out_of_range(degrees):
    with pytest.raises(InputError, match=f"degrees between 0 and 180, but it is {degrees}"):
        rotation(degrees)
