"""What the number format costs, in a sentence."""

import pytest
import torch

from reprise.estimates.calibration import Cost, SampleCell
from reprise.estimates.precision import precision_text

CPU, GPU = torch.device("cpu"), torch.device("cuda")
SECONDS = {"float32": 0.003, "tfloat32": 0.001, "bfloat16": 0.0005}


@pytest.fixture
def samples(plain_cell):
    shape = (1, 8, 8)
    return {
        "small": SampleCell(plain_cell(batch_size=16), shape, 10),
        "large": SampleCell(plain_cell(batch_size=32, precision="bfloat16"), shape, 10),
    }


@pytest.fixture
def say(samples):
    """The sentence, and the batch sizes of what was measured for it."""
    costs = {"small": Cost(1, 1, 0.1, 0.1), "large": Cost(1, 1, 0.2, 0.1)}

    def said(precision, device):
        measured = []

        def measure(asked):
            measured.extend(sample.cell.batch_size for sample in asked.values())
            return {
                name: Cost(1, 1, SECONDS[sample.cell.computed_in], 0.1)
                for name, sample in asked.items()
            }

        return precision_text(precision, samples, costs, device, measure), measured

    return said


def test_a_cpu_has_no_other_format_to_compare_with(say):
    assert say("float32", CPU) == ("Products are computed in float32, as published.", [])
    said, measured = say("bfloat16", CPU)
    assert "in bfloat16, which is not as published (float32)" in said
    assert measured == []


@pytest.mark.parametrize("precision", SECONDS)
def test_a_gpu_is_asked_how_long_the_dearest_network_takes_in_both(say, monkeypatch, precision):
    monkeypatch.setattr(torch.cuda, "is_tf32_supported", lambda: True)
    said, measured = say(precision, GPU)
    assert said.endswith("(plain_cnn) trains 3.0 times as long in float32 as in tfloat32.")
    assert measured == [32, 32]


def test_an_older_gpu_is_not_asked(say, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_tf32_supported", lambda: False)
    assert say("float32", GPU)[1] == []
