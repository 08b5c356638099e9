"""Curves of layers: one panel a network, one line a layer, on one logarithmic axis."""

from pathlib import Path

import pytest
from figure_results import MISSING, FigureResults, Run, Values

from reprise.errors import InputError

NORMS = {"none": "Without norm", "batch": "With batch norm"}


def measured(layers: int = 3, factor: float = 1.0, status: str = "finished") -> Run:
    """Norms that fall from epoch to epoch by a tenth, and double from layer to layer."""
    names = [*(f"conv{number}" for number in range(1, layers)), "fc1"]
    return Run(
        [
            {"epoch": epoch, "layer": name, "number": number + 1,
             "relative_gradient_norm": factor * 2**number * 0.1**epoch}
            for epoch in (1, 2, 3)
            for number, name in enumerate(names)
        ],
        status,
    )  # fmt: skip


def layers(folder: Path, **changes: object) -> FigureResults:
    wish = {"axes": {"norm": NORMS}, "figure": {"kind": "layer_curves"}, "metric": "imbalance"}
    return FigureResults(folder, **{**wish, **changes})


def test_a_panel_for_each_row_and_a_line_for_each_layer(tmp_path: Path) -> None:
    results = layers(tmp_path)
    results.write_runs(lambda values, arm, seed: measured())
    said = results.words()
    assert {"Without norm", "With batch norm", "Relative gradient norm", "Epoch"} <= set(said)
    assert all(said.count(layer) == 1 for layer in ("conv1", "conv2", "fc1"))
    panels = results.figure_drawn().axes
    assert [len(panel.lines) for panel in panels] == [3, 3]
    assert {panel.get_yscale() for panel in panels} == {"log"}
    assert panels[0].get_ylim() == panels[1].get_ylim()
    line = panels[0].lines[1]
    assert line.get_xdata().tolist() == [1, 2, 3]
    assert line.get_ydata().tolist() == pytest.approx([0.2, 0.02, 0.002])


def test_lines_are_means_over_seeds(tmp_path: Path) -> None:
    results = layers(tmp_path, seeds=(1, 2), axes={"norm": {"none": "Without norm"}})
    results.write_runs(lambda values, arm, seed: measured(factor=float(seed)))
    (panel,) = results.figure_drawn().axes
    assert panel.lines[0].get_ydata().tolist() == pytest.approx([0.15, 0.015, 0.0015])
    assert panel.get_title(loc="left") == ""


def test_a_layer_looks_the_same_in_networks_of_other_depth(tmp_path: Path) -> None:
    results = layers(tmp_path)
    results.write_runs(lambda values, arm, seed: measured(2 if values["norm"] == "none" else 4))
    shallow, deep = results.figure_drawn().axes
    colours = [line.get_color() for line in deep.lines]
    assert [line.get_color() for line in shallow.lines] == [colours[0], colours[3]]


def test_what_is_missing_or_diverged_is_named_below_the_panel(tmp_path: Path) -> None:
    def run(values: Values, arm: str, seed: int) -> Run:
        if values["norm"] == "none":
            return measured(status="diverged" if seed > 1 else "finished")
        return MISSING

    results = layers(tmp_path, seeds=(1, 2, 3))
    results.write_runs(run)
    assert {"2 of 3 runs diverged", "missing", "no finished run"} <= set(results.words())


def test_a_column_that_no_history_has_is_named(tmp_path: Path) -> None:
    results = layers(tmp_path, figure={"kind": "layer_curves", "series": "gradient_norm"})
    results.write_runs(lambda values, arm, seed: measured())
    with pytest.raises(InputError, match=r"lantern/figure1: .* 'gradient_norm'; did you mean"):
        results.draw()
