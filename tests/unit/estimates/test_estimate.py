"""How a machine is measured: as many at a time as will run, and replayed where they will be."""

from pathlib import Path

import pytest
import torch

from reprise.estimates import estimate as module
from reprise.estimates.calibration import Cost, SampleCell
from reprise.training.recordings.cuda_graphs import CudaGraphs

ROOT = Path(__file__).parents[3]
CPU, GPU = torch.device("cpu"), torch.device("cuda")


@pytest.fixture
def measured(monkeypatch, tmp_path):
    """Estimate on a made-up machine: what it was measured with, and the text."""

    def estimate(device, cores, on_gpus, **config):
        asked = []

        def measure_all(samples, device, side_by_side, recorded=False):
            asked.append((device.type, side_by_side, recorded))
            return dict.fromkeys(samples, Cost(1.0, 1.0, 0.001, 0.001))

        monkeypatch.setattr(module, "measure_all", measure_all)
        monkeypatch.setattr(module, "chosen_device", lambda device_: device)
        monkeypatch.setattr(module, "device_name", lambda device: "Made-up")
        monkeypatch.setattr(torch.cuda, "is_tf32_supported", lambda: True)
        asked_for = {"studies": "mclain", "scale": "demo", **config}
        text = module.estimate(asked_for, ROOT, tmp_path, cores, on_gpus)
        return asked, text

    return estimate


def test_a_cpu_measures_on_all_cores(measured):
    asked, text = measured(CPU, 4, 2, cuda_graphs=True)
    assert asked == [("cpu", 4, False)]
    assert "4 jobs at a time on Made-up" in text


@pytest.mark.parametrize(
    ("on_gpus", "cuda_graphs", "expected"),
    [(3, True, (3, True)), (16, False, (4, False)), (None, True, (4, True))],
)
def test_a_gpu_measures_as_its_cells_will_run(measured, on_gpus, cuda_graphs, expected):
    asked, text = measured(GPU, 4, on_gpus, cuda_graphs=cuda_graphs)
    # And the dearest network once more, in two number formats.
    assert asked == [("cuda", *expected)] * 2
    assert f"{expected[0]} jobs at a time on Made-up" in text
    assert "times as long in float32 as in tfloat32" in text


def test_each_process_takes_a_gpu_of_its_own(monkeypatch, plain_cell):
    sample, measured = SampleCell(plain_cell(batch_size=8), (1, 8, 8), 10), []
    monkeypatch.setattr(module, "least_used_gpu", lambda: torch.device("cuda", 3))
    monkeypatch.setattr(module, "measure_cost", lambda *arguments: measured.append(arguments))
    module._gpu_of_this_process.cache_clear()
    module._measured(GPU, True, sample)
    module._measured(CPU, False, sample)
    module._gpu_of_this_process.cache_clear()
    assert measured == [
        (sample, torch.device("cuda", 3), CudaGraphs),
        (sample, CPU, None),
    ]
