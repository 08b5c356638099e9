"""Recordings of an NVIDIA GPU: CUDA graphs."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

import torch
from torch import Tensor

from reprise.training.jobs.job import Job


def cuda_graphs_of(job: Job, device: torch.device) -> "CudaGraphs | None":
    """What records the runs of a job; None where they are not to be recorded, or on a CPU."""
    return CudaGraphs(device) if job.cuda_graphs and device.type == "cuda" else None


class CudaGraphs:
    """Records what a GPU is asked for as CUDA graphs, as torch's notes on CUDA semantics say
    (section "CUDA graphs"): first runs and recording take place on one stream of their own.

    Random numbers of a replay go on from the generator's state at its time.

    Args:
        device: the GPU, the current one.
    """

    def __init__(self, device: torch.device) -> None:
        self._stream = torch.cuda.Stream(device)

    @contextmanager
    def preparing(self) -> Iterator[None]:
        """Operations run on the stream that is recorded later, and all others wait for them."""
        usual = torch.cuda.current_stream(self._stream.device)
        self._stream.wait_stream(usual)
        with torch.cuda.stream(self._stream):
            yield
        usual.wait_stream(self._stream)

    def record(
        self, compute: Callable[[], Sequence[Tensor]]
    ) -> tuple[Sequence[Tensor], Callable[[], object]]:
        """Record what a function asks the GPU for, of which nothing is done yet.

        Raises:
            RuntimeError: the function waits for the GPU, or asks for what a graph cannot hold.
        """
        device = self._stream.device
        graph, pool = torch.cuda.CUDAGraph(), torch.cuda.graph_pool_handle()
        try:
            # A recording that fails leaves its stream the current one; this takes it back.
            with (
                torch.cuda.stream(torch.cuda.current_stream(device)),
                torch.cuda.graph(graph, pool=pool, stream=self._stream),
            ):
                results = compute()
        except RuntimeError:
            # It also leaves the allocator waiting for its end, which says so where it had ended.
            with suppress(RuntimeError):
                torch._C._cuda_endAllocateToPool(device.index, pool)
            self._record_nothing()
            raise
        return results, graph.replay

    def _record_nothing(self) -> None:
        """Record an operation that draws no number. After a recording that failed, the generator
        of torch 2.11 takes itself for recorded until another ends well, and the next dropout raises
        "Offset increment outside graph capture" (pytorch#171263)."""
        device = self._stream.device
        memory = torch.zeros(1, device=device)
        with (
            suppress(RuntimeError),
            torch.cuda.stream(torch.cuda.current_stream(device)),
            torch.cuda.graph(torch.cuda.CUDAGraph(), stream=self._stream),
        ):
            memory.zero_()
