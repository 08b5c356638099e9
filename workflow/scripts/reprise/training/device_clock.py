"""Time on a device that computes while the program goes on."""

import time

import torch


def device_seconds(device: torch.device) -> float:
    """Seconds of a clock, once everything that the device was asked for is done."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter()
