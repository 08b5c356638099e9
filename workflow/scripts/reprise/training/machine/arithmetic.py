"""How numbers are computed with: threads, number formats, and their order in memory."""

from contextlib import AbstractContextManager, nullcontext

import torch
from torch import nn

from reprise.errors import InputError
from reprise.studies.cell import BFLOAT16, FLOAT32, TFLOAT32, Cell

# Instructions for products of bfloat16 numbers, as torch.cpu.get_capabilities names them.
BFLOAT16_INSTRUCTIONS = ("amx_bf16", "avx512_bf16", "bf16")


def set_arithmetic(threads: int, precision: str = FLOAT32) -> None:
    """Let torch use so many threads of the CPU, and compute as a number format says."""
    torch.set_num_threads(threads)
    round_products(precision)
    # Products of very small numbers slow a CPU down a hundredfold and change no result.
    torch.set_flush_denormal(True)


def round_products(precision: str) -> None:
    """Let a GPU round the factors of float32 products to tfloat32 for a cell of that format, in the
    whole process, since gradients are computed outside of ``computing``.

    With tfloat32 the factors of convolutions and matrix products have 11 significant bits; their
    sums and everything else stay in float32. For all other formats float32 means float32: by
    default cuDNN would round the factors of convolutions.
    """
    rounded = precision == TFLOAT32
    torch.backends.cudnn.allow_tf32 = rounded
    torch.backends.cuda.matmul.allow_tf32 = rounded


def check_precision(precision: str, device: torch.device) -> None:
    """See that a device has the number format of a cell.

    Raises:
        InputError: tfloat32 is asked for, and the device has none.
    """
    if precision != TFLOAT32 or (device.type == "cuda" and torch.cuda.is_tf32_supported()):
        return
    found = "a CPU" if device.type == "cpu" else torch.cuda.get_device_name(device)
    raise InputError(
        "config: precision: expected a GPU that computes in tfloat32 (NVIDIA, since 2020), found "
        f"{found}: use `precision: float32`"
    )


def computing(cell: Cell, device: torch.device) -> AbstractContextManager[object]:
    """Where a cell's network is applied: its precision holds inside.

    With bfloat16 the factors of convolutions and matrix products have 8 significant bits, and
    their sums, weights, gradients of weights, and updates stay in float32 (mixed precision;
    Kalamkar et al., 2019, "A study of BFLOAT16 for deep learning training", section 3). Losses are
    computed outside, in float32; no loss scaling is needed, since the range of numbers is the same.
    """
    if cell.computed_in != BFLOAT16:
        return nullcontext()
    return torch.autocast(device.type, dtype=torch.bfloat16)


def has_bfloat16(device: torch.device) -> bool:
    """Whether the device multiplies bfloat16 numbers by instructions of its own."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return bool(bfloat16_instructions())


def bfloat16_instructions() -> list[str]:
    """The processor's sets of instructions for products of bfloat16 numbers, by torch's names."""
    capabilities = torch.cpu.get_capabilities()
    return [name for name in BFLOAT16_INSTRUCTIONS if capabilities.get(name, False)]


def memory_format_of(
    model: nn.Module, computed_in: str, device: torch.device
) -> torch.memory_format:
    """The order in memory of the numbers of images and kernels that suits a network on a device.

    The order changes which routine of a library computes, and no result but by rounding.

    torch's group norm computes with channels first: on a GPU a network of channels last would be
    turned over and back at every norm, and on a CPU it takes up to twenty times as long.
    Elsewhere a CPU is faster with channels last, unless most numbers of channels are no multiples
    of 8, which its routines for them take together. So are the units of a GPU for rounded products,
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
    if device.type == "cpu" and _has_odd_channels(model):
        return torch.contiguous_format
    return torch.channels_last


def _has_odd_channels(model: nn.Module) -> bool:
    """Whether most numbers of channels of its convolutions are no multiples of 8."""
    convolutions = [module for module in model.modules() if isinstance(module, nn.Conv2d)]
    channels = [count for each in convolutions for count in (each.in_channels, each.out_channels)]
    return 2 * sum(count % 8 > 0 for count in channels) > len(channels)
