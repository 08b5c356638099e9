"""Probes whose runs are recorded find what they find without: with a recorder of the CPU."""

import pytest
from cpu_recorder import CpuRecorder

from reprise.inventory import find
from reprise.probes import probe_job
from reprise.probes.registry import probes
from reprise.training.recordings.gradients import recording_with


@pytest.fixture
def recorder():
    return CpuRecorder()


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("range_test", {"smoothing": 0.5, "stop_at": None}),
        ("gradient_norms", {}),
        ("loss_landscape", {"steps": [0.05, 0.1], "measurements": 5}),
        ("first_layer_weights", {}),
    ],
)
def test_a_probe_finds_the_same(sweep_cell, steady_cell, resident, recorder, name, arguments):
    make = sweep_cell if name == "range_test" else steady_cell
    cell = make(epochs=2, batch_size=8)
    plain = probes[name](cell, resident(cell), None, **arguments)
    with recording_with(recorder):
        recorded = probes[name](cell, resident(cell), None, **arguments)
    # Of one update each, or of several at once where nobody looks at them.
    assert recorder.replays >= 3
    for metric, value in plain.metrics.items():
        if metric != "images_per_second":
            assert recorded.metrics[metric] == value, metric
    assert recorded.points.equals(plain.points)


def test_a_job_records_with_what_its_device_has(sweep_cell, make_job, recorder, monkeypatch):
    asked = []

    def cuda_graphs_of(job, device):
        asked.append((job.cuda_graphs, device.type))
        return recorder

    monkeypatch.setattr(probe_job, "cuda_graphs_of", cuda_graphs_of)
    cell = sweep_cell(dataset="digits", data_variant="8px", train_images=100, test_images=50)
    probe_job.run_probe(
        {**make_job(cell), "cuda_graphs": True, "probe": {"name": "range_test", "stop_at": None}}
    )
    assert asked == [(True, "cpu")]
    assert recorder.replays > 3


def test_speeds_are_measured_without():
    assert find("probe", "augmentation_speed", "").description["recorded"] is False
