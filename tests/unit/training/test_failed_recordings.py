"""A recording that fails leaves a GPU's generator as it found it: with a made-up GPU."""

from contextlib import contextmanager, nullcontext
from types import SimpleNamespace

import pytest
import torch

from reprise.training.recordings.cuda_graphs import CudaGraphs


class Generator:
    """Of torch 2.11: what begins to record it has to end well before it can be used again."""

    def __init__(self):
        self.capturing = False
        self.recordings = 0

    @contextmanager
    def graph(self, graph, pool=None, stream=None):
        self.capturing = True
        self.recordings += 1
        try:
            yield
        except RuntimeError as error:
            raise RuntimeError("operation failed due to a previous error") from error
        self.capturing = False

    def draw(self):
        if self.capturing:
            raise RuntimeError("Offset increment outside graph capture")


@pytest.fixture
def generator(monkeypatch):
    made_up = Generator()
    stream = SimpleNamespace(device=torch.device("cpu"))
    monkeypatch.setattr(torch.cuda, "Stream", lambda device: stream)
    monkeypatch.setattr(torch.cuda, "current_stream", lambda device: stream)
    monkeypatch.setattr(torch.cuda, "stream", lambda stream: nullcontext())
    graph = SimpleNamespace(replay=lambda: None)
    monkeypatch.setattr(torch.cuda, "CUDAGraph", lambda: graph)
    monkeypatch.setattr(torch.cuda, "graph_pool_handle", lambda: (0, 1))
    monkeypatch.setattr(torch.cuda, "graph", made_up.graph)
    monkeypatch.setattr(
        torch._C, "_cuda_endAllocateToPool", lambda index, pool: None, raising=False
    )
    return made_up


def refused():
    raise RuntimeError("operation not permitted when stream is capturing")


def test_numbers_can_be_drawn_after_a_recording_that_failed(generator):
    with pytest.raises(RuntimeError, match="previous error") as raised:
        CudaGraphs(torch.device("cpu")).record(refused)
    assert "not permitted" in str(raised.value.__context__)
    generator.draw()
    assert generator.recordings == 2


def test_a_recording_that_ends_well_is_the_only_one(generator):
    results, _ = CudaGraphs(torch.device("cpu")).record(lambda: [torch.zeros(1)])
    assert len(results) == 1
    generator.draw()
    assert generator.recordings == 1
