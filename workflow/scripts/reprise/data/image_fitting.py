"""How a picture of any size becomes a square."""

from PIL import Image, ImageOps


def stretched(picture: Image.Image, side: int) -> Image.Image:
    """The whole picture, without keeping its proportions, by Lanczos' filter."""
    return picture.resize((side, side), Image.Resampling.LANCZOS)


def padded(
    picture: Image.Image,
    side: int,
    fill: int | tuple[int, ...],
    how: Image.Resampling = Image.Resampling.BILINEAR,
) -> Image.Image:
    """The whole picture at the top left of a square, with ``fill`` right of it and below; only one
    with a side above the square's is scaled, to fit."""
    if max(picture.size) > side:
        share = side / max(picture.size)
        width, height = (max(1, round(length * share)) for length in picture.size)
        picture = picture.resize((width, height), how)
    square = Image.new(picture.mode, (side, side), fill)
    square.paste(picture)
    return square


def centred(picture: Image.Image, side: int) -> Image.Image:
    """The largest square at the centre, by the bilinear filter: what is left when the short side is
    scaled to ``side`` and the ends of the long one are cut off."""
    return ImageOps.fit(picture, (side, side), Image.Resampling.BILINEAR)


def centred_closely(picture: Image.Image, side: int) -> Image.Image:
    """The square at the centre whose side is 224/256 of the short side, by the bilinear filter.

    So are images of ImageNet commonly evaluated: the short side is scaled to 256 pixels and the
    centre kept (A. Krizhevsky, I. Sutskever and G. E. Hinton, ImageNet Classification with Deep
    Convolutional Neural Networks, 2012, section 2), and a network sees the inner 224 of them.
    """
    border = (1 - 224 / 256) / 2
    return ImageOps.fit(picture, (side, side), Image.Resampling.BILINEAR, bleed=border)
