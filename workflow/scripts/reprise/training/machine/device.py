"""The device that a job computes on."""

import time

import torch

from reprise.errors import InputError
from reprise.training.machine.gpus import no_gpu, unused_gpu


def chosen_device(device: str) -> torch.device:
    """The device that a configuration asks for; "auto" takes a GPU where there is one.

    Raises:
        InputError: a GPU is asked for and there is none.
    """
    available = torch.cuda.is_available()
    if device == "cuda" and not available:
        raise InputError(no_gpu())
    if device == "auto" and not available and (warning := unused_gpu()):
        print(warning, flush=True)
    return torch.device("cuda" if available and device != "cpu" else "cpu")


def device_seconds(device: torch.device) -> float:
    """Seconds of a clock, once all that the device was asked for is done.

    A GPU computes while the program goes on.
    """
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter()
