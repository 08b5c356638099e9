"""SSD as the studies count it: the networks that train, at published size and without norms."""

from reprise.nets.architecture import Architecture, architectures
from reprise.nets.models import models
from reprise.nets.norms import make_norm

MODELS = {300: "ssd300_vgg16", 512: "ssd512_vgg16"}


@architectures.register("ssd_vgg16")
def ssd_vgg16(*, image_size: int = 300, classes: int = 80) -> Architecture:
    """SSD300 or SSD512 on VGG-16.

    Args:
        image_size: side of an image, 300 or 512.
        classes: kinds of objects, without the background.

    Raises:
        ValueError: an image size that was not published.
    """
    if image_size not in MODELS:
        known = " or ".join(map(str, MODELS))
        raise ValueError(f"image_size is {known}, not {image_size}")
    shape = (3, image_size, image_size)
    model = models[MODELS[image_size]](shape, classes + 1, make_norm("none", {}))
    return Architecture(model, shape)
