"""What reference runs say of deviations."""

import gzip
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from claims_on_tables import made_up_record
from scipy import stats

from reprise.analysis.conclusion_rows import DeviationRow, columns_of
from reprise.analysis.deviations import measure_deviations
from reprise.analysis.reference import read_reference

GPU, XEON = "paper-cifar10_jpeg-h200", "paper-cifar10_jpeg-xeon"
SETTINGS = ("a", "b")
ARMS = ("as run", "as described")
BOTH_ARMS = {"arm": "as described", "against": "as run"}


def cell(setting: str, arm: str) -> str:
    return f"{setting} {arm}".replace(" ", "_")


def reference_run(
    setting: str, arm: str, seed: int, accuracy: float | None, **more: Any
) -> dict[str, Any]:
    """A finished run of four epochs; one without an accuracy diverged."""
    return {
        "folder": f"cells/{cell(setting, arm)}/seed{seed}", "published": cell(setting, arm),
        "seed": seed, "status": "diverged" if accuracy is None else "finished", "epochs": 4,
        "planned_epochs": 4, "test_accuracy": accuracy, "history": f"{cell(setting, arm)}{seed}",
        "scale": "paper", "dataset": "cifar10", "data_variant": "jpeg", **more,
    }  # fmt: skip


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    """Two settings in two arms, as plan.json has them."""
    return [
        {"axes": {"setting": setting}, "arm": arm, "reported": None,
         "published": [cell(setting, arm)], "epochs": {"published": 4, "run": 2},
         "folders": {"1": f"cells/{cell(setting, arm)}/seed1"}}
        for setting in SETTINGS
        for arm in ARMS
    ]  # fmt: skip


@pytest.fixture
def measured(tmp_path: Path, rows: list[dict[str, Any]]) -> Callable[..., pd.Series]:
    """The row of deviations.csv beside reference runs by source; today as described is 10 ahead."""

    def measure(
        references: dict[str, Sequence[dict]], subject: Any = None, **entry: Any
    ) -> pd.Series:
        results = tmp_path / "results" / "made_up"
        results.mkdir(parents=True)
        runs = [
            {"setting": row["axes"]["setting"], "arm": row["arm"], "seed": 1, "status": "finished",
             "folder": row["folders"]["1"], "test_accuracy": 40 + 10.0 * ARMS.index(row["arm"])}
            for row in rows
        ]  # fmt: skip
        pd.DataFrame(runs).to_csv(results / "table1.runs.csv", index=False)
        for source, table in references.items():
            write_reference(tmp_path / "reference" / source, table)
        axes = [{"id": "setting", "values": [{"id": setting} for setting in SETTINGS]}]
        artefact = {"id": "table1", "axes": axes, "rows": rows}
        named = {"id": "d", "difference": "Batch size", "artefact": "table1", **BOTH_ARMS, **entry}
        chosen = {"setting": "a"} if subject is None else subject
        deviation = {"subject": chosen, "other": chosen} | named
        study = {"id": "made_up", "artefacts": [artefact], "deviations": [deviation]}
        reference = read_reference(tmp_path / "reference")
        return measure_deviations(made_up_record(study), results.parent, False, reference).iloc[0]

    return measure


def write_reference(folder: Path, runs: Sequence[dict]) -> None:
    (folder / "histories").mkdir(parents=True)
    pd.DataFrame(runs).to_csv(folder / "metrics.csv", index=False)
    curve = pd.DataFrame({"epoch": [1, 2, 3, 4], "test_accuracy": [1, 2, 60, 70.0]})
    text = gzip.compress(curve.to_csv(index=False).encode())
    for run in runs:
        (folder / "histories" / f"{run['history']}.csv.gz").write_bytes(text)


def test_nothing_is_said_where_nothing_is_kept(measured: Callable) -> None:
    row = measured({})
    assert list(row.index) == columns_of(DeviationRow)
    assert row["effect"] == 10
    assert row.filter(like="reference_").isna().all()


def test_one_seed_gives_an_effect_and_says_where_it_is_from(measured: Callable) -> None:
    runs = [reference_run("a", "as run", 1, 93.0), reference_run("a", "as described", 1, 92.5)]
    row = measured({XEON: runs})
    assert (row["effect"], row["reference_effect"], row["reference_n"]) == (10, -0.5, 1)
    assert row["reference_status"] == "one seed"
    assert pd.isna(row["reference_ci_low"])
    assert row["reference_source"] == XEON
    made = [row[f"reference_{name}"] for name in ("scale", "dataset", "data_variant", "seeds")]
    assert made == ["paper", "cifar10", "jpeg", "1"]


