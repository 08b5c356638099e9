"""Reference runs beside an artefact."""

from pathlib import Path

import pandas as pd
import pytest

from reprise.analysis.reference import aggregate_reference, read_reference
from reprise.analysis.summaries import summarise
from reprise.errors import InputError


def write_reference(folder: Path, rows: list[dict]) -> None:
    folder.mkdir(parents=True)
    pd.DataFrame(rows).to_csv(folder / "metrics.csv", index=False)


def run(accuracy: float | None, published: str = "abc", epochs: int = 120, **more: str) -> dict:
    status = {"status": "finished"} | more
    return {"published": published, "epochs": epochs, "test_accuracy": accuracy} | status


def test_no_reference_is_none(tmp_path: Path) -> None:
    assert read_reference(tmp_path / "reference") is None


def test_mean_and_n_by_published_cell(tmp_path: Path) -> None:
    runs = [run(93.0), run(94.0), run(11.0, status="diverged"), run(50.0, "def")]
    write_reference(tmp_path / "paper-cifar10-h200", runs)
    known = aggregate_reference(read_reference(tmp_path), "test_accuracy")
    assert known["abc"]["reference_mean"] == 93.5
    assert known["abc"]["reference_n"] == 2
    assert known["abc"]["reference_source"] == "paper-cifar10-h200"
    assert known["def"]["reference_std"] is None


def test_sources_are_not_mixed_and_the_longest_runs_count(tmp_path: Path) -> None:
    write_reference(tmp_path / "paper-cifar10-h200", [run(93.0)])
    write_reference(tmp_path / "short-cifar10-h200", [run(90.0, epochs=30)] * 3)
    known = aggregate_reference(read_reference(tmp_path), "test_accuracy")
    assert known["abc"]["reference_mean"] == 93.0


def test_stands_beside_the_rows_of_an_artefact(tmp_path: Path) -> None:
    write_reference(tmp_path / "paper-cifar10-h200", [run(93.0), run(94.0)])
    rows = [
        {"axes": {"norm": name}, "arm": "as run", "published": [published], "folders": {}}
        for name, published in (("batch", "abc"), ("group", "xyz"))
    ]
    runs = pd.DataFrame(columns=["norm", "arm", "seed", "status", "folder"])
    table = summarise(runs, rows, read_reference(tmp_path))
    assert table["reference_mean"].fillna(-1).to_list() == [93.5, -1]


@pytest.mark.parametrize(
    ("shown", "has_reference"),
    [
        ({"report": {"epochs": "last"}}, True),
        ({"report": None}, True),
        ({"report": {"epochs": "mean", "count": 4}}, False),
        ({"report": {"epochs": "best"}}, False),
        ({"report": {"epochs": "best"}, "metric": "epochs"}, True),
        ({"metric": {"series": "test_accuracy", "epoch": 5}}, False),
    ],
)
def test_reference_numbers_are_of_the_last_epoch(
    tmp_path: Path, shown: dict, has_reference: bool
) -> None:
    write_reference(tmp_path / "paper-cifar10-h200", [run(93.0), run(94.0)])
    row = {"axes": {}, "arm": "as run", "published": ["abc"], "folders": {}, **shown}
    runs = pd.DataFrame(columns=["arm", "seed", "status", "folder"])
    table = summarise(runs, [row], read_reference(tmp_path))
    assert table["reference_mean"].notna().to_list() == [has_reference]
    assert table["reference_n"].notna().to_list() == [has_reference]


def test_a_metric_that_no_reference_has_gives_nothing(tmp_path: Path) -> None:
    write_reference(tmp_path / "paper-cifar10-h200", [run(93.0)])
    assert aggregate_reference(read_reference(tmp_path), "multiply_adds") == {}


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    write_reference(tmp_path / "paper-cifar10-h200", [{"status": "finished"}])
    with pytest.raises(InputError, match="'published'"):
        read_reference(tmp_path)
