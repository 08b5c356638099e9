"""What analysis writes as a row, rendering reads as the same row."""

from dataclasses import replace

import pandas as pd
import pytest

from reprise.analysis.conclusion_rows import (
    DEVIATIONS,
    DeviationRow,
    columns_of,
    row_of,
    text_columns,
)
from reprise.rendering.results import Results

WHOLE = DeviationRow(
    id="1e5",
    difference="Loss",
    arm="as described",
    against="as run",
    effect=0.25,
    ci_low=-1.5,
    ci_high=2.0,
    n=3,
    status="finished",
    reference_effect=1.0,
    reference_ci_low=0.5,
    reference_ci_high=1.5,
    reference_n=1,
    reference_status="one seed",
    reference_basis="1 seed",
    reference_scale="paper",
    reference_dataset="mnist",
    reference_data_variant="official",
    reference_seeds="1",
    reference_source="paper-mnist-cpu",
)


@pytest.fixture
def read(tmp_path):
    def reading(table: pd.DataFrame) -> dict[str, DeviationRow]:
        (tmp_path / "s").mkdir()
        table.to_csv(tmp_path / "s" / DEVIATIONS, index=False)
        return Results(tmp_path).deviations("s")

    return reading


def test_rows_come_back_with_everything_in_them(read):
    least = DeviationRow(id="least")
    table = pd.DataFrame([vars(WHOLE), vars(least)], columns=columns_of(DeviationRow))
    assert read(table) == {"1e5": WHOLE, "least": least}
    assert None not in vars(WHOLE).values()


def test_what_looks_like_a_number_is_text_where_text_belongs(read):
    numeric = replace(WHOLE, difference="4", arm="none", reference_seeds="2")
    assert read(pd.DataFrame([vars(numeric)]))["1e5"] == numeric
    assert {"id", "arm", "reference_seeds"} < text_columns(DeviationRow)
    assert not {"n", "effect", "reference_n"} & text_columns(DeviationRow)


def test_older_and_damaged_tables_leave_nothing_where_something_is_missing(read):
    table = pd.DataFrame({"id": ["a", None], "effect": ["high", "0.5"], "n": ["2", "inf"]})
    assert read(table) == {"a": DeviationRow(id="a", n=2)}


def test_a_table_that_is_not_there_has_no_rows(tmp_path):
    assert Results(tmp_path).deviations("s") == {}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, "0.5", None])
def test_no_number_is_none(value):
    assert row_of(DeviationRow, {"id": "a", "effect": value}).effect is None
