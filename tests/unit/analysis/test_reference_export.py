"""Finished runs are kept as reference runs."""

import json
from pathlib import Path

import pandas as pd
import pytest
from made_up_records import made_up_row

from reprise.analysis.reference import read_reference
from reprise.analysis.reference_export import export_reference

CPU = {"device": "cpu", "device_name": "Intel(R) Xeon(R) Processor", "threads": 1}
GPU = {"device": "cuda", "device_name": "NVIDIA H200", "threads": 8}
NAME = "paper-mnist_recompressed-cpu"


@pytest.fixture
def write_run(tmp_path: Path):
    """Write a run's folder below results/paper."""

    def write(
        name: str = "a",
        status: str = "finished",
        hardware=CPU,
        kind: str = "cells",
        precision: str | None = None,
        **numbers,
    ) -> None:
        folder = tmp_path / "results" / "paper" / kind / name / "seed1"
        folder.mkdir(parents=True, exist_ok=True)
        content = {
            "status": status,
            "test_accuracy": 98.0,
            "wall_seconds": 360.0,
            **numbers,
            "cell": {"seed": 1, "epochs": 50} | ({"precision": precision} if precision else {}),
            "provenance": {
                **hardware,
                "commit": "0123456789abcdef",
                "modified": False,
                "torch": "2.12.1",
                "python": "3.11.7",
                "finished_at": "2026-11-01T10:00:00Z",
                "data": {"name": "mnist", "variant": "recompressed", "sha256": "ab" * 32},
            },
            "published": f"id_{name}",
            "fingerprint": "f00",
        }
        (folder / "metrics.json").write_text(json.dumps(content))
        (folder / "history.csv").write_text("epoch,test_accuracy\n1,97.0\n2,98.0\n")

    return write


@pytest.fixture
def export(tmp_path: Path):
    return lambda: export_reference(tmp_path / "results" / "paper", tmp_path / "reference")


def kept(tmp_path: Path, name: str = NAME) -> pd.DataFrame:
    return pd.read_csv(tmp_path / "reference" / name / "metrics.csv")


def test_runs_of_two_processors_are_runs_of_one_source(tmp_path: Path, write_run, export) -> None:
    write_run("a/1", test_accuracy=97.0)
    other = {**CPU, "device_name": "AMD EPYC", "threads": 2}
    write_run("a/2", hardware=other, test_accuracy=98.0)
    assert export() == {NAME: 2}
    assert sorted(kept(tmp_path)["device_name"]) == ["AMD EPYC", "Intel(R) Xeon(R) Processor"]
    row = made_up_row(
        {"axes": {}, "published": ["id_a/1", "id_a/2"], "folders": {"1": "cells/a/1/seed1"}}
    )
    found = read_reference(tmp_path / "reference").of_row(row, "test_accuracy")
    assert (found["reference_n"], found["reference_source"]) == (2, NAME)


def test_what_is_kept_is_read_again(tmp_path: Path, write_run, export) -> None:
    write_run()
    assert export() == {NAME: 1}
    row = made_up_row(
        {
            "axes": {},
            "published": ["id_a"],
            "folders": {"1": "cells/other/seed1"},
            "report": {"epochs": "mean", "count": 2},
        }
    )
    folder = tmp_path / "reference"
    found = read_reference(folder, {"id_a": ["other", "f00"]}).of_row(row, "test_accuracy")
    assert found["reference_mean"] == 97.5
    assert found["reference_stale"] is False
    later = read_reference(folder, {"id_a": ["f01"]}).of_row(row, "test_accuracy")
    assert later["reference_stale"] is True


def test_hardware_and_data_are_kept_apart_and_written_down(tmp_path: Path, write_run, export):
    write_run("a")
    write_run("b", hardware=GPU)
    assert export() == {NAME: 1, "paper-mnist_recompressed-h200": 1}
    said = json.loads((tmp_path / "reference" / NAME / "provenance.json").read_text())
    assert said["hardware"] == ["Intel(R) Xeon(R) Processor"]
    assert said["commits"] == ["0123456789"]
    assert said["data"] == ["mnist (recompressed), SHA-256 abababababab"]
    assert said["finished"] == "2026-11-01"
    assert kept(tmp_path)["wall_seconds"].sum() == 360


def test_number_formats_are_kept_apart(tmp_path: Path, write_run, export) -> None:
    write_run("a")
    write_run("b", precision="bfloat16")
    assert export() == {NAME: 1, f"{NAME}-bfloat16": 1}
    assert kept(tmp_path)["precision"].to_list() == ["float32"]
    said = json.loads((tmp_path / "reference" / f"{NAME}-bfloat16/provenance.json").read_text())
    assert said["precision"] == ["bfloat16"]


def test_a_run_is_replaced_and_the_others_stay(tmp_path: Path, write_run, export) -> None:
    write_run("a")
    write_run("b", test_accuracy=97.0)
    export()
    (tmp_path / "results" / "paper" / "cells" / "b" / "seed1" / "metrics.json").unlink()
    write_run("a", test_accuracy=99.0)
    export()
    assert kept(tmp_path)["test_accuracy"].to_list() == [99.0, 97.0]


