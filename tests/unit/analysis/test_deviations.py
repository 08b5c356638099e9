"""deviations.csv."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from claims_on_tables import made_up_record
from scipy import stats

from reprise.analysis.conclusion_rows import DeviationRow, columns_of
from reprise.analysis.deviations import measure_deviations

RUNS = {
    ("batch", "as run"): [93.0, 93.2, 93.1],
    ("batch", "as described"): [92.0, 92.3, 92.1],
    ("group", "as run"): [90.0],
}


@pytest.fixture
def deviations(tmp_path: Path) -> Any:
    """Measure deviations of a study of one table with two arms."""
    frame = [
        [norm, arm, seed, "finished", f"cells/{norm}/{arm}/seed{seed}", value]
        for (norm, arm), values in RUNS.items()
        for seed, value in enumerate(values, start=1)
    ]
    columns = ["norm", "arm", "seed", "status", "folder", "test_accuracy"]
    (tmp_path / "made_up").mkdir()
    pd.DataFrame(frame, columns=columns).to_csv(tmp_path / "made_up/table1.runs.csv", index=False)
    rows = [{"axes": {"norm": norm}, "arm": arm, "reported": None} for norm, arm in RUNS]
    values = [{"id": "batch"}, {"id": "group"}]
    artefact = {"id": "table1", "axes": [{"id": "norm", "values": values}], "rows": rows}

    def measure(verdicts: bool = True, **entry: Any) -> pd.Series:
        named = {"id": "d", "difference": "Batch size", "artefact": "table1"}
        whole = {"other": entry["subject"], **named, **entry}
        study = {"id": "made_up", "artefacts": [artefact], "deviations": [whole]}
        return measure_deviations(made_up_record(study), tmp_path, verdicts).iloc[0]

    return measure


def test_two_arms_of_the_same_rows(deviations: Any) -> None:
    row = deviations(arm="as described", against="as run", subject={"norm": "batch"})
    expected = stats.ttest_ind(RUNS["batch", "as described"], RUNS["batch", "as run"])
    interval = expected.confidence_interval()
    assert list(row.index) == columns_of(DeviationRow)
    assert row["effect"] == pytest.approx(-1 + 1 / 30)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((interval.low, interval.high))
    assert (row["n"], row["status"]) == (3, "finished")


def test_readings_that_are_rows_of_their_own(deviations: Any) -> None:
    row = deviations(
        arm="64 groups", against="batch norm", subject={"norm": "group"}, other={"norm": "batch"}
    )
    assert row["effect"] == pytest.approx(-3.1)
    assert (row["n"], row["status"]) == (1, "one seed")
    assert pd.isna(row["ci_low"])


def test_a_scale_without_verdicts_gives_no_interval(deviations: Any) -> None:
    row = deviations(False, arm="as described", against="as run", subject={"norm": "batch"})
    assert pd.isna(row["ci_low"]) and row["effect"] < 0


def test_no_deviations_give_an_empty_table(tmp_path: Path) -> None:
    table = measure_deviations(made_up_record({"id": "s", "artefacts": []}), tmp_path)
    assert list(table) == columns_of(DeviationRow)
    assert table.empty
