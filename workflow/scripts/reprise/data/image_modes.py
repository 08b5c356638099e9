"""Pictures of every mode and depth that Pillow opens, as 8 bits a channel or not at all."""

import numpy as np
from PIL import ExifTags, Image, ImageOps

from reprise.errors import InputError

MODES = {1: "L", 3: "RGB"}
"""By the number of channels."""

# Pillow turns these into grey or color without loss, or as their format means it; pictures of 16
# bits a color arrive here with their upper 8.
_CONVERTED = frozenset(
    {"1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "HSV"}
)
_SIXTEEN_BITS = frozenset({"I;16", "I;16L", "I;16B", "I;16N"})
# Formats whose grey values of more than 8 bits arrive with 32 bits and a known highest value.
_SIXTEEN_IN_32 = frozenset({"PNG", "PPM"})
_OPAQUE = 255
# A second picture in a photograph is a preview of the first.
_PHOTOGRAPHS = frozenset({"MPO"})
_TIFF_BITS = 258


def eight_bits(image: Image.Image, channels: int, place: str) -> Image.Image:
    """The picture in mode ``L`` or ``RGB``, upright as its EXIF orientation says.

    Grey values of more than 8 bits are scaled from their full range to 0..255. Grey becomes color,
    or color grey, as ``channels`` asks.

    Args:
        image: as opened.
        channels: 1 or 3.
        place: names the file in messages.

    Raises:
        InputError: something of the picture would be lost: values of 32 bits or with a fraction,
            transparency, further frames; or it is of a mode that has no colors of a screen.
    """
    if getattr(image, "n_frames", 1) > 1 and image.format not in _PHOTOGRAPHS:
        raise _refused(place, f"{image.n_frames} pictures, of which one could be read")
    image = _upright(image)
    if image.mode in _SIXTEEN_BITS or (image.mode == "I" and image.format in _SIXTEEN_IN_32):
        if "transparency" in image.info:
            raise _refused(place, "transparent pixels")
        return _scaled(image).convert(MODES[channels])
    if image.mode not in _CONVERTED:
        raise _refused(place, f"pixels of Pillow's mode {image.mode}, whose range is not known")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        if image.getchannel("A").getextrema()[0] < _OPAQUE:
            raise _refused(place, "transparent pixels")
    return image.convert(MODES[channels])


def _upright(image: Image.Image) -> Image.Image:
    """Turned as its EXIF orientation says; the format is kept, which turning loses."""
    if image.getexif().get(ExifTags.Base.Orientation, 1) == 1:
        return image
    turned = ImageOps.exif_transpose(image)
    turned.format = image.format
    return turned


def _scaled(image: Image.Image) -> Image.Image:
    values = np.asarray(image).astype(np.float64)
    return Image.fromarray(np.rint(values * (_OPAQUE / _highest(image))).astype(np.uint8))


def _highest(image: Image.Image) -> int:
    """The value of white: TIFF files may hold 12 bits in 16, and say so."""
    bits = getattr(image, "tag_v2", {}).get(_TIFF_BITS, (16,))
    return 2 ** bits[0] - 1


def _refused(place: str, found: str) -> InputError:
    return InputError(
        f"{place} must be a single opaque picture of 8 or 16 bits a channel, and holds {found}: "
        "convert it"
    )
