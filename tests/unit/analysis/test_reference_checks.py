"""Kept runs are checked by training their first epochs again."""

import gzip
import json

import pandas as pd
import pytest

from reprise.analysis.reference import read_reference
from reprise.analysis.reference_checks import (
    DIFFERENT,
    IDENTICAL,
    WITHIN,
    check_reference,
    compare,
)

SOURCE = "paper-mnist-cpu"
PROBED = "range_test"
MACHINE = {"device_name": "cpu", "threads": 1, "torch": "2.12.1"}
HISTORY = pd.DataFrame(
    {
        "epoch": [1, 2, 3],
        "train_loss": [2.0, 1.0, 0.5],
        "validation_loss": [2.0, 1.0, 0.5],
        "test_loss": [2.0, 1.0, 0.5],
        "train_accuracy": [30.0, 50.0, 70.0],
        "validation_accuracy": [30.0, 50.0, 70.0],
        "test_accuracy": [30.0, 50.0, 70.0],
        "learning_rate": [0.1, 0.1, 0.01],
        "seconds": [3.0, 3.0, 3.0],
    }
)


def changed(**columns: float) -> pd.DataFrame:
    """The first two epochs with columns multiplied."""
    return HISTORY[:2].assign(seconds=7.0, **{k: HISTORY[k][:2] * v for k, v in columns.items()})


@pytest.mark.parametrize(
    ("trained", "same_machine", "outcome"),
    [
        (changed(), True, IDENTICAL),
        (changed(), False, IDENTICAL),
        (changed(train_loss=1.001), True, DIFFERENT),
        (changed(train_loss=1.001), False, WITHIN),
        (changed(train_loss=1.06), False, DIFFERENT),
        (changed(test_accuracy=1.05), False, WITHIN),
        (changed(test_accuracy=1.1), False, DIFFERENT),
        # What was planned is the same on every machine.
        (changed(learning_rate=1.001), False, DIFFERENT),
        (changed(train_loss=float("nan")), False, DIFFERENT),
    ],
)
def test_histories_are_compared_by_what_machines_allow(trained, same_machine, outcome):
    assert compare(HISTORY, trained, same_machine).outcome == outcome


@pytest.mark.parametrize(
    ("factor", "outcome"), [(1.0, IDENTICAL), (1.01, WITHIN), (1.05, DIFFERENT)]
)
def test_a_score_without_a_unit_is_compared_like_a_loss(factor, outcome):
    kept = HISTORY.rename(columns={"test_accuracy": "test_perplexity"})
    trained = kept.assign(test_perplexity=kept["test_perplexity"] * factor)
    assert compare(kept, trained, False).outcome == outcome


def test_the_largest_difference_of_means_is_given():
    found = compare(HISTORY, changed(test_loss=0.98, validation_accuracy=1.05), False)
    assert found.epochs == 2
    assert found.loss == pytest.approx(0.02)
    assert found.accuracy == pytest.approx(2.0)


@pytest.fixture
def kept(tmp_path):
    """Five kept runs, two by code f1 and one each by f2, f0 and that of a probe, p1; the folder of
    reference runs."""
    folder = tmp_path / "reference" / SOURCE
    (folder / "histories").mkdir(parents=True)
    runs = [
        ("a", "f1", 40.0),
        ("b", "f1", 20.0),
        ("c", "f2", 10.0),
        ("d", "f0", 5.0),
        (PROBED, "p1", 1.0),
    ]
    rows = [
        {
            "folder": f"{'probes' if name == PROBED else 'cells'}/{name}/seed1",
            "published": f"id_{name}",
            "fingerprint": code,
            "scale": "paper",
            "status": "finished",
            "data_sha256": "ab",
            "epochs": 3,
            "wall_seconds": seconds,
            "history": name,
            **MACHINE,
        }
        for name, code, seconds in runs
    ]
    pd.DataFrame(rows).to_csv(folder / "metrics.csv", index=False)
    for name, *_ in runs:
        text = HISTORY.to_csv(index=False).encode()
        (folder / "histories" / f"{name}.csv.gz").write_bytes(gzip.compress(text))
    return folder


