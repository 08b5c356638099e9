"""A way around a fault of PyTorch on processors without AVX-512.

There the gradients of a 1x1 convolution with a stride are written beyond their end if it has fewer
than 8 input channels and its images are in the order channels last (seen with PyTorch 2.12.1 on an
AMD EPYC with AVX2). The process then ends somewhere later, by a corrupted heap.
"""

import torch
from torch import Tensor, nn

FEWEST_CHANNELS = 8


def guard_narrow_convolutions(model: nn.Module) -> None:
    """Let such convolutions of a model compute in the order channels first wherever they are on a
    CPU.

    Results change by no more than the order of sums does; wider networks are left as they are.
    """
    for module in model.modules():
        if isinstance(module, nn.Conv2d) and is_narrow(module):
            module.register_forward_pre_hook(_channels_first)


def is_narrow(convolution: nn.Conv2d) -> bool:
    """Whether a convolution is one that is met by the fault."""
    return (
        convolution.kernel_size == (1, 1)
        and max(convolution.stride) > 1
        and convolution.in_channels < FEWEST_CHANNELS
    )


def _channels_first(module: nn.Conv2d, inputs: tuple[Tensor]) -> tuple[Tensor]:
    (images,) = inputs
    if images.device.type != "cpu":
        return inputs
    weight = module.weight
    if weight.stride() != (weight.shape[1], 1, 1, 1):
        # Both orders are contiguous for a 1x1 kernel, and PyTorch tells them apart by the strides.
        weight.data = torch.empty_like(weight, memory_format=torch.contiguous_format).copy_(
            weight.data
        )
    return (images.contiguous(),)
