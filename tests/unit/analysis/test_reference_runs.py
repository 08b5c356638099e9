"""Reference runs beside an artefact."""

import gzip
from pathlib import Path

import pandas as pd
import pytest
from made_up_records import made_up_row, made_up_rows

from reprise.analysis.reference import read_reference
from reprise.analysis.reference_tables import reference_rows
from reprise.analysis.summaries import summarise
from reprise.errors import InputError
from reprise.studies.artefact_records import RowRecord
from reprise.studies.measure_forms import AtEpoch

LAST_TWO = {"epochs": "mean", "count": 2}
AT_EPOCH_2 = AtEpoch(series="test_accuracy", epoch=2)
GAP = "generalisation_gap"


def write_reference(
    folder: Path, rows: list[dict], histories: dict[str, pd.DataFrame] | None = None
) -> None:
    folder.mkdir(parents=True)
    pd.DataFrame(rows).to_csv(folder / "metrics.csv", index=False)
    for name, history in (histories or {}).items():
        path = folder / "histories" / f"{name}.csv.gz"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(gzip.compress(history.to_csv(index=False).encode()))


def run(accuracy: float | None, published: str = "abc", epochs: int = 120, **more: str) -> dict:
    status = {"status": "finished", "folder": "cells/m/n/s/bs8/v/seed1"} | more
    return {"published": published, "epochs": epochs, "test_accuracy": accuracy} | status


def row(published: str = "abc", **more) -> RowRecord:
    plain = {"axes": {}, "arm": "as run", "published": [published], "folders": {}}
    return made_up_row({**plain, "epochs": {"published": 120, "run": 3}, **more})


def history(*accuracies: float) -> pd.DataFrame:
    epochs = range(1, len(accuracies) + 1)
    return pd.DataFrame(
        {"epoch": epochs, "test_accuracy": accuracies, "train_accuracy": [99.0] * len(accuracies)}
    )


def test_no_reference_is_none(tmp_path: Path) -> None:
    assert read_reference(tmp_path / "reference") is None


def test_mean_and_n_by_published_cell(tmp_path: Path) -> None:
    runs = [run(93.0), run(94.0), run(11.0, status="diverged"), run(50.0, "def")]
    write_reference(tmp_path / "paper-cifar10-h200", runs)
    reference = read_reference(tmp_path)
    assert reference.of_row(row(), "test_accuracy") == {
        "reference_mean": 93.5,
        "reference_median": 93.5,
        # 12.706 is Student's t for one degree of freedom; sd * sqrt(1 + 1/2).
        "reference_low": pytest.approx(93.5 - 12.706 * (0.5 * 1.5) ** 0.5, abs=1e-3),
        "reference_high": pytest.approx(93.5 + 12.706 * (0.5 * 1.5) ** 0.5, abs=1e-3),
        "reference_std": pytest.approx(0.5**0.5),
        "reference_n": 2,
        "reference_runs": 3,
        "reference_diverged": 1,
        "reference_source": "paper-cifar10-h200",
        "reference_stale": False,
        "reference_course": None,
        "reference_learned": None,
        "reference_evidence": "paper",
    }
    assert reference.of_row(row("def"), "test_accuracy")["reference_std"] is None
    assert reference.of_row(row("ghi"), "test_accuracy") == {}


def test_runs_that_all_diverged_are_counted_and_give_no_number(tmp_path: Path) -> None:
    write_reference(tmp_path / "paper-cifar10-h200", [run(None, status="diverged")] * 2)
    known = read_reference(tmp_path).of_row(row(), "test_accuracy")
    assert [known[f"reference_{name}"] for name in ("n", "runs", "diverged")] == [0, 2, 2]
    assert known["reference_mean"] is known["reference_median"] is known["reference_std"] is None
    assert known["reference_source"] == "paper-cifar10-h200"


def test_a_run_that_diverged_early_at_full_length_counts_before_a_shorter_one(
    tmp_path: Path,
) -> None:
    full = run(None, status="diverged", epochs=3) | {"planned_epochs": 120}
    short = run(90.0, epochs=30) | {"planned_epochs": 30}
    write_reference(tmp_path / "paper-cifar10-h200", [full])
    write_reference(tmp_path / "short-cifar10-h200", [short])
    known = read_reference(tmp_path).of_row(row(), "test_accuracy")
    assert known["reference_source"] == "paper-cifar10-h200"
    assert (known["reference_mean"], known["reference_diverged"]) == (None, 1)


