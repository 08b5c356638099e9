"""Augmentations against slicing image by image."""

import pytest
import torch
from torch.nn import functional

from reprise.data.augmentation import Augmentation
from reprise.data.augmentations.flip import Flip
from reprise.data.augmentations.translations import Crop
from reprise.errors import InputError

CROP_AND_FLIP = [("crop", {"padding": 4}), ("flip", {})]


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def pictures(count=16, channels=3, height=10, width=8, dtype=torch.uint8):
    shape = (count, channels, height, width)
    return torch.randint(1, 256, shape, generator=generator(7)).to(dtype)


def cropped_by_hand(image, row, column, padding):
    channels, height, width = image.shape
    padded = torch.zeros(channels, height + 2 * padding, width + 2 * padding, dtype=image.dtype)
    padded[:, padding : padding + height, padding : padding + width] = image
    return padded[:, row : row + height, column : column + width]


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("padding", [0, 1, 4])
def test_crop_equals_slicing_by_hand(padding, channels, dtype, memory_format):
    images = pictures(channels=channels, dtype=dtype).contiguous(memory_format=memory_format)
    offsets = torch.randint(2 * padding + 1, (len(images), 2), generator=generator())
    # The corners, of the first image in memory and of the last.
    offsets[0] = 0
    offsets[-1] = 2 * padding
    found = Crop(padding=padding).apply(images, offsets)
    expected = torch.stack(
        [
            cropped_by_hand(image, row, column, padding)
            for image, (row, column) in zip(images, offsets.tolist(), strict=True)
        ]
    )
    assert found.dtype == dtype
    assert torch.equal(found, expected)


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("padding", [0, 1, 4, 7])
def test_crop_after_reflection_equals_torchs_padding(padding, memory_format):
    images = pictures().contiguous(memory_format=memory_format)
    offsets = torch.randint(2 * padding + 1, (len(images), 2), generator=generator())
    found = Crop(padding=padding, padding_mode="reflect").apply(images, offsets)
    padded = functional.pad(images.float(), (padding,) * 4, mode="reflect").to(torch.uint8)
    expected = [
        image[:, row : row + 10, column : column + 8]
        for image, (row, column) in zip(padded, offsets.tolist(), strict=True)
    ]
    assert found.dtype == torch.uint8
    assert torch.equal(found, torch.stack(expected))


def test_reflection_goes_on_where_the_padding_exceeds_the_image():
    image = torch.tensor([1, 2, 3], dtype=torch.uint8).expand(1, 1, 3, 3)
    crop = Crop(padding=6, padding_mode="reflect")
    starts = (0, 3, 6, 12)
    rows = [crop.apply(image, torch.tensor([[6, start]]))[0, 0, 0].tolist() for start in starts]
    # The padded row is 3 2 1 2 3 2 [1 2 3] 2 1 2 3 2 1.
    assert rows == [[3, 2, 1], [2, 3, 2], [1, 2, 3], [3, 2, 1]]


def test_crop_of_a_part_of_a_larger_tensor():
    images = pictures()[4:9]
    offsets = torch.full((5, 2), 2)
    found = Crop(padding=2).apply(images, offsets)
    assert torch.equal(found, images)


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test_flip_mirrors_the_drawn_images(memory_format):
    images = pictures(count=3).contiguous(memory_format=memory_format)
    found = Flip().apply(images, torch.tensor([True, False, True]))
    assert found.dtype == torch.uint8
    assert torch.equal(found[0], images[0][:, :, torch.arange(7, -1, -1)])
    assert torch.equal(found[1], images[1])
    assert torch.equal(found[2], images[2][:, :, torch.arange(7, -1, -1)])


def test_crop_draws_every_offset_alike():
    draws = Crop(padding=2).draw(50_000, generator())
    assert draws.shape == (50_000, 2)
    frequencies = torch.bincount(draws[:, 0] * 5 + draws[:, 1], minlength=25) / 50_000
    # 0.04 each, with a standard error of 0.0009.
    assert len(frequencies) == 25
    assert (frequencies - 0.04).abs().max() < 0.005


@pytest.mark.parametrize("probability", [0.0, 0.2, 1.0])
def test_flip_draws_with_its_probability(probability):
    draws = Flip(probability=probability).draw(20_000, generator())
    assert draws.double().mean().item() == pytest.approx(probability, abs=0.015)


@pytest.mark.parametrize("batch", [1, 3, 16])
def test_an_image_is_augmented_alike_in_any_batch(batch):
    images = pictures()
    augmentation = Augmentation(CROP_AND_FLIP)
    draws = augmentation.draw(len(images), generator(3))
    whole = augmentation.apply(images, draws)
    order = torch.randperm(len(images), generator=generator(4))
    for indices in order.split(batch):
        found = augmentation.apply(images[indices], tuple(draw[indices] for draw in draws))
        assert torch.equal(found, whole[indices])


def test_draws_follow_the_seed():
    augmentation = Augmentation(CROP_AND_FLIP)
    first, again, other = (augmentation.draw(100, generator(seed)) for seed in (1, 1, 2))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not any(torch.equal(a, b) for a, b in zip(first, other, strict=True))


def test_augmentations_are_applied_in_order():
    images = pictures(count=1)
    draws = (torch.tensor([[4, 7]]), torch.tensor([True]))
    found = Augmentation(CROP_AND_FLIP).apply(images, draws)
    assert torch.equal(found[0], cropped_by_hand(images[0], 4, 7, 4).flip(2))


def test_no_augmentation_leaves_images_as_they_are():
    images = pictures()
    augmentation = Augmentation([])
    assert torch.equal(augmentation.apply(images, augmentation.draw(16, generator())), images)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (("crop", {"padding": -1}), "padding of 0 pixels or more"),
        (("crop", {"padding": 1, "padding_mode": "mirror"}), "unknown padding_mode 'mirror'"),
        (("flip", {"probability": 1.5}), "probability between 0 and 1"),
        (("flop", {}), "did you mean 'flip'"),
    ],
)
def test_wrong_arguments(entry, message):
    with pytest.raises(InputError, match=message):
        Augmentation([entry])
