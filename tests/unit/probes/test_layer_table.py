"""Layers of networks, counted by hand."""

import pytest
from torch import nn

from reprise.nets.build import build_model, count_parameters
from reprise.probes.layer_table import describe, layer_table
from reprise.training.loop import start_run

PLAIN = {
    "name": "plain_cnn",
    "stages": [
        {"convolutions": [{"channels": 6, "padding": "valid"}, {"channels": 8}], "dropout": 0.25}
    ],
    "hidden": [5],
    "activation": "elu",
}


@pytest.fixture
def table_of(probe_row, sweep_cell):
    def make(model, given=None, **changes):
        given = given or {"channels": 3, "pixels": 10, "classes": 4}
        cell = sweep_cell(model=model, norm="none").plain()
        return layer_table([probe_row({"network": "n"}, cell, input=given, **changes)])

    return make


def test_the_layers_of_a_plain_network(table_of):
    table = table_of(PLAIN)
    layers = table[["number", "layer", "output", "parameters"]].iloc[:-1]
    assert layers.values.tolist() == [
        [1, "Convolution 3x3, 6 channels", "6 x 8 x 8", 3 * 6 * 9 + 6],
        [2, "ELU", "6 x 8 x 8", 0],
        [3, "Convolution 3x3, 8 channels", "8 x 8 x 8", 6 * 8 * 9 + 8],
        [4, "Max pooling 2x2", "8 x 4 x 4", 0],
        [5, "ELU", "8 x 4 x 4", 0],
        [6, "Dropout 0.25", "8 x 4 x 4", 0],
        [7, "Flatten", "128", 0],
        [8, "Fully connected, 5 units", "5", 128 * 5 + 5],
        [9, "ELU", "5", 0],
        [10, "Fully connected, 4 units", "4", 5 * 4 + 4],
    ]


def test_the_total_bears_the_reported_number(table_of):
    table = table_of(PLAIN, reported=1277.0)
    total = table.iloc[-1]
    assert total["layer"] == "Total"
    assert total["parameters"] == total["mean"] == table["parameters"].iloc[:-1].sum() == 1277
    assert total["reported"] == 1277
    assert table["reported"].iloc[:-1].isna().all()
    assert set(table["status"]) == {"finished"}


def test_a_shared_layer_counts_once(table_of):
    model = {"name": "mgnet", "channels": 4, "iterations": [3]}
    table = table_of(model)
    built = build_model("mgnet", {"channels": 4, "iterations": [3]}, "none", {}, (3, 10, 10), 4)
    assert table["parameters"].iloc[-1] == count_parameters(built)
    assert table["parameters"].iloc[:-1].sum() == count_parameters(built)
    assert (table["parameters"] == 0).any()


def test_a_large_network_on_large_images_computes_nothing(table_of):
    table = table_of("vgg16", {"channels": 3, "pixels": 224, "classes": 17})
    assert table["output"].iloc[0] == "64 x 224 x 224"
    assert table["layer"].str.startswith("Convolution").sum() == 13


def test_networks_stand_in_the_order_of_the_rows(probe_row):
    rows = [probe_row({"network": name}) for name in ("b", "a")]
    table = layer_table(rows)
    assert table["network"].unique().tolist() == ["b", "a"]
    assert table["number"].isna().sum() == 2


def test_the_model_of_a_run_has_as_many_parameters(probe_row, sweep_cell, resident):
    cell = sweep_cell()
    total = layer_table([probe_row({"network": "n"}, cell.plain())])["parameters"].iloc[-1]
    assert total == count_parameters(start_run(cell, resident(cell)).model)


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (nn.Conv2d(4, 4, 3, groups=4), "Convolution 3x3, 4 channels, depthwise"),
        (nn.Conv2d(4, 8, 1, groups=2, stride=2), "Convolution 1x1, 8 channels, 2 groups, stride 2"),
        (nn.BatchNorm2d(4), "Batch norm"),
        (nn.GroupNorm(2, 4), "Group norm, 2 groups"),
        (nn.AdaptiveAvgPool2d(1), "Global average pooling"),
        (nn.ReLU(), "ReLU"),
        (nn.PixelShuffle(2), "Pixel Shuffle"),
    ],
)
def test_layers_have_names(module, words):
    assert describe(module) == words