def test_finished_runs_without_the_metric_are_no_diverged_ones(tmp_path: Path) -> None:
    runs = [run(None, status="diverged"), run(None), run(None)]
    write_reference(tmp_path / "paper-cifar10-h200", runs)
    known = read_reference(tmp_path).of_row(row(), "test_accuracy")
    assert [known[f"reference_{name}"] for name in ("n", "runs", "diverged")] == [0, 3, 1]


def test_sources_are_not_mixed_and_the_longest_runs_count(tmp_path: Path) -> None:
    write_reference(tmp_path / "paper-cifar10-h200", [run(93.0)])
    write_reference(tmp_path / "short-cifar10-h200", [run(90.0, epochs=30)] * 3)
    known = read_reference(tmp_path).of_row(row(), "test_accuracy")
    assert (known["reference_mean"], known["reference_n"]) == (93.0, 1)


def test_float32_counts_before_other_formats(tmp_path: Path) -> None:
    rough = [run(95.0, precision="bfloat16"), run(96.0, precision="bfloat16")]
    write_reference(tmp_path / "paper-cifar10-h200", [run(93.0)])
    write_reference(tmp_path / "paper-cifar10-h200-bfloat16", rough)
    reference = read_reference(tmp_path)
    assert reference.of_row(row(), "test_accuracy")["reference_mean"] == 93.0
    assert reference.fullest_source([row()]) == "paper-cifar10-h200"
    assert reference.fullest_source([row("other")]) is None


@pytest.mark.parametrize(
    ("first", "second", "chosen"),
    [
        # Where the epochs that were asked for are not written down, those of the run count.
        ({"planned_epochs": None, "epochs": 120}, {"planned_epochs": 60, "epochs": 60}, "a"),
        ({"planned_epochs": None, "epochs": 30}, {"planned_epochs": 60, "epochs": 12}, "b"),
        # What has no format written down is in float32.
        ({"precision": None}, {"precision": "bfloat16"}, "a"),
        # A run without a rung is of that of its scale, and of the published length without either.
        ({"rung": None, "scale": "laptop"}, {"rung": "short", "scale": "short"}, "b"),
        ({"rung": None, "scale": None}, {"rung": "short", "scale": "short"}, "a"),
        # Of equals it is the last by name.
        ({}, {}, "b"),
    ],
)
def test_what_is_not_written_down_of_runs_does_not_hide_them(tmp_path, first, second, chosen):
    write_reference(tmp_path / "a", [run(93.0, seed=1) | first])
    write_reference(tmp_path / "b", [run(90.0, seed=1) | second])
    reference = read_reference(tmp_path)
    assert reference.of_row(row(), "test_accuracy")["reference_source"] == chosen
    own = {"a": first, "b": second}[chosen].get("planned_epochs")
    epochs, runs = reference.runs_of_row(row(), chosen)
    assert epochs.run == (own or 3)
    assert [found["test_accuracy"] for found in runs] == [{"a": 93.0, "b": 90.0}[chosen]]


def test_runs_of_probes_and_of_training_are_kept_apart(tmp_path: Path) -> None:
    probed = run(50.0, folder="probes/range_test_1a/m/n/s/bs8/v/seed1")
    write_reference(tmp_path / "paper-cifar10-h200", [run(93.0), probed])
    reference = read_reference(tmp_path)
    assert reference.of_row(row(), "test_accuracy")["reference_mean"] == 93.0
    folders = {"1": "probes/range_test_1a/m/n/s/bs2/v/seed1"}
    assert reference.of_row(row(folders=folders), "test_accuracy")["reference_mean"] == 50.0
    folders = {"1": "probes/range_test_2b/m/n/s/bs2/v/seed1"}
    assert reference.of_row(row(folders=folders), "test_accuracy") == {}
    # A row that is not run today is of a kind too.
    left_out = row(folders={}, run_kind="probes/range_test_1a")
    assert reference.of_row(left_out, "test_accuracy")["reference_mean"] == 50.0


