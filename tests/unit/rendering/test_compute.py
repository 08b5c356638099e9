"""What the report says of the time that runs took."""

from reprise.rendering.cells import CellState
from reprise.rendering.overview import compute


def cell(**metrics: float) -> CellState:
    return CellState("cells/a/seed1", "finished", metrics)


def test_no_run_takes_no_time() -> None:
    assert compute([cell()]) == []


def test_older_runs_have_no_processor_time() -> None:
    assert compute([cell(wall_seconds=30), cell(wall_seconds=60)]) == [
        "90.0 s in 2 cells, by the clock"
    ]


def test_processor_time_says_of_how_many_runs_it_is_known() -> None:
    cells = [cell(wall_seconds=30, processor_seconds=20), cell(wall_seconds=60)]
    assert compute(cells) == [
        "90.0 s in 2 cells, by the clock",
        "20.0 s of processor time in 1 of them",
    ]
    assert compute(cells[:1])[1] == "20.0 s of processor time"
