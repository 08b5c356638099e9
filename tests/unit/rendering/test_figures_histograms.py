"""Histograms: shares of all seeds' values in bins that all rows have in common."""

from pathlib import Path

import pytest
from figure_results import MISSING, FigureResults, Run, Values

CUTOUTS = {"without": "Without cutout", "with": "With cutout"}


def weights(*values: float) -> Run:
    return Run([{"channel": n, "weight": value} for n, value in enumerate(values, 1)])


def histograms(folder: Path, **changes: object) -> FigureResults:
    figure = {"kind": "histograms", "bins": 4, **changes.pop("figure", {})}
    wish = {"axes": {"cutout": CUTOUTS}, "figure": figure, "metric": "mean_magnitude"}
    return FigureResults(folder, **{**wish, **changes})


def run_of(values: Values, arm: str, seed: int) -> Run:
    return weights(-1, 0.1, 0.2, -0.9) if values["cutout"] == "without" else weights(4, -2, 2, 0)


def test_magnitudes_are_shares_in_common_bins(tmp_path: Path) -> None:
    results = histograms(tmp_path)
    results.write_runs(run_of)
    said = results.words()
    assert {*CUTOUTS.values(), "Weight magnitude", "Share (%)", "mean"} <= set(said)
    (panel,) = results.figure_drawn().axes
    without, with_cutout = (patch.get_data() for patch in panel.patches)
    assert without.edges.tolist() == with_cutout.edges.tolist() == [0, 1, 2, 3, 4]
    assert without.values.tolist() == [75, 25, 0, 0]
    assert with_cutout.values.tolist() == [25, 0, 50, 25]
    assert [line.get_xdata()[0] for line in panel.lines] == pytest.approx([0.55, 2])


def test_signs_may_be_kept(tmp_path: Path) -> None:
    results = histograms(tmp_path, figure={"magnitude": False})
    results.write_runs(run_of)
    assert "Weight" in results.words()
    (panel,) = results.figure_drawn().axes
    assert panel.patches[1].get_data().edges.tolist() == [-2, -0.5, 1, 2.5, 4]
    assert panel.patches[1].get_data().values.tolist() == [25, 25, 25, 25]


def test_all_finished_seeds_count(tmp_path: Path) -> None:
    results = histograms(tmp_path, seeds=(1, 2, 3))
    results.write_runs(lambda values, arm, seed: MISSING if seed == 3 else weights(seed, 0, 4, 4))
    (panel,) = results.figure_drawn().axes
    assert panel.patches[0].get_data().values.tolist() == [25, 12.5, 12.5, 50]
    assert "With cutout: 1 of 3 runs missing" in results.words()


def test_panels_along_another_axis(tmp_path: Path) -> None:
    axes = {"cutout": CUTOUTS, "data": {"a": "Data A", "b": "Data B"}}
    results = histograms(tmp_path, axes=axes, columns=("data",))
    results.write_runs(lambda values, arm, seed: MISSING if values["data"] == "b" else weights(1))
    said = results.words()
    assert {"Data A", "Data B", "no finished run"} <= set(said)
    assert [len(panel.patches) for panel in results.figure_drawn().axes] == [2, 0]
