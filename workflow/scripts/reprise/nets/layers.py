"""Short runs of layers that several networks are made of.

Their convolutions have no bias, since a norm follows, and pad by half of the kernel.
"""

from torch import nn

from reprise.nets.activations import make_activation
from reprise.nets.norms import NormMaker


def convolution(inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> nn.Conv2d:
    """Maps (N, inputs, H, W) to (N, outputs, ceil(H / stride), ceil(W / stride)); odd kernels."""
    return nn.Conv2d(inputs, outputs, kernel, stride=stride, padding=kernel // 2, bias=False)


def activated_convolution(
    inputs: int,
    outputs: int,
    make_norm: NormMaker,
    activation: str,
    *,
    kernel: int = 3,
    pool: bool = False,
    pool_before_norm: bool = True,
) -> list[nn.Module]:
    """A convolution, the norm and the activation.

    ``pool`` halves the image by max pooling, before the norm or after the activation.
    """
    layers = [
        convolution(inputs, outputs, kernel),
        make_norm(outputs),
        make_activation(activation),
    ]
    if pool:
        layers.insert(1 if pool_before_norm else 3, nn.MaxPool2d(2))
    return layers


def preactivated_convolution(
    inputs: int,
    outputs: int,
    make_norm: NormMaker,
    activation: str,
    *,
    kernel: int = 3,
    stride: int = 1,
) -> list[nn.Module]:
    """The norm, the activation and a convolution."""
    return [
        make_norm(inputs),
        make_activation(activation),
        convolution(inputs, outputs, kernel, stride),
    ]
