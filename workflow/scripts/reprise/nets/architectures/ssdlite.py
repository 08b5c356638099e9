"""SSDLite as the studies count it: the networks that train, at published size."""

from reprise.nets.architecture import Architecture, architectures
from reprise.nets.models import models
from reprise.nets.norms import make_norm


@architectures.register("mobilenet_v1_ssdlite")
def mobilenet_v1_ssdlite(*, image_size: int = 320, classes: int = 80) -> Architecture:
    """SSDLite on MobileNetV1: it predicts from layer 11 (stride 16), the last layer (stride 32)
    and four added layers.

    Args:
        image_size: side of an image.
        classes: kinds of objects, without the background.
    """
    return _counted("ssdlite_mobilenet_v1", image_size, classes)


@architectures.register("mobilenet_v2_ssdlite")
def mobilenet_v2_ssdlite(*, image_size: int = 320, classes: int = 80) -> Architecture:
    """SSDLite on MobileNetV2: it predicts from the expansion of layer 15 (stride 16), the last
    layer (stride 32) and four added layers.

    Args:
        image_size: side of an image.
        classes: kinds of objects, without the background.
    """
    return _counted("ssdlite_mobilenet_v2", image_size, classes)


def _counted(name: str, image_size: int, classes: int) -> Architecture:
    shape = (3, image_size, image_size)
    return Architecture(models[name](shape, classes + 1, make_norm("batch", {})), shape)
