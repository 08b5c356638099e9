"""Bands of ranges: what is smoothed, cut off or left out, and that the figure says so."""

from pathlib import Path

import pandas as pd
import pytest
from figure_results import MISSING, FigureResults, Run, Values
from matplotlib.colors import to_rgba

from reprise.rendering.figures.bands import smoothed
from reprise.rendering.figures.style import COLOURS

NORMS = {"none": "Without norm", "batch": "With batch norm"}


def measured(updates: int = 40, width: float = 1.0, **special: float | str) -> Run:
    """A loss of 2 with a range around it; ``special`` maps updates to other upper edges."""
    return Run(
        [
            {"epoch": 1, "update": update, "loss": 2.0,
             "lowest": "" if special.get(f"u{update}") == "" else 2 - width,
             "highest": special.get(f"u{update}", 2 + width)}
            for update in range(1, updates + 1)
        ]
    )  # fmt: skip


def bands(folder: Path, **changes: object) -> FigureResults:
    wish = {"axes": {"norm": NORMS}, "figure": {"kind": "bands"}, "metric": "mean_range"}
    return FigureResults(folder, **{**wish, **changes})


def heights(panel: object) -> list[tuple[float, float]]:
    """Lowest and highest point of each band."""
    corners = [band.get_paths()[0].vertices[:, 1] for band in panel.collections]
    return [(float(corner.min()), float(corner.max())) for corner in corners]


def test_the_bands_of_all_rows_lie_in_one_panel(tmp_path: Path) -> None:
    results = bands(tmp_path, seeds=(1, 2))
    results.write_runs(
        lambda values, arm, seed: measured(width=seed if values["norm"] == "none" else 0.25)
    )
    assert {"Without norm", "With batch norm", "Norm", "Update"} <= set(results.words())
    (panel,) = results.figure_drawn().axes
    assert heights(panel) == [pytest.approx((0.5, 3.5)), pytest.approx((1.75, 2.25))]


def test_smoothing_is_said(tmp_path: Path) -> None:
    results = bands(tmp_path)
    results.write_runs(lambda values, arm, seed: measured())
    assert "Loss, means over 5 % of a run" in results.words()
    plain = bands(tmp_path, figure={"kind": "bands", "smoothing": 0})
    assert "Loss" in plain.words()


def test_too_few_measurements_are_not_smoothed(tmp_path: Path) -> None:
    results = bands(tmp_path)
    results.write_runs(lambda values, arm, seed: measured(updates=20))
    assert "Loss" in results.words()


def test_an_edge_is_the_mean_of_its_neighbourhood() -> None:
    edge = pd.Series([0.0, 3.0, 6.0, 0.0, 0.0], index=[10, 20, 30, 40, 50])
    assert smoothed(edge, 0.6).tolist() == pytest.approx([1.5, 3.0, 3.0, 2.0, 0.0])
    assert smoothed(edge, 0.6).index.tolist() == edge.index.tolist()
    assert smoothed(edge, 0.0).tolist() == edge.tolist()


def test_single_peaks_are_cut_off_and_named(tmp_path: Path) -> None:
    results = bands(tmp_path, figure={"kind": "bands", "smoothing": 0})
    results.write_runs(lambda values, arm, seed: measured(100, u7=500.0))
    assert "peaks up to 500 are cut off" in results.words()
    (panel,) = results.figure_drawn().axes
    assert panel.get_ylim() == pytest.approx((0.88, 3.12))


def test_a_gentle_peak_is_seen_whole(tmp_path: Path) -> None:
    results = bands(tmp_path, figure={"kind": "bands", "smoothing": 0})
    results.write_runs(lambda values, arm, seed: measured(100, u7=3.5))
    assert not any("cut off" in words for words in results.words())
    (panel,) = results.figure_drawn().axes
    assert panel.get_ylim()[1] > 3.5


def test_ranges_that_are_not_finite_are_counted(tmp_path: Path) -> None:
    results = bands(tmp_path)
    results.write_runs(
        lambda values, arm, seed: measured(**({"u3": ""} if values["norm"] == "none" else {}))
    )
    said = results.words()
    assert "Without norm: 1 of 40 ranges are not finite and left out" in said
    assert sum("left out" in words for words in said) == 1


def test_what_is_missing_is_named_and_the_figure_grows_by_it(tmp_path: Path) -> None:
    def run(values: Values, arm: str, seed: int) -> Run:
        return MISSING if values["norm"] == "none" else measured()

    results = bands(tmp_path)
    results.write_runs(lambda values, arm, seed: measured())
    height = results.figure_drawn().get_figheight()
    results.write_runs(run)
    (tmp_path / "runs/none_as_run/seed1/history.csv").unlink()
    assert "Without norm: missing" in results.words()
    assert results.figure_drawn().get_figheight() > height


def test_another_arm_is_hollow(tmp_path: Path) -> None:
    results = bands(tmp_path, arms=("as run", "as described"))
    results.write_runs(lambda values, arm, seed: measured())
    assert {"Without norm", "Without norm, as described"} <= set(results.words())
    first, other, *_ = results.figure_drawn().axes[0].collections
    assert tuple(first.get_facecolor()[0]) == to_rgba(COLOURS[0], 0.35)
    assert len(other.get_facecolor()) == 0


def test_nothing_but_words_before_anything_ran(tmp_path: Path) -> None:
    said = bands(tmp_path).words()
    assert {"no finished run", "Without norm: missing", "With batch norm: missing"} <= set(said)
