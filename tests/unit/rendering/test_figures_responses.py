"""Points of probes against a column: the lines, the panels, and what is said to be missing."""

from pathlib import Path

import pytest
from figure_results import MISSING, FigureResults, Run, Values
from made_up_records import made_up_artefact

from reprise.errors import InputError
from reprise.rendering.figures import figure_kinds
from reprise.rendering.figures.source import FigureSource
from reprise.rendering.figures.style import INK, house_style

ALPHAS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.5)
NETWORKS = {"batch": "Batch norm", "ghost": "Ghost batch norm"}
FIGURE = {"kind": "responses", "x": "alpha", "series": ["test_accuracy", "test_loss"]}


def weighed(best: float, seed: int = 1, top: float = 90.0) -> Run:
    """An accuracy that is highest, and a loss that is lowest, at a weight."""
    rows = []
    for alpha in ALPHAS:
        loss = 0.3 + (alpha - best) ** 2
        rows.append({"alpha": alpha, "validation_loss": loss + 0.01,
                     "test_accuracy": top + seed - 20 * loss, "test_loss": loss})  # fmt: skip
    return Run(rows)


def responses(folder: Path, **changes: object) -> FigureResults:
    wish = {"axes": {"norm": NETWORKS}, "figure": FIGURE, "seeds": (1, 2, 3)}
    return FigureResults(folder, **{**wish, **changes})


def drawn(results: FigureResults) -> list:
    """The panels of a figure, before it is written."""
    artefact = results.artefact()
    arguments = {name: value for name, value in artefact["figure"].items() if name != "kind"}
    source = FigureSource.of(made_up_artefact(artefact), results.folder, "lantern")
    with house_style():
        return figure_kinds["responses"](source, **arguments).axes


def test_a_panel_for_each_column_and_a_line_for_each_row(tmp_path: Path) -> None:
    results = responses(tmp_path)
    results.write_runs(lambda values, arm, seed: weighed(0.1, seed))
    said = results.words()
    assert said.count("Alpha") == 2
    assert {"Test accuracy (%)", "Test loss", "Batch norm", "Ghost batch norm", "Norm"} <= set(said)


def test_lines_are_means_over_seeds_in_a_band_of_one_standard_deviation(tmp_path: Path) -> None:
    results = responses(tmp_path)
    best = {"batch": 0.1, "ghost": 0.5}
    results.write_runs(lambda values, arm, seed: weighed(best[values["norm"]], seed))
    accuracy, loss = drawn(results)
    assert [len(panel.lines) for panel in (accuracy, loss)] == [2, 2]
    batch = accuracy.lines[0]
    assert tuple(batch.get_xdata()) == ALPHAS
    wanted = [90 + 2 - 20 * (0.3 + (alpha - 0.1) ** 2) for alpha in ALPHAS]
    assert batch.get_ydata() == pytest.approx(wanted)
    band = accuracy.collections[0].get_paths()[0].vertices[:, 1]
    assert (band.max(), band.min()) == pytest.approx((max(wanted) + 1, min(wanted) - 1))
    assert loss.lines[1].get_ydata() == pytest.approx([0.3 + (a - 0.5) ** 2 for a in ALPHAS])
    assert batch.get_color() == INK
    assert accuracy.lines[1].get_color() != INK


def test_a_row_of_panels_for_each_value_along_the_columns(tmp_path: Path) -> None:
    axes = {"norm": NETWORKS, "data": {"cifar100": "CIFAR-100", "svhn": "SVHN"}}
    results = responses(tmp_path, axes=axes, columns=("data",))
    results.write_runs(lambda values, arm, seed: weighed(0.1, seed))
    panels = drawn(results)
    titles = [panel.get_title(loc="left") for panel in panels]
    assert titles == ["CIFAR-100", "CIFAR-100", "SVHN", "SVHN"]
    labels = [panel.get_ylabel() for panel in panels]
    assert labels == 2 * ["Test accuracy (%)", "Test loss"]


def test_a_single_column_and_row_need_no_legend(tmp_path: Path) -> None:
    figure = {"kind": "responses", "x": "alpha", "series": "validation_loss"}
    results = responses(tmp_path, axes={"norm": {"batch": "Batch norm"}}, figure=figure)
    results.write_runs(lambda values, arm, seed: weighed(0.1, seed))
    said = results.words()
    assert said.count("Validation loss") == 1
    assert "Batch norm" not in said


def test_what_is_missing_or_diverged_is_named_below_each_panel(tmp_path: Path) -> None:
    def run(values: Values, arm: str, seed: int) -> Run:
        if values["norm"] == "ghost":
            return MISSING
        return Run(status="diverged") if seed == 2 else weighed(0.1, seed)

    results = responses(tmp_path)
    results.write_runs(run)
    said = results.words()
    assert said.count("Ghost batch norm: missing") == 2
    assert said.count("Batch norm: 1 of 3 runs diverged") == 2
    accuracy, _ = drawn(results)
    # The mean of seeds 1 and 3.
    assert accuracy.lines[0].get_ydata()[0] == pytest.approx(90 + 2 - 20 * 0.31)


def test_nothing_but_words_before_anything_ran(tmp_path: Path) -> None:
    said = responses(tmp_path).words()
    assert said.count("no finished run") == 2


def test_a_column_that_no_point_has_is_named(tmp_path: Path) -> None:
    results = responses(tmp_path, figure={**FIGURE, "series": ["test_los"]})
    results.write_runs(lambda values, arm, seed: weighed(0.1))
    with pytest.raises(InputError, match=r"lantern/figure1: .* 'test_los'; did you mean"):
        results.draw()