@pytest.fixture
def trained(tmp_path):
    """Write the folder of a run that was trained again."""

    def write(name, history, sha256="ab", code=None, **machine):
        code = code or TODAY.get(f"cells/{name}/seed1")
        folder = tmp_path / f"checks/{code}/cells/{name}/seed1"
        if name == PROBED:
            folder = tmp_path / f"probes/{name}/seed1"
        folder.mkdir(parents=True)
        provenance = {
            **MACHINE,
            **machine,
            "commit": "0123",
            "finished_at": "2026-11-27T10:00:00Z",
            "data": {"sha256": sha256},
        }
        content = {"status": "finished", "provenance": provenance}
        (folder / "metrics.json").write_text(json.dumps(content))
        history.to_csv(folder / "history.csv", index=False)

    return write


TODAY = {f"cells/{name}/seed1": code for name, code in [("a", "f9"), ("b", "f9"), ("c", "f8")]}


def checked(tmp_path, kept, scale="paper", today=TODAY):
    return list(check_reference(read_reference(kept.parent), scale, today, tmp_path))


def codes(kept):
    table = pd.read_csv(kept / "metrics.csv")
    return dict(zip(table["history"], table["fingerprint"], strict=True))


def test_a_checked_run_speaks_for_the_runs_of_its_code(tmp_path, kept, trained):
    trained("b", changed())
    trained("c", changed(train_loss=1.001))
    before = (kept / "metrics.csv").read_text()
    said = checked(tmp_path, kept)
    assert [sentence.partition(": the ")[2] for sentence in said] == [
        "first 2 epochs are identical; all 2 runs of that code are stale no more",
        "first 2 epochs are different (mean losses within 0.10%, mean accuracies within 0 points); "
        "the run stays stale",
    ]
    assert codes(kept) == {"a": "f9", "b": "f9", "c": "f2", "d": "f0", PROBED: "p1"}
    assert (kept / "metrics.csv").read_text() == before.replace("f1", "f9")
    record = pd.read_csv(kept / "checks.csv")
    assert record["outcome"].to_list() == [IDENTICAL, DIFFERENT]
    assert record["fingerprint_before"].to_list() == ["f1", "f2"]
    assert record["runs"].to_list() == [2, 1]


@pytest.mark.parametrize(("factor", "outcome"), [(1.0, IDENTICAL), (1.001, DIFFERENT)])
def test_a_probe_is_compared_whole(tmp_path, kept, trained, factor, outcome):
    trained(PROBED, HISTORY.assign(train_loss=HISTORY["train_loss"] * factor))
    said = checked(tmp_path, kept, today={f"probes/{PROBED}/seed1": "p2"})
    assert len(said) == 1
    assert f"probes/{PROBED}/seed1: the 3 points are {outcome}" in said[0]
    assert "nan" not in said[0]
    assert codes(kept)[PROBED] == ("p2" if outcome == IDENTICAL else "p1")


def test_probes_of_todays_code_are_not_run_again(tmp_path, kept):
    [said] = checked(tmp_path, kept, today={f"probes/{PROBED}/seed1": "p1"})
    assert "only probes of today's code" in said


def test_another_machine_may_round_otherwise(tmp_path, kept, trained):
    trained("b", changed(train_loss=1.001), threads=2)
    trained("c", changed(), device_name="gpu")
    said = checked(tmp_path, kept)
    assert "within the tolerance for other machines (mean losses within 0.10%" in said[0]
    assert codes(kept) == {"a": "f9", "b": "f9", "c": "f8", "d": "f0", PROBED: "p1"}


def test_other_data_is_not_compared(tmp_path, kept, trained):
    trained("b", changed(), sha256="cd")
    trained("c", changed(), sha256="cd")
    assert all("another checksum" in sentence for sentence in checked(tmp_path, kept))
    assert not (kept / "checks.csv").exists()


def test_runs_of_todays_code_are_checked_by_one_of_them(tmp_path, kept, trained):
    trained("d", changed(), code="f0")
    said = checked(tmp_path, kept, today={"cells/d/seed1": "f0"})
    assert said == [
        f"reference/{SOURCE}: cells/d/seed1: the first 2 epochs are identical; made by today's code"
    ]
    assert pd.read_csv(kept / "checks.csv")["outcome"].to_list() == [IDENTICAL]


def test_nothing_to_check_is_said(tmp_path, kept):
    assert "--configfile" in checked(tmp_path, kept, scale="short")[0]
    assert "--configfile" in next(check_reference(None, "paper", {}, tmp_path))
