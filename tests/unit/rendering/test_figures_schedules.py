"""Schedules of several arms, and whatever stands along their horizontal axis."""

from pathlib import Path

import pytest
from figure_results import FigureResults

from reprise.errors import InputError

SEQUENCES = {"seq1": "1/n", "seq4": "Saw-tooth"}


def schedules(folder: Path, x: str = "epoch", **changes: object) -> FigureResults:
    wish = {"axes": {"sequence": SEQUENCES}, "figure": {"kind": "schedules"},
            "metric": "learning_rate", "arms": ("as run", "as described")}  # fmt: skip
    results = FigureResults(folder, **{**wish, **changes})
    results.write_table(
        [
            {**row["axes"], "arm": row["arm"], x: step, "learning_rate": 0.1 / (step + 1)}
            for row in results.artefact()["rows"]
            for step in range(5)
        ]
    )
    return results


def test_each_arm_has_a_panel(tmp_path: Path) -> None:
    said = schedules(tmp_path).words()
    assert {"All sequences, as run", "All sequences, as described"} <= set(said)
    assert said.count("Saw-tooth") == 2
    assert said.count("Learning rate") == 1


def test_a_single_arm_is_not_named(tmp_path: Path) -> None:
    assert "All sequences" in schedules(tmp_path, arms=("as run",)).words()


def test_the_horizontal_axis_may_be_another_column(tmp_path: Path) -> None:
    figure = {"kind": "schedules", "x": "updates"}
    assert "Updates" in schedules(tmp_path, x="updates", figure=figure).words()


def test_the_horizontal_axis_may_have_another_name(tmp_path: Path) -> None:
    figure = {"kind": "schedules", "x_label": "Change of the rate"}
    said = schedules(tmp_path, figure=figure).words()
    assert "Change of the rate" in said
    assert "Epoch" not in said


def test_a_column_that_the_table_lacks_is_named(tmp_path: Path) -> None:
    results = schedules(tmp_path, figure={"kind": "schedules", "of": "sequences"})
    with pytest.raises(InputError, match=r"no column 'sequences'; did you mean 'sequence'"):
        results.draw()