def test_several_seeds_give_an_interval_whatever_this_scale_draws(measured: Callable) -> None:
    run, described = [93.0, 93.2, 93.1], [92.0, 92.3, 92.1]
    pairs = (("as run", run), ("as described", described))
    runs = [
        reference_run("a", arm, seed, accuracy)
        for arm, values in pairs
        for seed, accuracy in enumerate(values, start=1)
    ]
    row = measured({XEON: runs})
    expected = stats.ttest_ind(described, run).confidence_interval()
    assert pd.isna(row["ci_low"])
    assert (row["reference_ci_low"], row["reference_ci_high"]) == pytest.approx(
        (expected.low, expected.high)
    )
    assert (row["reference_n"], row["reference_seeds"]) == (3, "1 2 3")
    assert row["reference_status"] == "finished"


def test_an_arm_that_reference_runs_lack_is_named(measured: Callable) -> None:
    row = measured({XEON: [reference_run("a", "as run", 1, 93.0)]})
    assert pd.isna(row["reference_effect"])
    assert (row["reference_status"], row["reference_basis"]) == ("missing", "lacking: as described")
    assert row["reference_source"] == XEON


def test_of_several_settings_it_says_how_many_are_lacking(measured: Callable) -> None:
    row = measured({XEON: [reference_run("b", "as run", 1, 93.0)]}, subject={})
    basis = "lacking: as described (all 2 settings); as run (1 of 2 settings)"
    assert row["reference_basis"] == basis


def test_runs_of_neither_reading_are_no_reference_runs(measured: Callable) -> None:
    row = measured({XEON: [reference_run("b", "as run", 1, 93.0)]})
    assert (row["reference_status"], row["reference_basis"]) == ("missing", "no reference runs")
    assert pd.isna(row["reference_source"])


def test_both_readings_are_of_one_source(measured: Callable) -> None:
    apart = {
        GPU: [reference_run("a", "as run", 1, 93.0)],
        XEON: [reference_run("a", "as described", 1, 90.0)],
    }
    row = measured(apart)
    assert pd.isna(row["reference_effect"])
    assert (row["reference_source"], row["reference_basis"]) == (GPU, "lacking: as described")


def test_the_source_with_both_readings_counts_before_longer_runs_of_one(
    measured: Callable,
) -> None:
    both = [reference_run("a", "as run", 1, 93.0), reference_run("a", "as described", 1, 92.0)]
    longer = reference_run("a", "as run", 1, 99.0, epochs=9, planned_epochs=9)
    row = measured({GPU: [longer], XEON: both})
    assert (row["reference_effect"], row["reference_source"]) == (-1, XEON)


def test_a_reading_that_diverged_is_not_lacking(measured: Callable) -> None:
    runs = [reference_run("a", "as run", 1, 93.0), reference_run("a", "as described", 1, None)]
    row = measured({XEON: runs})
    assert row["reference_basis"] == "every run of a, as described diverged"


def test_rows_that_are_one_run_and_runs_that_diverged_are_named(
    measured: Callable, rows: list
) -> None:
    for row in rows:
        counts = {"classes": 10, "test_images": 10_000}
        row["data"] = {"published": counts, "run": counts}
    described = [reference_run(s, "as described", 1, 70.0) for s in SETTINGS]
    run = [reference_run("a", "as run", 1, 80.0), reference_run("b", "as run", 1, None)]
    row = measured({XEON: [*described, *run]}, subject={})
    # 70 and 70 less the mean of 80 and of guessing among 10 classes.
    assert row["reference_effect"] == 70 - 45
    assert row["reference_basis"].endswith(
        "; 2 of the 2 settings as described are one and the same run; "
        "1 run that diverged counts as 10"
    )


def test_reported_epochs_are_taken_from_the_histories(measured: Callable, rows: list) -> None:
    for row in rows:
        if row["arm"] == "as described":
            row["report"] = {"epochs": "mean", "count": 2}
    runs = [reference_run("a", "as run", 1, 93.0), reference_run("a", "as described", 1, 70.0)]
    # The mean over the last two epochs of the curve is 65.
    assert measured({XEON: runs})["reference_effect"] == 65 - 93
