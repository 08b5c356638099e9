"""Learning curves beyond the plain ones: arms, lengths, a closer look, the rates below."""

import re
from pathlib import Path

import pandas as pd
import pytest
from figure_results import FigureResults, Run, Values
from made_up_records import made_up_artefact

from reprise.errors import InputError
from reprise.rendering.figures.panels import (
    limits_around,
    limits_for_endings,
    rows_and_columns,
)
from reprise.rendering.figures.series import Series, look_of
from reprise.rendering.figures.source import FigureSource

SEQUENCES = {"harmonic": "1/n", "geometric": "0.9^n"}


def trained(epochs: int, accuracy: float = 90.0, status: str = "finished") -> Run:
    """A run whose accuracy rises towards a value while its learning rate falls."""
    rows = []
    for epoch in range(1, epochs + 1):
        reached = accuracy - 70 * 0.7**epoch
        rows.append({"epoch": epoch, "updates": 10 * epoch, "train_accuracy": reached + 2,
                     "test_accuracy": reached, "validation_accuracy": reached - 1,
                     "learning_rate": 0.1 / epoch})  # fmt: skip
    return Run(rows, status)


def curves(folder: Path, **changes: object) -> FigureResults:
    wish = {"axes": {"sequence": SEQUENCES}, "figure": {"kind": "curves"}}
    return FigureResults(folder, **{**wish, **changes})


def numbers(words: list[str]) -> list[float]:
    """What is written at ticks."""
    return [float(word) for word in words if re.fullmatch(r"\d+(\.\d+)?", word)]


def test_another_series_is_drawn_and_named(tmp_path: Path) -> None:
    figure = {"kind": "curves", "series": "validation_accuracy", "faint": None}
    results = curves(tmp_path, figure=figure)
    results.write_runs(lambda values, arm, seed: trained(20))
    said = results.words()
    assert "Validation accuracy (%)" in said
    assert "Train accuracy" not in said


@pytest.mark.parametrize(
    ("series", "there"), [("validation_accuracy", True), ("learning_rate", False)]
)
def test_the_faint_series_is_that_of_training(tmp_path: Path, series: str, there: bool) -> None:
    results = curves(tmp_path, figure={"kind": "curves", "series": series})
    results.write_runs(lambda values, arm, seed: trained(20))
    assert ("Train accuracy" in results.words()) == there


def test_a_series_that_no_history_has_is_named(tmp_path: Path) -> None:
    results = curves(tmp_path, figure={"kind": "curves", "series": "test_acuracy"})
    results.write_runs(lambda values, arm, seed: trained(2))
    with pytest.raises(InputError, match=r"lantern/figure1: .* did you mean 'test_accuracy'"):
        results.draw()


def test_learning_rates_stand_below_when_asked_for(tmp_path: Path) -> None:
    figure = {"kind": "curves", "with_learning_rate": True}
    axes = {"sequence": SEQUENCES, "data": {"a": "Data A", "b": "Data B"}}
    results = curves(tmp_path, figure=figure, columns=("data",), axes=axes)
    results.write_runs(lambda values, arm, seed: trained(8))
    said = results.words()
    assert said.count("Learning rate") == 1
    assert said.count("Epoch") == 2
    assert {"Data A", "Data B", "Test accuracy (%)"} <= set(said)


def test_a_closer_look_leaves_out_the_beginning(tmp_path: Path) -> None:
    figure = {"kind": "curves", "faint": None, "from_epoch": 0.5}
    results = curves(tmp_path, figure=figure)
    lengths = {"harmonic": 40, "geometric": 10}
    results.write_runs(lambda values, arm, seed: trained(lengths[values["sequence"]]))
    assert min(numbers(results.words())) >= 20


def test_a_run_that_diverged_before_a_closer_look_is_not_in_it(tmp_path: Path) -> None:
    def run(values: Values, arm: str, seed: int) -> Run:
        return trained(6, status="diverged") if values["sequence"] == "harmonic" else trained(40)

    figure = {"kind": "curves", "faint": None, "from_epoch": 0.5}
    whole = curves(tmp_path / "whole", figure={"kind": "curves", "faint": None})
    close = curves(tmp_path / "close", figure=figure)
    dotted = []
    for results in (whole, close):
        results.write_runs(run)
        dotted.append(results.draw().read_text().count("stroke-dasharray: 0.8,"))
    assert dotted == [1, 0]


