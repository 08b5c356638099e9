"""Number formats of the networks' products."""

import dataclasses

import pytest
import torch
from torch import nn

from reprise.errors import InputError
from reprise.inventory import names
from reprise.studies.cell import BFLOAT16
from reprise.training.jobs import steps
from reprise.training.jobs.cell_job import run_cell
from reprise.training.jobs.job import Job
from reprise.training.loop import start_run, train, updates
from reprise.training.machine.arithmetic import (
    bfloat16_instructions,
    check_precision,
    computing,
    has_bfloat16,
    set_arithmetic,
)

NORMS = {
    "batch": {},
    "group": {"groups": 4},
    "general": {"groups": [1, 4, 1, 1]},
    "ghost_batch": {"size": 4},
    "batch_group": {"channel_groups": 4, "examples": 2},
    "none": {},
}


def logits_types(cell, data):
    """Of the outputs of all convolutions and of the network, in one update."""
    run = start_run(cell, data)
    found = {"convolutions": set(), "network": set()}
    for module in run.model.modules():
        if isinstance(module, nn.Conv2d):
            module.register_forward_hook(lambda *a: found["convolutions"].add(a[2].dtype))
    update = next(updates(run, 0))
    found["network"].add(update.logits.dtype)
    gradients = {p.grad.dtype for p in run.model.parameters() if p.grad is not None}
    return found, gradients, {p.dtype for p in run.model.parameters()}, update.loss.dtype


def test_bfloat16_is_for_products_alone(tiny_cell, tiny_data):
    found, gradients, weights, loss = logits_types(tiny_cell(precision="bfloat16"), tiny_data)
    assert found == {"convolutions": {torch.bfloat16}, "network": {torch.float32}}
    assert gradients == weights == {torch.float32}
    assert loss == torch.float32


def test_without_a_word_everything_is_float32(tiny_cell, tiny_data):
    found, *_ = logits_types(tiny_cell(), tiny_data)
    assert found == {"convolutions": {torch.float32}, "network": {torch.float32}}


def test_float32_asked_for_computes_what_float32_by_default_computes(tiny_cell, tiny_data):
    asked = train(start_run(tiny_cell(precision="float32"), tiny_data))
    default = train(start_run(tiny_cell(), tiny_data))
    assert [e.train_loss for e in asked] == [e.train_loss for e in default]


def test_every_norm_is_tried():
    assert set(NORMS) == set(names("norm"))


@pytest.mark.parametrize("norm", NORMS)
def test_a_network_computes_nearly_the_same_in_bfloat16(norm, tiny_cell, tiny_data):
    cell = tiny_cell(norm={"name": norm, **NORMS[norm]})
    run = start_run(cell, tiny_data)
    images = tiny_data.normalise(tiny_data.train.images_at(slice(0, 16)))
    for training in (True, False):
        run.model.train(training)
        with torch.no_grad():
            exact = run.model(images)
            with computing(dataclasses.replace(cell, precision=BFLOAT16), images.device):
                rough = run.model(images).float()
        # Eight bits in every product: a percent or two of the largest logit after five layers.
        assert (rough - exact).abs().max() < 0.04 * exact.abs().max()
        assert not torch.equal(rough, exact)


def test_a_cell_learns_as_well_in_bfloat16(tiny_cell, tiny_data):
    accuracies = {
        precision: [
            train(start_run(tiny_cell(epochs=6, precision=precision, seed=s), tiny_data))[-1]
            for s in (1, 2, 3)
        ]
        for precision in ("float32", "bfloat16")
    }
    means = {
        precision: sum(e.test_accuracy for e in epochs) / 3
        for precision, epochs in accuracies.items()
    }
    assert min(means.values()) > 80
    assert means["bfloat16"] == pytest.approx(means["float32"], abs=6)


@pytest.fixture
def flags():
    """What a GPU would be told of float32 products; it is put back afterwards."""
    places = torch.backends.cudnn, torch.backends.cuda.matmul
    before = [place.allow_tf32 for place in places]
    yield lambda: {place.allow_tf32 for place in places}
    for place, value in zip(places, before, strict=True):
        place.allow_tf32 = value


def test_tfloat32_holds_for_the_whole_process(flags):
    set_arithmetic(1, "tfloat32")
    assert flags() == {True}
    for precision in ("float32", "bfloat16"):
        set_arithmetic(1, precision)
        assert flags() == {False}
    set_arithmetic(1, "tfloat32")
    set_arithmetic(1)
    assert flags() == {False}


def test_a_job_in_tfloat32_needs_a_gpu_that_has_it(tiny_cell, make_job, monkeypatch, flags):
    job = make_job(tiny_cell(precision="tfloat32", train_images=100, test_images=50))
    with pytest.raises(InputError, match=r"expected a GPU that computes in tfloat32 .* a CPU"):
        run_cell(job)
    assert "a CPU" in Job.of(job).files.failure.read_text()
    gpu = torch.device("cuda")
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "Tesla V100")
    monkeypatch.setattr(torch.cuda, "is_tf32_supported", lambda: False)
    with pytest.raises(InputError, match="found Tesla V100: use `precision: float32`"):
        check_precision("tfloat32", gpu)
    check_precision("float32", gpu)
    monkeypatch.setattr(torch.cuda, "is_tf32_supported", lambda: True)
    check_precision("tfloat32", gpu)


def test_a_job_sets_the_format_of_its_cell(tiny_cell, make_job, monkeypatch, flags):
    monkeypatch.setattr(steps, "check_precision", lambda *arguments: None)
    seen = []
    monkeypatch.setattr(steps, "open_prepared", lambda path: seen.append(flags()))
    for precision in ("tfloat32", "float32"):
        job = Job.of(make_job(tiny_cell(precision=precision), precision))
        with pytest.raises(AttributeError):
            steps.run_job(job, lambda data, device: data.stop)
    assert seen == [{True}, {False}]


def test_the_processor_is_asked_for_its_instructions(monkeypatch):
    both = {"avx512_bf16": True, "avx2": True, "amx_bf16": True}
    for known, expected in (
        ({"amx_bf16": True}, ["amx_bf16"]),
        (both, ["amx_bf16", "avx512_bf16"]),
        ({"avx2": True, "amx_bf16": False}, []),
        ({}, []),
    ):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda known=known: known)
        assert bfloat16_instructions() == expected
        assert has_bfloat16(torch.device("cpu")) is bool(expected)
