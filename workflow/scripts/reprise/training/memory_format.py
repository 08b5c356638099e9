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

    torch's group norm computes with channels first: on a GPU a network of channels last would be
    turned over and back at every norm, and on a CPU it takes up to twenty times as long.
    Elsewhere a CPU is faster with channels last. So are the units of a GPU for rounded products,
    while its routines for float32 proper can be slower with them (pytorch#44943).

    Args:
        model: the network.
        computed_in: number format of its products.
        device: where it computes.
    """
    if any(isinstance(module, nn.GroupNorm) for module in model.modules()):
        return torch.contiguous_format
    if device.type != "cpu" and computed_in == FLOAT32:
        return torch.contiguous_format
    return torch.channels_last
