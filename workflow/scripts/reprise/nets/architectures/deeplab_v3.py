"""DeepLabv3 as the studies count it: the networks that train, at published size."""

from reprise.nets.architecture import Architecture, architectures
from reprise.nets.models import models
from reprise.nets.norms import make_norm


@architectures.register("deeplab_v3_mobilenet_v2")
def deeplab_v3_mobilenet_v2(*, image_size: int = 513, classes: int = 21) -> Architecture:
    """DeepLabv3 on MobileNetV2 at output stride 16, without atrous convolutions in its head.

    Args:
        image_size: side of an image.
        classes: of a pixel, the background included.
    """
    return _counted("deeplab_v3_mobilenet_v2", image_size, classes)


@architectures.register("deeplab_v3_resnet101")
def deeplab_v3_resnet101(*, image_size: int = 513, classes: int = 21) -> Architecture:
    """DeepLabv3 on ResNet-101 at output stride 16.

    Args:
        image_size: side of an image.
        classes: of a pixel, the background included.
    """
    return _counted("deeplab_v3_resnet101", image_size, classes)


def _counted(name: str, image_size: int, classes: int) -> Architecture:
    shape = (3, image_size, image_size)
    return Architecture(models[name](shape, classes, make_norm("batch", {})), shape)