def test_stands_beside_the_rows_of_an_artefact(tmp_path: Path) -> None:
    write_reference(tmp_path / "paper-cifar10-h200", [run(93.0), run(94.0)])
    rows = [
        {"axes": {"norm": name}, "arm": "as run", "published": [published], "folders": {}}
        for name, published in (("batch", "abc"), ("group", "xyz"))
    ]
    runs = pd.DataFrame(columns=["norm", "arm", "seed", "status", "folder"])
    table = summarise(runs, made_up_rows(rows), read_reference(tmp_path))
    assert table["reference_mean"].fillna(-1).to_list() == [93.5, -1]


@pytest.mark.parametrize(
    ("metric", "report", "expected"),
    [
        ("test_accuracy", {"epochs": "last"}, 93.0),
        ("test_accuracy", None, 93.0),
        ("test_accuracy", LAST_TWO, 91.5),
        ("test_accuracy", {"epochs": "best"}, 95.0),
        (GAP, LAST_TWO, 99.0 - 91.5),
        ("epochs", {"epochs": "best"}, 120),
        (AT_EPOCH_2, None, 95.0),
    ],
)
def test_a_reference_number_is_taken_from_the_epochs_that_are_reported(
    tmp_path: Path, metric, report, expected: float
) -> None:
    runs = [run(93.0, history="h")]
    write_reference(tmp_path / "paper-cifar10-h200", runs, {"h": history(80.0, 95.0, 90.0, 93.0)})
    found = read_reference(tmp_path).of_row(row(report=report), metric)
    assert found["reference_mean"] == pytest.approx(expected)


def test_epochs_of_a_measure_shrink_with_the_run(tmp_path: Path) -> None:
    short = run(93.0, epochs=2, planned_epochs=2, history="h")
    write_reference(tmp_path / "short-cifar10-h200", [short], {"h": history(80.0, 95.0)})
    at_the_middle = AtEpoch(series="test_accuracy", epoch=60)
    found = read_reference(tmp_path).of_row(row(), at_the_middle)
    assert found["reference_mean"] == 80.0


@pytest.mark.parametrize("metric", [AT_EPOCH_2, "multiply_adds"])
def test_what_a_reference_does_not_have_is_left_out(tmp_path: Path, metric) -> None:
    write_reference(tmp_path / "paper-cifar10-h200", [run(93.0)])
    assert read_reference(tmp_path).of_row(row(report=LAST_TWO), metric) == {}


def test_a_reference_of_other_code_is_stale(tmp_path: Path) -> None:
    write_reference(tmp_path / "paper-cifar10-h200", [run(93.0, fingerprint="0123")])
    published = row().published[0]
    stale = [
        read_reference(tmp_path, current).of_row(row(), "test_accuracy")["reference_stale"]
        for current in ({published: ["4567", "0123"]}, {published: ["4567"]}, {}, None)
    ]
    assert stale == [False, True, False, False]


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    write_reference(tmp_path / "paper-cifar10-h200", [{"status": "finished"}])
    with pytest.raises(InputError, match="'published'"):
        read_reference(tmp_path)


def test_a_truncated_history_is_named(tmp_path: Path) -> None:
    runs = [run(93.0, history="h")]
    write_reference(tmp_path / "paper-cifar10-h200", runs, {"h": history(80.0, 95.0)})
    path = tmp_path / "paper-cifar10-h200" / "histories" / "h.csv.gz"
    path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(InputError, match=r"h\.csv\.gz should hold the history of a reference run"):
        read_reference(tmp_path).of_row(row(), AT_EPOCH_2)


@pytest.mark.parametrize(("test_images", "learned"), [(None, 1), (2_000, 0)])
def test_a_run_is_held_against_guessing_on_its_own_test_images(
    tmp_path: Path, test_images: int | None, learned: int
) -> None:
    # 11.2 % of 10,000 images is more than guessing among 10 classes gives, and of 2,000 it is not.
    counts = {"seed": 1, "classes": 10, "test_images": test_images}
    write_reference(tmp_path / "laptop-cifar10-cpu", [run(11.2, scale="laptop") | counts])
    cifar = {"classes": 10, "test_images": 10_000}
    on_cifar = row(data={"published": cifar, "run": {"classes": 10, "test_images": 400}})
    known = read_reference(tmp_path).of_row(on_cifar, "test_accuracy")
    assert known["reference_learned"] == learned
    table = reference_rows([on_cifar], read_reference(tmp_path), "laptop-cifar10-cpu")
    assert table[0][0].data.run.test_images == (test_images or 10_000)
