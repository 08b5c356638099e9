"""What a network costs: its parameters, and the multiply-adds of one image."""

from dataclasses import dataclass

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from reprise.errors import InputError
from reprise.nets.build import count_parameters

DEFINITION = (
    "Parameters are all trainable numbers. Multiply-adds are those of the convolutions and fully "
    "connected layers for one image; biases, norms, activations, pooling, resizing, and what "
    "makes boxes out of predictions, do not count."
)


@dataclass(frozen=True)
class Costs:
    """The costs of a network.

    Attributes:
        parameters: trainable scalars; shared ones count once.
        multiply_adds: of one forward pass with one image.
        definition: what is counted, in sentences.
    """

    parameters: int
    multiply_adds: int
    definition: str = DEFINITION


def count_costs(model: nn.Module, input_shape: tuple[int, int, int]) -> Costs:
    """Count a network on the meta device, where nothing is computed.

    Args:
        model: built under ``torch.device("meta")``.
        input_shape: channels, height and width of an image.

    Raises:
        InputError: the network cannot take such an image.
    """
    with torch.device("meta"):
        image = torch.empty(1, *input_shape)
    model.eval()
    try:
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            model(image)
    except RuntimeError as error:
        raise InputError(
            f"a network to count should take an image of {' x '.join(map(str, input_shape))}, "
            f"but does not ({error}): change its image size in the study's YAML"
        ) from error
    # The counter has two operations for every multiplication with its addition.
    return Costs(count_parameters(model), counter.get_total_flops() // 2)
