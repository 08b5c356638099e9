"""Reading a results folder."""

from pathlib import Path

import pytest

from reprise.errors import InputError
from reprise.rendering.results import Results, read_csv


def test_ids_stay_text_even_where_they_look_like_numbers_or_nothing(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text("groups,norm,arm,mean,n\n4,none,as run,93.5,3\n16,NA,as run,,0\n")
    table = read_csv(file, frozenset({"groups", "norm"}))
    assert list(table["groups"]) == ["4", "16"]
    assert list(table["norm"]) == ["none", "NA"]
    assert table["mean"].iloc[0] == 93.5
    assert table["mean"].isna().tolist() == [False, True]


def test_a_column_of_words_and_numbers_stays_text(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text("value\n1\nword\n")
    assert list(read_csv(file)["value"]) == ["1", "word"]


def test_a_missing_or_empty_file_is_an_empty_table(tmp_path: Path) -> None:
    (tmp_path / "metrics.csv").touch()
    assert read_csv(tmp_path / "metrics.csv").empty
    assert Results(tmp_path).claims.empty
    assert Results(tmp_path).failure("cells/a") is None


def test_a_folder_without_a_plan_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"plan\.json"):
        _ = Results(tmp_path).plan


def test_a_plan_that_was_cut_short_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text('{"scale":\n')
    with pytest.raises(InputError, match=r"plan\.json has to be JSON, but at line 2"):
        _ = Results(tmp_path).plan
