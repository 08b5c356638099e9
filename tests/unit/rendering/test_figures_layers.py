"""Diagrams of networks."""

from pathlib import Path
from typing import Any

import pytest
from figure_results import FigureResults

from reprise.rendering.figures.layers import with_times

SMALL = [
    ("Convolution 3x3, 20 channels", "20 x 26 x 26", 200),
    ("Max pooling 2x2", "20 x 13 x 13", 0),
    ("Fully connected, 128 units", "128", 432768),
]
DEEP = [
    ("Convolution 3x3, 16 channels", "16 x 32 x 32", 448),
    ("ELU", "16 x 32 x 32", 0),
    ("Depthwise convolution 3x3 with stride 2 of 16 channels, without bias", "16 x 16 x 16", 144),
]


def networks(folder: Path, arms: tuple[str, ...] = ("as run",)) -> FigureResults:
    axes = {"network": {"small": "MNIST", "deep": "CIFAR-10"}}
    return FigureResults(folder, axes, {"kind": "layers"}, metric="parameters", arms=arms)


def rows_of(
    network: str, layers: list[tuple[str, str, int]], reported: int | None = None
) -> list[dict[str, Any]]:
    named = [(number, *layer, None) for number, layer in enumerate(layers, 1)]
    total = (None, "Total", None, sum(layer[2] for layer in layers), reported)
    keys = ("number", "layer", "output", "parameters", "reported")
    return [
        {"network": network, "arm": "as run", **dict(zip(keys, values, strict=True))}
        for values in [*named, total]
    ]


def test_each_layer_with_its_output_and_parameters(tmp_path: Path) -> None:
    results = networks(tmp_path)
    results.write_table(rows_of("small", SMALL, 434258) + rows_of("deep", DEEP))
    said = results.words()
    assert {"MNIST", "CIFAR-10", "Convolution 3×3, 20 channels", "20 × 26 × 26"} <= set(said)
    assert {"200 parameters", "432\N{NARROW NO-BREAK SPACE}768 parameters"} <= set(said)
    assert "592 parameters in all" in said
    assert sum(words.startswith("reported: 434") for words in said) == 1
    assert "Total" not in said


def test_layers_without_parameters_say_nothing_of_them(tmp_path: Path) -> None:
    results = networks(tmp_path)
    results.write_table(rows_of("small", SMALL[:2]) + rows_of("deep", DEEP[:2]))
    said = results.words()
    assert "Max pooling 2×2" in said
    assert "0 parameters" not in said


def test_long_names_are_broken_into_lines(tmp_path: Path) -> None:
    results = networks(tmp_path)
    results.write_table(rows_of("small", SMALL) + rows_of("deep", DEEP))
    said = results.words()
    assert DEEP[2][0].replace("x", "×") not in said
    assert any(words.startswith("Depthwise convolution 3×3") for words in said)


def test_a_network_that_the_table_lacks_is_missing(tmp_path: Path) -> None:
    results = networks(tmp_path)
    results.write_table(rows_of("small", SMALL))
    assert results.words().count("missing") == 1


def test_arms_are_named_where_there_are_several(tmp_path: Path) -> None:
    results = networks(tmp_path, arms=("as run", "as described"))
    results.write_table(rows_of("small", SMALL))
    assert {"MNIST, as run", "MNIST, as described"} <= set(results.words())


@pytest.mark.parametrize(
    ("written", "printed"),
    [("3x3", "3×3"), ("20 x 26 x 26", "20 × 26 × 26"), ("max pooling", "max pooling")],
)
def test_products_are_printed_with_a_times_sign(written: str, printed: str) -> None:
    assert with_times(written) == printed
