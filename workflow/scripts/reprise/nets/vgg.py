"""VGG-16 with norms, for small images.

Simonyan and Zisserman (2014), "Very deep convolutional networks for large-scale image
recognition", arXiv:1409.1556, table 1, configuration D, gives the convolutions; what follows them
is that of the public network for CIFAR-10 (Liu and Deng, 2015, "Very deep convolutional neural
network based image classification using small training sample size").
"""

from collections.abc import Iterator, Sequence

from torch import Tensor, nn
from torch.nn import functional

from reprise.nets.checks import check_sides, check_stages
from reprise.nets.initialisation import glorot_uniform
from reprise.nets.models import ImageShape, models
from reprise.nets.norms import NormMaker

NAME = "vgg16"
WIDTH_MULTIPLES = (1, 2, 4, 8, 8)


@models.register("vgg16", widths={"argument": "width", "multiples": [1, 2, 4, 8, 8]}, halvings=4)
class Vgg16(nn.Module):
    """VGG-16: 3x3 convolutions in five stages with max pooling, and one hidden layer.

    Each convolution (padding 1, with bias) and the hidden layer are followed by ReLU and then by
    the norm. The mean of the last stage over the image, which at 32 pixels is its only pixel, is
    the input of the hidden layer. There is no dropout. Kernels start Glorot uniform and biases at
    zero, as in Keras.

    Args:
        image_shape: channels, height and width of an image; sides of 32 pixels or more.
        classes: number of logits.
        make_norm: makes a normalising layer for a number of channels.
        width: channels of the first stage; the others have 2, 4, 8 and 8 times as many.
        hidden: units of the hidden layer, which the norm takes as channels of a single pixel.
        convolutions: number of convolutions of each stage, thirteen in all in VGG-16.

    Raises:
        InputError: an image that is too small for five times max pooling, or not five stages with
            a convolution each.
    """

    def __init__(
        self,
        image_shape: ImageShape,
        classes: int,
        make_norm: NormMaker,
        *,
        width: int = 64,
        hidden: int = 512,
        convolutions: Sequence[int] = (2, 2, 3, 3, 3),
    ) -> None:
        super().__init__()
        check_stages(NAME, "convolutions", convolutions, len(WIDTH_MULTIPLES))
        check_sides(NAME, image_shape, 2 ** len(WIDTH_MULTIPLES))
        self.stages = nn.Sequential()
        channels = image_shape[0]
        for count, multiple in zip(convolutions, WIDTH_MULTIPLES, strict=True):
            self.stages.append(
                nn.Sequential(*_stage_layers(channels, multiple * width, count, make_norm))
            )
            channels = multiple * width
        self.average = nn.AdaptiveAvgPool2d(1)
        self.hidden = nn.Linear(channels, hidden)
        self.hidden_norm = make_norm(hidden)
        self.head = nn.Linear(hidden, classes)
        glorot_uniform(self)

    def forward(self, images: Tensor) -> Tensor:
        """Maps images (N, *image_shape) to logits (N, classes)."""
        features = self.average(self.stages(images)).flatten(1)
        hidden = functional.relu(self.hidden(features))
        return self.head(self.hidden_norm(hidden[:, :, None, None]).flatten(1))


def _stage_layers(
    inputs: int, outputs: int, convolutions: int, make_norm: NormMaker
) -> Iterator[nn.Module]:
    for number in range(convolutions):
        yield nn.Conv2d(inputs if number == 0 else outputs, outputs, kernel_size=3, padding=1)
        yield nn.ReLU()
        yield make_norm(outputs)
    yield nn.MaxPool2d(2)
