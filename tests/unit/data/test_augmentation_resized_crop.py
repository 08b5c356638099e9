"""Random resized crops against torchvision's."""

import pytest
import torch
from scipy.stats import ks_2samp
from torchvision.transforms import RandomResizedCrop
from torchvision.transforms.functional import pil_to_tensor, resized_crop, to_pil_image

from reprise.data.augmentation import Augmentation
from reprise.data.augmentations.resized_crop import scaled_boxes
from reprise.errors import InputError

BOXES = [(0, 0, 32, 32), (3, 5, 9, 12), (0, 20, 32, 12), (31, 0, 1, 32), (7, 7, 18, 18)]
"""Top, left, height and width."""


def crop(**arguments):
    return Augmentation([("random_resized_crop", arguments)]).entries[0]


def by_torchvision(images, size):
    return torch.stack(
        [
            pil_to_tensor(resized_crop(to_pil_image(image), *box, size))
            for image, box in zip(images, BOXES, strict=True)
        ]
    )


def scaled(images, size):
    tops, lefts, heights, widths = torch.tensor(BOXES).T
    return scaled_boxes(images, tops, heights.float(), lefts, widths.float(), size)


@pytest.mark.parametrize("size", [(8, 8), (28, 28), (32, 32), (50, 17)])
def test_given_boxes_come_out_as_torchvisions(pictures, size):
    images = pictures(count=5, height=32, width=32)
    difference = (scaled(images, size).int() - by_torchvision(images, size).int()).abs()
    assert difference.max() <= 1
    # Weights are rounded to other steps, which noise shows most.
    assert difference.float().mean() < 0.05


def test_images_of_fractions_come_out_as_torchvisions(pictures):
    images = pictures(count=5, height=32, width=32).double() / 255
    expected = [
        resized_crop(image, *box, [12, 20], antialias=True)
        for image, box in zip(images, BOXES, strict=True)
    ]
    found = scaled(images.float(), (12, 20))
    torch.testing.assert_close(found, torch.stack(expected).float(), atol=2e-3, rtol=0)


def test_an_image_of_one_color_stays_it(pictures):
    for level in (0, 1, 254, 255):
        images = torch.full((5, 1, 32, 32), level, dtype=torch.uint8)
        assert (scaled(images, (21, 13)) == level).all()


def test_areas_and_aspects_are_distributed_as_torchvisions(generator):
    count, side = 4000, 1000
    draws = crop().draw(count, generator(1))
    torch.manual_seed(2)
    image = torch.empty(1, side, side)
    boxes = [RandomResizedCrop.get_params(image, [0.08, 1.0], [3 / 4, 4 / 3]) for _ in range(count)]
    tops, lefts, heights, widths = torch.tensor(boxes).double().T
    pairs = {
        "area": (draws[:, 0] * draws[:, 1], heights * widths / side**2),
        "aspect": (draws[:, 1] / draws[:, 0], widths / heights),
        "top": (draws[:, 2], (tops + 0.5) / (side - heights + 1)),
        "left": (draws[:, 3], (lefts + 0.5) / (side - widths + 1)),
    }
    for what, (ours, theirs) in pairs.items():
        assert ks_2samp(ours.numpy(), theirs.numpy()).pvalue > 0.01, what


def test_another_distribution_would_be_seen(generator):
    ours, other = (crop(area=area).draw(4000, generator(1)) for area in ([0.08, 1], [0.14, 1]))
    areas = [(draws[:, 0] * draws[:, 1]).numpy() for draws in (ours, other)]
    assert ks_2samp(*areas).pvalue < 0.01


def test_boxes_stay_within_area_aspect_and_image(generator):
    draws = crop(area=[0.2, 0.9], aspect=[0.7, 1.5]).draw(5000, generator())
    height, width = draws[:, 0], draws[:, 1]
    assert 0.2 - 1e-6 <= (height * width).min() < 0.21
    assert 0.85 < (height * width).max() <= 0.9 + 1e-6
    assert 0.7 - 1e-5 <= (width / height).min() < 0.71
    assert 1.48 < (width / height).max() <= 1.5 + 1e-5
    assert draws.max() <= 1


def test_a_box_that_never_fits_is_the_whole_image(pictures, generator):
    images = pictures(height=12, width=12)
    whole = crop(area=[1, 1], aspect=[2, 3])
    assert torch.equal(whole.apply(images, whole.draw(16, generator())), images)


def test_the_side_that_comes_out(pictures, generator):
    images = pictures(height=16, width=16)
    draws = crop().draw(16, generator())
    assert crop(pixels=14).apply(images, draws).shape == (16, 3, 14, 14)
    assert crop().apply(images, draws).shape == images.shape


def test_an_image_comes_out_the_same_whichever_others_are_with_it(pictures, generator):
    images = pictures(count=64, height=64, width=64)
    cropped = crop(pixels=56)
    draws = cropped.draw(64, generator())
    together = cropped.apply(images, draws)
    for size in (1, 7):
        parts = [
            cropped.apply(some, own)
            for some, own in zip(images.split(size), draws.split(size), strict=True)
        ]
        assert torch.equal(torch.cat(parts), together)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"area": [0, 1]}, "area to be a smallest and a largest share above 0"),
        ({"area": [0.5]}, "area to be a smallest"),
        ({"aspect": [1, 0.5]}, "aspect to be a smallest and a largest positive ratio"),
        ({"pixels": 0}, "pixels of 1 or more"),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(InputError, match=message):
        crop(**arguments)
