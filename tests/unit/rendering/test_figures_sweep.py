"""Sweeps of the learning rate: the curves, the marks, and what is said to be missing."""

import math
from pathlib import Path

import pandas as pd
import pytest
from figure_results import MISSING, FigureResults, Run, Values

from reprise.errors import InputError
from reprise.rendering.figures.rate_marks import stands_right
from reprise.rendering.figures.sweeps import ceiling, visible_range

SUGGESTION = "suggested_learning_rate"


def swept(suggested: float | None, updates: int = 200, worst: float = 9.0, seed: int = 1) -> Run:
    """A loss that falls, is lowest near a rate of 0.1, and explodes."""
    points = []
    for update in range(updates):
        rate = 1e-5 * 10 ** (6 * update / 200)
        smoothed = 2.3 - 1.5 / (1 + (0.01 / rate) ** 1.2) + min(worst, (rate / 0.5) ** 3)
        noise = 0.15 * math.sin(37.0 * (update + 11 * seed))
        points.append({"epoch": 1, "update": update, "learning_rate": rate,
                       "loss": smoothed + noise, "smoothed_loss": smoothed + 0.02 * seed,
                       "validation_loss": smoothed if update % 5 == 0 else ""})  # fmt: skip
    return Run(points, metrics={SUGGESTION: suggested})


def range_test(folder: Path, **changes: object) -> FigureResults:
    """A range test of a network on two data sets."""
    wish = {
        "axes": {"network": {"simple": "Simple CNN"},
                 "data": {"cifar10": "CIFAR-10", "flowers": "Oxford Flowers 17"}},
        "figure": {"kind": "sweep"},
        "metric": SUGGESTION,
        "reported": lambda values, arm: 0.04 if values["data"] == "cifar10" else 0.00758,
    }  # fmt: skip
    return FigureResults(folder, **{**wish, **changes})


def momenta(folder: Path, **changes: object) -> FigureResults:
    """Three momenta on one panel."""
    wish = {
        "axes": {"momentum": {"m90": "0.9", "m95": "0.95", "m99": "0.99"}},
        "figure": {"kind": "sweep", "series": "validation_loss", "log": False, "over": "momentum"},
        "metric": "high_rate_validation_loss",
    }
    return FigureResults(folder, **{**wish, **changes})


def test_a_panel_for_each_row_with_the_suggested_and_the_reported_rate(tmp_path: Path) -> None:
    results = range_test(tmp_path)
    results.write_runs(lambda values, arm, seed: swept(0.0123456))
    said = results.words()
    assert {"Simple CNN, CIFAR-10", "Simple CNN, Oxford Flowers 17", "Smoothed loss"} <= set(said)
    assert said.count("0.0123") == 2
    assert said.count("0.04") == 1
    assert said.count("0.00758") == 1
    assert {"suggested rate", "reported rate", "Loss of single batches"} <= set(said)


def test_marks_can_be_left_out(tmp_path: Path) -> None:
    results = range_test(tmp_path, figure={"kind": "sweep", "marks": False})
    results.write_runs(lambda values, arm, seed: swept(0.0123456))
    assert not {"0.0123", "0.04", "suggested rate", "reported rate"} & set(results.words())


def test_only_rows_that_show_the_suggestion_have_it_marked(tmp_path: Path) -> None:
    results = momenta(tmp_path, reported=lambda values, arm: 0.9)
    results.write_runs(lambda values, arm, seed: swept(0.0123456))
    said = results.words()
    assert {"0.9", "0.95", "0.99", "Momentum", "Validation loss"} <= set(said)
    assert said.count("Learning rate") == 1
    assert not {"0.0123", "suggested rate", "reported rate"} & set(said)


def test_what_is_missing_is_named_below_the_panel(tmp_path: Path) -> None:
    def run(values: Values, arm: str, seed: int) -> Run:
        if values["momentum"] == "m95":
            return MISSING
        failed = values["momentum"] == "m99" and seed == 2
        return Run(status="failed") if failed else swept(None, seed=seed)

    results = momenta(tmp_path, seeds=(1, 2, 3))
    results.write_runs(run)
    assert {"0.95: missing", "0.99: 1 of 3 runs failed"} <= set(results.words())


def test_a_sweep_without_suggestion_says_so(tmp_path: Path) -> None:
    results = range_test(tmp_path)
    results.write_runs(lambda values, arm, seed: swept(None))
    said = results.words()
    assert said.count("no rate suggested") == 2
    assert said.count("0.04") == 1


def test_several_seeds_have_a_dot_each_and_one_for_their_median(tmp_path: Path) -> None:
    results = range_test(tmp_path, seeds=(1, 2, 3))
    suggested = {1: 0.011, 2: 0.012, 3: 0.0205}
    results.write_runs(lambda values, arm, seed: swept(suggested[seed], 150 + 10 * seed, seed=seed))
    said = results.words()
    assert said.count("0.012") == 2
    assert {"suggested rate, median", "suggested by a single run"} <= set(said)


def test_nothing_but_words_before_anything_ran(tmp_path: Path) -> None:
    said = range_test(tmp_path).words()
    assert said.count("no finished run") == 2
    assert said.count("missing") == 2


def test_a_column_that_no_history_has_is_named(tmp_path: Path) -> None:
    results = range_test(tmp_path, figure={"kind": "sweep", "series": "smooth_loss"})
    results.write_runs(lambda values, arm, seed: swept(None))
    with pytest.raises(InputError, match=r"lantern/figure1: .* 'smooth_loss'; did you mean"):
        results.draw()


def curve(*losses: float) -> pd.Series:
    return pd.Series(losses, dtype=float)


def test_an_explosion_does_not_rule_the_panel() -> None:
    low, high = visible_range([curve(2.3, 2.0, 1.0, 2.0, 80.0, math.inf)])
    assert 0.8 < low < 1.0
    assert 2.3 < high < 3.0


def test_a_gentle_rise_is_seen_whole() -> None:
    assert ceiling(curve(2.3, 1.0, 2.0, 3.2)) == 3.2
    assert visible_range([curve(2.3, 1.0, 3.2)])[1] > 3.2


def test_a_sweep_that_only_explodes_has_a_range_too() -> None:
    low, high = visible_range([curve(2.0, 100.0, 1000.0)])
    assert low < 2.0 < high < 3.0


def test_no_values_have_no_range() -> None:
    assert visible_range([]) is None
    assert visible_range([curve(math.nan, math.inf)]) is None


def test_a_label_stands_where_no_line_of_a_reported_rate_does() -> None:
    assert stands_right(0.1)
    assert not stands_right(0.6)
    assert stands_right(0.6, line=0.5)
    assert not stands_right(0.6, line=0.1) and not stands_right(0.6, line=0.7)
    assert not stands_right(0.9, line=0.8), "there is no room to the right"
