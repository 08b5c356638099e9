"""Every mode, depth and orientation that Pillow opens: scaled to 8 bits, or refused."""

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import ExifTags, Image

from reprise.data.image_files import image_pixels
from reprise.data.image_modes import eight_bits
from reprise.errors import InputError

RAMP = np.array([[0, 4096], [32768, 65535]], np.uint16)
SCALED = [[0, 16], [128, 255]]


@pytest.fixture
def source(make_source):
    return lambda channels=1: make_source(
        channels=channels, mean=(0.5,) * channels, std=(0.5,) * channels
    )


def saved(picture, kind="PNG", **options):
    content = BytesIO()
    picture.save(content, kind, **options)
    return content.getvalue()


def read(source, content):
    return image_pixels(source, content, "a.png").tolist()


def refusal(source, content):
    with pytest.raises(InputError) as raised:
        read(source, content)
    assert str(raised.value).startswith("a.png must be a single opaque picture of 8 or 16 bits")
    return str(raised.value)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "PPM"])
@pytest.mark.parametrize("channels", [1, 3])
def test_16_bits_of_grey_are_scaled(source, kind, channels):
    content = saved(Image.fromarray(RAMP), kind)
    assert read(source(channels), content) == [SCALED] * channels


def test_12_bits_are_scaled_from_their_own_white(source):
    content = tiff_of_12_bits([0, 256, 2048, 4095])
    assert read(source(), content) == [[[0, 16], [128, 255]]]


def test_16_bits_of_color_keep_their_upper_half(source):
    rows = b"".join(b"\0" + row.repeat(3).astype(">u2").tobytes() for row in RAMP)
    content = b"\x89PNG\r\n\x1a\n" + b"".join(
        part(name, body)
        for name, body in (
            (b"IHDR", struct.pack(">IIBBBBB", 2, 2, 16, 2, 0, 0, 0)),
            (b"IDAT", zlib.compress(rows)),
            (b"IEND", b""),
        )
    )
    assert read(source(3), content) == [SCALED] * 3


def part(name, body):
    """A chunk of a PNG file."""
    check = zlib.crc32(name + body)
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", check)


def tiff_of_12_bits(values):
    """A TIFF of 2 x 2 pixels of 12 bits, packed, as microscopes write it."""
    first, second, third, fourth = values
    packed = b"".join(
        (high << 12 | low).to_bytes(3, "big") for high, low in ((first, second), (third, fourth))
    )
    tags = {256: 2, 257: 2, 258: 12, 259: 1, 262: 1, 273: 0, 277: 1, 278: 2, 279: len(packed)}
    start = 8 + 2 + 12 * len(tags) + 4
    entries = b"".join(
        tag.to_bytes(2, "little") + (4).to_bytes(2, "little") + (1).to_bytes(4, "little")
        + (start if tag == 273 else value).to_bytes(4, "little")
        for tag, value in tags.items()
    )  # fmt: skip
    head = b"II*\0" + (8).to_bytes(4, "little") + len(tags).to_bytes(2, "little")
    return head + entries + bytes(4) + packed


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "YCbCr", "HSV", "LA", "RGBA", "PA"])
def test_modes_of_8_bits_keep_black_and_white(source, mode):
    grey = Image.fromarray(np.array([[0, 255]], np.uint8))
    picture = grey.convert("RGB").convert(mode) if mode != "PA" else grey.convert("P").convert("PA")
    for channels in (1, 3):
        values = np.asarray(eight_bits(picture, channels, "a"))
        assert values.min() == 0
        assert values.max() == 255


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_few_bits_of_grey_reach_white(source, bits):
    levels = Image.fromarray(np.array([[0, 255], [255, 0]], np.uint8))
    content = saved(levels.convert("P", palette=Image.Palette.ADAPTIVE, colors=2), bits=bits)
    assert read(source(), content) == [[[0, 255], [255, 0]]]


@pytest.mark.parametrize("mode", ["F", "I"])
def test_values_of_unknown_range_are_refused(source, mode):
    content = saved(Image.new(mode, (2, 2), 1), "TIFF")
    assert f"mode {mode}, whose range is not known" in refusal(source(), content)


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_transparent_pixels_are_refused_and_opaque_ones_are_not(source, mode):
    opaque = Image.new(mode, (2, 2), "white")
    assert read(source(), saved(opaque)) == [[[255, 255], [255, 255]]]
    opaque.putalpha(Image.new("L", (2, 2), 254))
    assert "transparent pixels" in refusal(source(), saved(opaque))


def test_a_transparent_color_of_a_palette_is_refused(source):
    picture = Image.new("P", (2, 2), 0)
    assert "transparent pixels" in refusal(source(), saved(picture, transparency=0))


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "PNG"])
def test_several_pictures_in_one_file_are_refused(source, kind):
    frames = [Image.new("L", (2, 2), level) for level in (0, 255)]
    content = saved(frames[0], kind, save_all=True, append_images=frames[1:])
    assert "2 pictures, of which one" in refusal(source(), content)


@pytest.mark.parametrize(
    ("orientation", "expected"),
    [(1, [[0, 85], [170, 255]]), (2, [[85, 0], [255, 170]]), (3, [[255, 170], [85, 0]]),
     (4, [[170, 255], [0, 85]]), (5, [[0, 170], [85, 255]]), (6, [[170, 0], [255, 85]]),
     (7, [[255, 85], [170, 0]]), (8, [[85, 255], [0, 170]])],
)  # fmt: skip
@pytest.mark.parametrize("depth", [8, 16])
def test_pictures_are_upright(source, orientation, expected, depth):
    levels = np.array([[0, 85], [170, 255]], np.uint8)
    picture = Image.fromarray(levels if depth == 8 else levels.astype(np.uint16) * 257)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    assert read(source(), saved(picture, exif=exif)) == [expected]