def test_arms_differ_in_their_lines(tmp_path: Path) -> None:
    results = curves(tmp_path, arms=("as run", "as described"))
    results.write_runs(lambda values, arm, seed: trained(8))
    said = results.words()
    assert said.count("as described") == 1
    assert "as run" not in said
    look = [look_of(Series(("harmonic",), arm, 0)) for arm in results.arms]
    assert look[0]["color"] == look[1]["color"]
    assert look[1]["linestyle"] == "-."


def test_runs_are_drawn_once_where_rows_show_two_of_their_metrics(tmp_path: Path) -> None:
    axes = {"sequence": SEQUENCES, "measure": {"accuracy": "Accuracy", "time": "Convergence"}}
    results = curves(tmp_path, axes=axes, columns=("measure",))
    results.write_runs(lambda values, arm, seed: trained(8))
    artefact = results.artefact()
    for row in artefact["rows"]:
        row["folders"] = {"1": f"runs/{row['axes']['sequence']}_accuracy_as_run/seed1"}
    source = FigureSource.of(made_up_artefact(artefact), tmp_path, "lantern")
    assert source.training_axes(["sequence", "measure"]) == ["sequence"]
    results.artefact = lambda: artefact
    said = results.words()
    assert said.count("Epoch") == 1
    assert "Accuracy" not in said


def test_runs_of_another_task_show_its_own_score(tmp_path: Path) -> None:
    rows = [
        {"epoch": epoch, "train_perplexity": 40 / epoch, "test_perplexity": 42 / epoch}
        for epoch in range(1, 9)
    ]
    results = curves(tmp_path)
    results.write_runs(lambda values, arm, seed: Run(rows))
    said = results.words()
    assert {"Test perplexity", "Train perplexity"} <= set(said)
    assert not any("accuracy" in words for words in said)


def test_without_a_run_the_figure_is_of_what_the_artefact_shows(tmp_path: Path) -> None:
    results = curves(tmp_path, metric="test_perplexity")
    results.write_runs(lambda values, arm, seed: Run(status="missing"))
    assert "Test perplexity" in results.words()


def test_axes_with_one_value_name_no_line(tmp_path: Path) -> None:
    results = curves(tmp_path, axes={"strategy": {"cutoff": "By cutoff"}, "sequence": SEQUENCES})
    results.write_runs(lambda values, arm, seed: trained(8))
    assert {"1/n", "0.9^n", "Sequence"} <= set(results.words())


@pytest.mark.parametrize(("sequences", "panels"), [(2, 1), (3, 3)])
def test_more_lines_than_are_told_apart_make_panels(
    sequences: int, panels: int, tmp_path: Path
) -> None:
    axes = {
        "strategy": {"epoch": "By epoch", "cutoff": "By cutoff", "none": "Benchmark"},
        "sequence": {str(number): f"Sequence {number}" for number in range(sequences)},
    }
    results = curves(tmp_path, axes=axes)
    results.write_runs(lambda values, arm, seed: trained(8))
    said = results.words()
    assert said.count("Epoch") == panels
    named = ("By epoch", "By epoch, Sequence 1", "Sequence 1")
    assert [said.count(words) for words in named] == ([1, 0, 1] if panels > 1 else [0, 1, 0])


def test_lines_that_are_asked_for_stay_together(tmp_path: Path) -> None:
    axes = {"strategy": {"a": "A", "b": "B"}, "sequence": {str(n): f"S{n}" for n in range(5)}}
    figure = {"kind": "curves", "lines": ["strategy", "sequence"]}
    results = curves(tmp_path, axes=axes, figure=figure)
    results.write_runs(lambda values, arm, seed: trained(8))
    assert "A, S3" in results.words()


@pytest.mark.parametrize(
    ("count", "places"),
    [(1, (1, 1)), (3, (1, 3)), (4, (2, 2)), (5, (2, 3)), (7, (3, 3)), (9, (3, 3)), (10, (4, 3))],
)
def test_panels_fill_their_rows_evenly(count: int, places: tuple[int, int]) -> None:
    assert rows_and_columns(count, most_columns=3) == places


def test_a_short_run_that_fails_is_in_view() -> None:
    long = pd.Series([80.0 + 0.1 * epoch for epoch in range(100)])
    failed = pd.Series([10.0] * 12)
    low, high = limits_for_endings([long, failed])
    assert low < 10 < 90 < high


def test_the_rise_of_long_curves_is_left_out() -> None:
    rising = pd.Series([10.0] * 10 + [90.0] * 90)
    low, _ = limits_for_endings([rising])
    assert low > 80


def test_limits_are_a_little_beyond_the_values() -> None:
    low, high = limits_around([pd.Series([1.0, 2.0]), pd.Series([3.0])])
    assert low < 1 < 3 < high
    assert limits_around([]) is None
