"""How numbers are computed with: threads, and number formats."""

from contextlib import AbstractContextManager, nullcontext

import torch

from reprise.studies.cell import BFLOAT16, Cell

# Instructions for products of bfloat16 numbers, as torch.cpu.get_capabilities names them.
BFLOAT16_INSTRUCTIONS = ("amx_bf16", "avx512_bf16", "bf16")


def set_arithmetic(threads: int) -> None:
    """Let torch use so many threads of the CPU, and float32 as it is."""
    torch.set_num_threads(threads)
    # float32 means float32: by default cuDNN rounds the factors of convolutions to 10 bits.
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cuda.matmul.allow_tf32 = False
    # Products of very small numbers slow a CPU down a hundredfold and change no result.
    torch.set_flush_denormal(True)


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
