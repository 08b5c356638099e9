"""On what cells were trained, and in which number format."""

from types import SimpleNamespace

import pytest

from reprise.rendering.environments import environments


def cells(*metrics):
    return [SimpleNamespace(metrics=entries) for entries in metrics]


@pytest.mark.parametrize("precision", [None, "float32"])
def test_nothing_is_said_of_float32(precision):
    assert environments(cells({"torch": "2.12", "precision": precision})).note == ""


def test_rounded_products_are_counted():
    rounded = {"torch": "2.12", "precision": "tfloat32"}
    note = environments(cells(rounded, rounded, {"torch": "2.12"}, {})).note
    assert "2 of 3 cells in tfloat32 (11 significant bits)" in note
    assert note.endswith("float32, with 24, is as published.")


def test_what_ran_the_cells_is_named_where_it_was_not_snakemake():
    there = environments(cells({"torch": "2.12", "runner": "run_jobs.py"}, {"torch": "2.12"}))
    assert there.names == ["torch", "runner"]
    assert sorted(row.entries for row in there.rows) == [["2.12", ""], ["2.12", "run_jobs.py"]]
    assert environments(cells({"torch": "2.12"})).names == ["torch"]
