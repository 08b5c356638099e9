"""Plain convolutional networks: stages of convolutions, then fully connected layers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from reprise.errors import InputError
from reprise.nets.activations import commutes_with_maximum, make_activation
from reprise.nets.checks import check_dropout, check_name, check_positive, read_part
from reprise.nets.initialisation import glorot_uniform
from reprise.nets.models import ImageShape, models
from reprise.nets.norms import NormMaker

NAME = "plain_cnn"
INITIALISATIONS = ("torch", "glorot")
PADDINGS = ("same", "valid")


@dataclass(frozen=True)
class Convolution:
    """A convolution with bias: its output channels, and its square kernel's side in pixels.

    ``padding`` "same" keeps the sides of the image, "valid" adds nothing and shortens them by
    ``kernel`` - 1.
    """

    channels: int
    kernel: int = 3
    padding: str = "same"

    def __post_init__(self) -> None:
        check_name(NAME, "padding", self.padding, PADDINGS)
        check_positive(NAME, "channels", self.channels)
        check_positive(NAME, "kernel", self.kernel)

    def side_after(self, side: int) -> int:
        """The side of its output, in pixels; 0 or less where it does not fit."""
        return side if self.padding == "same" else side - self.kernel + 1


@dataclass(frozen=True)
class Stage:
    """Convolutions, as mappings with the fields of ``Convolution``, and what follows the last.

    ``pool`` is the side of the windows of max pooling, in pixels (1: none); ``dropout`` the
    probability with which each output is dropped.
    """

    convolutions: Sequence[Mapping[str, Any]]
    pool: int = 2
    dropout: float = 0.0

    def __post_init__(self) -> None:
        check_positive(NAME, "the number of convolutions of a stage", len(self.convolutions))
        check_positive(NAME, "pool", self.pool)


@models.register("plain_cnn", widths=None)
class PlainCnn(nn.Module):
    """A plain network: stages of convolutions and max pooling, then fully connected layers.

    Every convolution is followed by the norm (the norm "none" for a network without one) and the
    activation, every stage ends in max pooling and dropout. An activation that always rises comes
    after the pooling, which gives the same values for less work. The pixels of the last stage, or
    their means over the image, go through the hidden layers to the logits.

    Args:
        image_shape: channels, height and width of an image.
        classes: number of logits.
        make_norm: makes a normalising layer for a number of channels.
        stages: mappings with the keys ``convolutions`` (a list of mappings with the keys
            ``channels``, ``kernel``, left out: 3, and ``padding``, "same" or "valid", left out:
            "same"), ``pool`` (left out: 2; 1 for none) and ``dropout`` (left out: 0).
        hidden: units of the fully connected layers before the last one, each followed by the
            activation.
        activation: a name of ``reprise.nets.activations.make_activation``.
        dropout_before_hidden: probability of dropout before the first fully connected layer.
        hidden_dropout: probability of dropout after each hidden layer.
        global_average: average each channel over the image before the fully connected layers, so
            that their number of weights does not depend on the image's size.
        initialisation: "torch" (torch's default: kernels and biases uniform by fan in) or
            "glorot" (Glorot uniform kernels, zero biases: the default of Keras).

    Raises:
        InputError: an image that is too small for the layers, or an argument of another form.
    """

    def __init__(
        self,
        image_shape: ImageShape,
        classes: int,
        make_norm: NormMaker,
        *,
        stages: Sequence[Mapping[str, Any]],
        hidden: Sequence[int] = (),
        activation: str = "relu",
        dropout_before_hidden: float = 0.0,
        hidden_dropout: float = 0.0,
        global_average: bool = False,
        initialisation: str = "torch",
    ) -> None:
        super().__init__()
        check_name(NAME, "initialisation", initialisation, INITIALISATIONS)
        parts = [read_part(NAME, Stage, stage, "stages") for stage in stages]
        self.stages = nn.Sequential()
        shape = tuple(image_shape)
        for stage in parts:
            layers, shape = _stage_layers(stage, shape, make_norm, activation)
            self.stages.append(nn.Sequential(*layers))
        if global_average:
            self.stages.append(nn.AdaptiveAvgPool2d(1))
            shape = (shape[0], 1, 1)
        inputs = shape[0] * shape[1] * shape[2]
        self.hidden = nn.Sequential(
            nn.Flatten(),
            *_dropout(dropout_before_hidden),
            *_hidden_layers(inputs, hidden, activation, hidden_dropout),
        )
        self.head = nn.Linear(hidden[-1] if hidden else inputs, classes)
        if initialisation == "glorot":
            glorot_uniform(self)

    def forward(self, images: Tensor) -> Tensor:
        """Maps images (N, *image_shape) to logits (N, classes)."""
        return self.head(self.hidden(self.stages(images)))


def _stage_layers(
    stage: Stage, shape: ImageShape, make_norm: NormMaker, activation: str
) -> tuple[list[nn.Module], ImageShape]:
    """The layers of a stage, and the shape of their output for an input of ``shape``."""
    layers: list[nn.Module] = []
    channels, *sides = shape
    for number, mapping in enumerate(stage.convolutions, start=1):
        convolution = read_part(NAME, Convolution, mapping, "stages.convolutions")
        layers += [
            nn.Conv2d(
                channels, convolution.channels, convolution.kernel, padding=convolution.padding
            ),
            make_norm(convolution.channels),
        ]
        pooled = number == len(stage.convolutions) and stage.pool > 1
        layers += _activation_layers(activation, stage.pool if pooled else 1)
        channels = convolution.channels
        sides = [convolution.side_after(side) for side in sides]
    sides = [side // stage.pool for side in sides]
    if min(sides) < 1:
        raise InputError(
            f"model 'plain_cnn' expects images that are large enough for its stages, but one of "
            f"them leaves no pixel of its input of {shape[1]} x {shape[2]} pixels: use larger "
            "images or fewer stages"
        )
    return [*layers, *_dropout(stage.dropout)], (channels, *sides)


def _activation_layers(activation: str, pool: int) -> list[nn.Module]:
    """The activation, and max pooling unless ``pool`` is 1; pooling first where that is equal."""
    layers = [make_activation(activation)]
    if pool > 1:
        # After pooling an activation has less to do.
        layers.insert(0 if commutes_with_maximum(activation) else 1, nn.MaxPool2d(pool))
    return layers


def _hidden_layers(
    inputs: int, units: Sequence[int], activation: str, dropout: float
) -> Iterator[nn.Module]:
    for outputs in units:
        yield nn.Linear(inputs, outputs)
        yield make_activation(activation)
        yield from _dropout(dropout)
        inputs = outputs


def _dropout(probability: float) -> list[nn.Module]:
    """A layer of dropout, or none where nothing is dropped."""
    check_dropout(NAME, probability)
    return [nn.Dropout(probability)] if probability else []
