import pytest
import torch

from reprise.data.augmentation import Augmentation
from reprise.data.augmentations.scaled_crop import ScaledCrop
from reprise.errors import InputError
from reprise.training.task import make_task

SIDE = 8


def squares(count=1):
    """Images whose pixels are all different."""
    return torch.arange(count * SIDE**2, dtype=torch.uint8).view(count, 1, SIDE, SIDE)


def draws(scale, down=0.0, across=0.0):
    return torch.tensor([[scale, down, across]])


def test_the_same_scale_changes_nothing(pictures):
    images = pictures(height=SIDE, width=SIDE)
    same = torch.tensor([[1.0, 0.3, 0.9]]).expand(len(images), -1)
    assert torch.equal(ScaledCrop().apply(images, same), images)
    assert torch.equal(ScaledCrop().apply_to_masks(images, same), images)


def test_twice_the_size_shows_a_quarter():
    image = squares()
    # The window may begin at 0 to 8 along each side of the 16 pixels: 0.99 of these is 8.
    found = ScaledCrop().apply_to_masks(image, draws(2.0, 0.99, 0.0))
    quarter = image[:, :, SIDE // 2 :, : SIDE // 2]
    assert torch.equal(found, quarter.repeat_interleave(2, 2).repeat_interleave(2, 3))


def test_twice_the_size_is_bilinear():
    row = torch.tensor([0, 100, 200, 100], dtype=torch.uint8).expand(1, 1, 4, 4)
    found = ScaledCrop().apply(row, draws(2.0, 0.0, 0.5))
    # The window begins at pixel 2 of the eight: 75, 125, 175, 175 lie between the four.
    assert found[0, 0, 0].tolist() == [75, 125, 175, 175]


def test_half_the_size_lies_at_the_top_left_and_the_border_is_repeated():
    image = squares()
    found = ScaledCrop().apply_to_masks(image, draws(0.5, 0.7, 0.7))
    assert torch.equal(found[0, 0, :4, :4], image[0, 0, 1::2, 1::2])
    assert torch.equal(found[0, 0, :, 4:], found[0, 0, :, 3:4].expand(-1, 4))
    halves = ScaledCrop().apply(image, draws(0.5, 0.7, 0.7))
    assert halves[0, 0, 0, 0] == round((0 + 1 + 8 + 9) / 4)
    below = halves[0, 0, 4:, :4].float()
    assert (below - image[0, 0, 7].float().view(4, 2).mean(1)).abs().max() <= 0.5


def test_scales_are_steps_and_windows_lie_within(generator):
    crop = ScaledCrop(scales=[0.5, 2.0], step=0.25)
    drawn = crop.draw(2000, generator())
    counts = drawn[:, 0].unique(return_counts=True)
    assert counts[0].tolist() == [0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0]
    assert counts[1].min() > 2000 / 7 * 0.75
    assert torch.equal(drawn, crop.draw(2000, generator()))


@pytest.mark.parametrize("scale", [0.5, 0.75, 1.25, 1.75, 2.0])
def test_an_image_and_its_mask_stay_together(generator, scale):
    """A disc is where its mask is, but for the pixels of its border."""
    places = torch.arange(64) - 31.5
    disc = (places.view(-1, 1) ** 2 + places**2 < 20**2).to(torch.uint8).view(1, 1, 64, 64)
    crop = ScaledCrop()
    for draw in crop.draw(10, generator()):
        draw[0] = scale
        image = crop.apply(disc * 200, draw.unsqueeze(0))
        mask = crop.apply_to_masks(disc, draw.unsqueeze(0))
        differing = ((image > 100) != (mask > 0)).float().mean()
        assert differing < 0.02


def test_masks_of_the_task_follow(generator):
    """Classes stay classes, and pixels without one stay so, also at a border that is repeated."""
    task = make_task("segmentation", 5)
    labels = torch.randint(0, 5, (6, SIDE, SIDE), generator=generator(), dtype=torch.uint8)
    labels[:, -1], labels[:, :, -1] = 255, 255
    augmentation = Augmentation([("scaled_crop", {}), ("flip", {})])
    drawn = augmentation.draw(6, generator(2))
    drawn[0][:, 0] = 0.5
    found = task.follow(labels, augmentation, drawn)
    assert found.shape == labels.shape and found.dtype == torch.uint8
    assert set(found.unique().tolist()) <= {0, 1, 2, 3, 4, 255}
    inside = torch.where(drawn[1].view(-1, 1, 1), found.flip(2), found)
    assert torch.equal(inside[:, :4, :4], labels[:, 1::2, 1::2])
    assert (inside[:, 4:] == 255).all() and (inside[:, :, 4:] == 255).all()


@pytest.mark.parametrize(
    "arguments", [{"scales": [0, 1]}, {"scales": [2, 1]}, {"scales": [1]}, {"step": 0}]
)
def test_wrong_arguments(arguments):
    with pytest.raises(InputError, match="augmentation 'scaled_crop' expects scales"):
        ScaledCrop(**arguments)
