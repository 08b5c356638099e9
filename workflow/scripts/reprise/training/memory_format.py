"""In which order the numbers of images and kernels lie in memory.

The order changes which routine of a library computes, and no result but by rounding.
"""

import torch
from torch import nn

from reprise.studies.cell import FLOAT32


def memory_format_of(
    model: nn.Module, computed_in: str, device: torch.device
) -> torch.memory_format:
    """What suits a network on a device.

    A CPU computes with channels last throughout. The units of a GPU for rounded products take
    channels last, while its routines for float32 proper can be slower with them (pytorch#44943).
    Its group norm has one for channels first alone, so that a network of channels last would be
    turned over and back at every norm.

    Args:
        model: the network.
        computed_in: number format of its products.
        device: where it computes.
    """
    if device.type == "cpu":
        return torch.channels_last
    turned_over = any(isinstance(module, nn.GroupNorm) for module in model.modules())
    if computed_in == FLOAT32 or turned_over:
        return torch.contiguous_format
    return torch.channels_last