def test_a_run_that_is_exported_again_keeps_what_a_check_said(
    tmp_path: Path, write_run, export
) -> None:
    write_run("a")
    write_run("b")
    export()
    path = tmp_path / "reference" / NAME / "metrics.csv"
    kept(tmp_path).assign(fingerprint="c4ec").to_csv(path, index=False)
    # Another run of cell b, and the same one of cell a.
    metrics = tmp_path / "results" / "paper" / "cells" / "b" / "seed1" / "metrics.json"
    metrics.write_text(metrics.read_text().replace("2026-11-01T10", "2026-11-02T10"))
    export()
    assert kept(tmp_path)["fingerprint"].to_list() == ["c4ec", "f00"]


@pytest.mark.parametrize("commit", [None, "0123456789abcdef"])
def test_runs_without_a_commit_are_exported_again(
    tmp_path: Path, write_run, export, commit: str | None
) -> None:
    write_run("a")
    metrics = tmp_path / "results" / "paper" / "cells" / "a" / "seed1" / "metrics.json"
    content = json.loads(metrics.read_text())
    content["provenance"]["commit"] = None
    metrics.write_text(json.dumps(content))
    export()
    path = tmp_path / "reference" / NAME / "metrics.csv"
    kept(tmp_path).assign(fingerprint="c4ec").to_csv(path, index=False)
    content["provenance"]["commit"] = commit
    metrics.write_text(json.dumps(content))
    export()
    assert kept(tmp_path)["fingerprint"].to_list() == ["f00" if commit else "c4ec"]


def test_the_same_runs_give_the_same_files(tmp_path: Path, write_run, export) -> None:
    write_run()
    export()
    files = [path for path in (tmp_path / "reference").rglob("*") if path.is_file()]
    before = {path: path.read_bytes() for path in files}
    export()
    assert {path: path.read_bytes() for path in files} == before
    assert len(files) == 3


def test_diverged_runs_are_kept_and_failed_ones_not(tmp_path: Path, write_run, export) -> None:
    write_run("a", status="diverged", test_accuracy=None)
    write_run("b")
    folder = tmp_path / "results" / "paper" / "cells" / "b" / "seed1"
    (folder / "metrics.json").unlink()
    (folder / "failure.json").write_text(json.dumps({"status": "failed", "error": "x"}))
    export()
    assert kept(tmp_path)["status"].to_list() == ["diverged"]


def test_points_that_are_large_are_left_out(tmp_path: Path, write_run, export) -> None:
    write_run("example_images_1a/m", kind="probes")
    folder = tmp_path / "results" / "paper" / "probes" / "example_images_1a" / "m" / "seed1"
    (folder / "history.csv").write_text("x" * 600_000)
    export()
    assert kept(tmp_path)["history"].isna().all()


def test_points_of_a_probe_are_no_history_of_epochs(tmp_path: Path, write_run, export) -> None:
    write_run("first_layer_weights_1a/m", kind="probes", mean_magnitude=0.1)
    folder = tmp_path / "results" / "paper" / "probes" / "first_layer_weights_1a" / "m" / "seed1"
    (folder / "history.csv").write_text("channel,weight\n1,0.5\n")
    export()
    row = made_up_row(
        {
            "axes": {},
            "published": ["id_first_layer_weights_1a/m"],
            "folders": {"1": "probes/first_layer_weights_1a/o/seed1"},
        }
    )
    found = read_reference(tmp_path / "reference").of_row(row, "mean_magnitude")
    assert (found["reference_mean"], found["reference_course"]) == (0.1, None)


def test_nothing_finished_is_nothing_kept(tmp_path: Path, export) -> None:
    assert export() == {}
    assert not (tmp_path / "reference").exists()


FULL = (
    "epoch,train_loss,train_accuracy,test_loss,test_accuracy,validation_loss,validation_accuracy,"
    "learning_rate,momentum,batch_size,updates,seconds,images_per_second\n"
    "1,0.5,80,0.4,{accuracy},0.4,{accuracy},0.1,0.9,64,10,3,100\n"
)


@pytest.mark.parametrize(("accuracy", "is_kept_apart"), [(97.0, False), (96.99, True)])
def test_an_older_run_that_disagrees_is_kept_apart(
    tmp_path: Path, write_run, export, accuracy, is_kept_apart
) -> None:
    history = tmp_path / "results" / "paper" / "cells" / "a" / "seed1" / "history.csv"
    for value in (97.0, accuracy, accuracy):
        write_run("a", test_accuracy=value)
        history.write_text(FULL.format(accuracy=value))
        export()
    folder = tmp_path / "reference" / NAME
    assert kept(tmp_path)["test_accuracy"].to_list() == [accuracy]
    assert (folder / "superseded.csv").exists() is is_kept_apart
    if is_kept_apart:
        apart = pd.read_csv(folder / "superseded.csv")
        assert apart["test_accuracy"].to_list() == [97.0]
        assert apart["superseded_by"].to_list() == ["0123456789abcdef"]
        older = pd.read_csv(folder / "histories" / f"{apart['history'][0]}.csv.gz")
        assert older["test_accuracy"].to_list() == [97.0]
        found = read_reference(tmp_path / "reference").of_row(
            made_up_row({"published": ["id_a"], "axes": {}, "folders": {}}), "test_accuracy"
        )
        assert (found["reference_mean"], found["reference_n"]) == (accuracy, 1)
