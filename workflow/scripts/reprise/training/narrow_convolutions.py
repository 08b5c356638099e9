"""A way around a fault of PyTorch on processors without AVX-512.

There the gradients of a 1x1 convolution with a stride are written beyond their end if it has fewer
than 8 input channels and its images are in the order channels last (seen with PyTorch 2.12.1 on an
AMD EPYC with AVX2). The process then ends somewhere later, by a corrupted heap.
"""

import torch
from torch import Tensor, nn

FEWEST_CHANNELS = 8


def guard_narrow_convolutions(model: nn.Module) -> None:
    """Let such convolutions of a model on a CPU compute in the order channels first.

    Results change by no more than the order of sums does; wider networks are left as they are.
    """
    for module in model.modules():
        if (
            isinstance(module, nn.Conv2d)
            and module.weight.device.type == "cpu"
            and is_narrow(module)
        ):
            weight = module.weight
            weight.data = torch.empty(weight.shape, dtype=weight.dtype).copy_(weight.data)
            module.register_forward_pre_hook(_channels_first)


def is_narrow(convolution: nn.Conv2d) -> bool:
    """Whether a convolution is one that is met by the fault."""
    return (
        convolution.kernel_size == (1, 1)
        and max(convolution.stride) > 1
        and convolution.in_channels < FEWEST_CHANNELS
    )


def _channels_first(module: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    return tuple(tensor.contiguous() for tensor in inputs)
