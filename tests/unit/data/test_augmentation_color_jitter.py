"""Changes of color against torchvision, image by image."""

import pytest
import torch
from torchvision.transforms import functional

from reprise.data.augmentation import Augmentation
from reprise.errors import InputError

STEPS = {
    "brightness": functional.adjust_brightness,
    "contrast": functional.adjust_contrast,
    "saturation": functional.adjust_saturation,
    "hue": functional.adjust_hue,
}
NEUTRAL = {"brightness": 1.0, "contrast": 1.0, "saturation": 1.0, "hue": 0.0}


def jitter(**arguments):
    return Augmentation([("color_jitter", arguments)]).entries[0]


def draws_of(**values):
    """The draws that give each image its own value of each step."""
    count = len(next(iter(values.values())))
    columns = [values.get(name, [neutral] * count) for name, neutral in NEUTRAL.items()]
    return torch.tensor(columns).T


def assert_equals_torchvision(images, values, **tolerance):
    found = jitter(**dict.fromkeys(values, 0.5)).apply(images, draws_of(**values))
    expected = []
    for number, image in enumerate(images):
        for name, of_images in values.items():
            image = STEPS[name](image, of_images[number])
        expected.append(image)
    torch.testing.assert_close(found, torch.stack(expected), **tolerance)


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("brightness", [0.0, 0.6, 1.0, 1.7]),
        ("contrast", [0.0, 0.6, 1.0, 1.7]),
        ("saturation", [0.0, 0.6, 1.0, 1.7]),
        ("hue", [-0.5, -0.13, 0.05, 0.5]),
    ],
)
def test_each_step_equals_torchvision(pictures, name, values, channels, memory_format):
    images = pictures(4, channels=channels).contiguous(memory_format=memory_format)
    # Both cut decimals off, which rounding of the factors can move by a level.
    assert_equals_torchvision(images, {name: values}, rtol=0, atol=1)
    assert_equals_torchvision(images / 255, {name: values}, rtol=0, atol=1e-5)


def test_all_steps_in_order_equal_torchvision(pictures):
    values = {
        "brightness": [0.8, 1.2],
        "contrast": [1.3, 0.7],
        "saturation": [0.5, 1.5],
        "hue": [0.1, -0.4],
    }
    assert_equals_torchvision(pictures(2), values, rtol=0, atol=1)


def test_pure_colors_turn_around_the_circle():
    red = torch.tensor([255, 0, 0], dtype=torch.uint8).view(1, 3, 1, 1).repeat(2, 1, 1, 1)
    found = jitter(hue=0.5).apply(red, draws_of(hue=[1 / 3, -1 / 3]))
    assert found.flatten(1).tolist() == [[0, 255, 0], [0, 0, 255]]


def test_nothing_changes_by_default(pictures, generator):
    draws = jitter().draw(4, generator())
    assert torch.equal(draws, draws_of(brightness=[1.0] * 4))
    assert torch.equal(jitter().apply(pictures(4), draws), pictures(4))


def test_draws_are_uniform_in_their_ranges(generator):
    strengths = {"brightness": 0.4, "contrast": 2.0, "saturation": 0.1, "hue": 0.2}
    draws = jitter(**strengths).draw(50_000, generator())
    lowest, highest = torch.tensor([0.6, 0.0, 0.9, -0.2]), torch.tensor([1.4, 3.0, 1.1, 0.2])
    places = (draws - lowest) / (highest - lowest)
    assert places.min() >= -1e-6
    assert places.max() <= 1 + 1e-6
    # Uniform from 0 to 1: the mean 1/2 and the variance 1/12.
    torch.testing.assert_close(places.mean(0), torch.full((4,), 0.5), rtol=0, atol=0.01)
    torch.testing.assert_close(places.var(0), torch.full((4,), 1 / 12), rtol=0, atol=0.002)


def test_an_image_is_changed_alike_in_any_batch(pictures, generator):
    changing = jitter(brightness=0.4, contrast=0.4, saturation=0.4, hue=0.1)
    images, draws = pictures(6), changing.draw(6, generator())
    assert torch.equal(changing.apply(images, draws)[2:4], changing.apply(images[2:4], draws[2:4]))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"contrast": -0.1}, "a contrast of 0 or more, but it is -0.1"),
        ({"hue": 0.6}, "a hue between 0 and 0.5, but it is 0.6"),
    ],
)
def test_strengths_out_of_range(arguments, message):
    with pytest.raises(InputError, match=message):
        jitter(**arguments)
