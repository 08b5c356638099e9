"""Artefacts that mean the same run name one cell, so that it is one job."""

from pathlib import Path

import pytest

from reprise.studies.study import load_study

STUDIES = Path(__file__).parents[3] / "config" / "studies"

SHARED = {
    "toy": (
        ("kernel_size", "k3 k3"), ("channels", "c16"), ("depth", "d2"), ("dropout", "p0"),
        ("ablations", "smoothing_toy without accuracy"),
    ),
    "toy3": (("depth", "d3"), ("activations", "relu")),
    "toy5": (("depth", "d5"), ("grad_norm", "plain"), ("landscape", "none")),
    "toy5 with batch norm": (("grad_norm_bn", "batch"), ("landscape", "batch")),
    "large kernels": (("kernel_size", "k7 k7"), ("kernels", "k7")),
    "resnet9": (
        ("headline", "resnet9 accuracy"), ("headline", "resnet9 seconds"),
        ("ablations", "crop_flip with accuracy"), ("ablations", "jitter without accuracy"),
        ("ablations", "rotation without accuracy"),
    ),
    "resnet9 for 10 epochs": (
        ("ablations", "pool_first with accuracy"), ("ablations", "one_cycle with seconds"),
    ),
    "resnet12": (
        ("headline", "resnet12 accuracy"), ("resblocks", "full resnet12"),
        ("ablations", "smoothing with accuracy"),
    ),
    "resnet12 without smoothing": (
        ("ablations", "smoothing without accuracy"), ("ablations", "cutout with accuracy"),
        ("cutout_weights", "with"),
    ),
    "resnet12 without smoothing and cutout": (
        ("ablations", "cutout without accuracy"), ("cutout_weights", "without"),
    ),
    "resnet18": (
        ("headline", "resnet18 parameters"), ("ablations", "pool_18 with accuracy"),
        ("ablations", "mish_final with accuracy"), ("ablations", "mixed with accuracy"),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def cells():
    """The cells of shen that are "as run", by artefact and axis values."""
    study = load_study(STUDIES / "shen.yaml", "shen")
    return {
        (artefact.id, " ".join(row.axes.values())): row.cell
        for artefact in study.artefacts.values()
        for row in artefact.rows
        if row.arm == "as run"
    }


@pytest.mark.parametrize("name", SHARED)
def test_rows_share_a_cell(cells, name):
    assert len({cells[row] for row in SHARED[name]}) == 1


def test_different_rows_have_different_cells(cells):
    firsts = [cells[rows[0]] for rows in SHARED.values()]
    assert len(set(firsts)) == len(SHARED)
