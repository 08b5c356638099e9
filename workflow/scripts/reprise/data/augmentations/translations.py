"""Translations by whole pixels."""

from math import floor

import torch
from torch import Tensor
from torch.nn import functional

from reprise.data.augmentation import augmentations
from reprise.errors import InputError, choose_among

PADDING_MODES = ("zeros", "reflect")
# A share of a side that is a whole number on paper may fall below it by rounding.
TOLERANCE = 1e-9


@augmentations.register("crop", units={"padding": "pixels"})
class Crop:
    """Random crop of the image's own size after padding on all four sides.

    On uint8 images before normalisation padding with zeros is black, as it is for decoded images in
    the usual recipe (He et al., 2016, "Deep residual learning for image recognition", section 4.2).

    Args:
        padding: pixels added to each side; every offset from 0 to 2 * padding is as likely.
        padding_mode: what is added, "zeros" or "reflect": the image mirrored at its outermost
            pixels, which are not repeated, and mirrored again where padding exceeds it.

    Raises:
        InputError: a negative padding, or a padding mode of another name.
    """

    def __init__(self, *, padding: int, padding_mode: str = "zeros") -> None:
        if padding < 0:
            raise InputError(
                f"augmentation 'crop' expects padding of 0 pixels or more, but it is {padding}: "
                "correct it or leave the crop out"
            )
        if padding_mode not in PADDING_MODES:
            known = choose_among(padding_mode, PADDING_MODES)
            raise InputError(
                f"unknown padding_mode {padding_mode!r} of augmentation 'crop': {known}"
            )
        self.padding = padding
        self.padding_mode = padding_mode

    def draw(self, images: int, generator: torch.Generator) -> Tensor:
        """Rows and columns (images, 2) at which the crops start in the padded images."""
        return torch.randint(
            2 * self.padding + 1, (images, 2), generator=generator, device=generator.device
        )

    def apply(self, images: Tensor, draws: Tensor) -> Tensor:
        """Crops each image of (B, C, H, W) at its own offsets (B, 2)."""
        if self.padding_mode == "reflect":
            padded = _reflect(_reflect(images, 2, self.padding), 3, self.padding)
        else:
            padded = functional.pad(images, (self.padding,) * 4)
        return _windows(padded, images.shape, draws)


@augmentations.register("shift")
class Shift:
    """Random shift by whole pixels; what comes in from outside repeats the border.

    Every shift from -n to n pixels along a side is as likely, with n the share of that side,
    rounded down. Keras's ImageDataGenerator, whose ``width_shift_range``, ``height_shift_range``
    and ``fill_mode="nearest"`` these are, shifts by fractions of pixels too and interpolates.

    Args:
        width: largest horizontal shift as a share of the width, at least 0 and below 1.
        height: largest vertical shift as a share of the height, at least 0 and below 1.

    Raises:
        InputError: a share out of range.
    """

    def __init__(self, *, width: float = 0.0, height: float = 0.0) -> None:
        for name, share in (("width", width), ("height", height)):
            if not 0 <= share < 1:
                raise InputError(
                    f"augmentation 'shift' expects {name} to be a share of the side, at least 0 "
                    f"and below 1, but it is {share:g}: correct it"
                )
        self.width = width
        self.height = height

    def draw(self, images: int, generator: torch.Generator) -> Tensor:
        """Vertical and horizontal positions (images, 2), uniform from 0 to 1, in the range of
        possible shifts, whose length depends on the size of the images."""
        return torch.rand((images, 2), generator=generator, device=generator.device)

    def apply(self, images: Tensor, draws: Tensor) -> Tensor:
        """Shifts each image of (B, C, H, W) by its own draws (B, 2)."""
        rows = floor(self.height * images.shape[2] + TOLERANCE)
        columns = floor(self.width * images.shape[3] + TOLERANCE)
        padded = _repeat_border(_repeat_border(images, 2, rows), 3, columns)
        starts = torch.stack(
            [draws[:, 0] * (2 * rows + 1), draws[:, 1] * (2 * columns + 1)], dim=1
        ).long()
        return _windows(padded, images.shape, starts)


def _repeat_border(images: Tensor, side: int, pixels: int) -> Tensor:
    """``pixels`` more at both ends of an axis, of any type (torch's own padding takes no uint8)."""
    last = images.shape[side] - 1
    positions = torch.arange(-pixels, last + pixels + 1, device=images.device).clamp(0, last)
    return images.index_select(side, positions)


def _reflect(images: Tensor, side: int, pixels: int) -> Tensor:
    """``pixels`` more at both ends of an axis, mirrored, of any type as above."""
    last = images.shape[side] - 1
    positions = torch.arange(-pixels, last + pixels + 1, device=images.device)
    # Back and forth between 0 and last, with a period of twice that.
    mirrored = last - (positions % max(2 * last, 1) - last).abs()
    return images.index_select(side, mirrored)


def _windows(padded: Tensor, shape: torch.Size, offsets: Tensor) -> Tensor:
    """The windows of ``shape`` (B, C, H, W) that start at ``offsets`` (B, 2) of each image.

    A window is found by where it starts in memory. All windows that fit, whichever image they
    start in, are one overlapping view, from which ``index_select`` copies B; this is several
    times as fast as a gather, which looks up every pixel.
    """
    image, channel, row, column = padded.stride()
    sizes = shape[1:]
    extent = sum(
        (size - 1) * stride for size, stride in zip(sizes, (channel, row, column), strict=True)
    )
    starts = torch.arange(shape[0], device=padded.device) * image
    starts += offsets[:, 0] * row + offsets[:, 1] * column
    fitting = padded.as_strided(
        (padded.numel() - extent, *sizes), (1, channel, row, column), padded.storage_offset()
    )
    return fitting.index_select(0, starts)
