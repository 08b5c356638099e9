"""What reference runs say of claims."""

import gzip
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from claims_on_tables import made_up_record

from reprise.analysis.claims import evaluate_study
from reprise.analysis.conclusion_rows import ClaimRow
from reprise.analysis.reference import read_reference

SOURCE, OTHER_SOURCE = "paper-cifar10-h200", "paper-cifar10-xeon"
SIDES = {"subject": {"setting": "a"}, "other": {"setting": "b"}}
CLAIM = {"id": "better", "text": "a beats b", "kind": "difference", "artefact": "table1", **SIDES}


@pytest.fixture
def study(tmp_path: Path) -> dict[str, Any]:
    """Two settings, one seed of today, in which b is ahead."""
    results = tmp_path / "results" / "made_up"
    results.mkdir(parents=True)
    runs = [
        {"setting": name, "arm": "as run", "seed": 1, "status": "finished",
         "folder": f"cells/{name}/seed1", "test_accuracy": accuracy}
        for name, accuracy in (("a", 10.0), ("b", 20.0))
    ]  # fmt: skip
    pd.DataFrame(runs).to_csv(results / "table1.runs.csv", index=False)
    rows = [
        {"axes": {"setting": name}, "arm": "as run", "published": [f"id_{name}"],
         "epochs": {"published": 4, "run": 2}, "folders": {"1": f"cells/{name}/seed1"}}
        for name in "ab"
    ]  # fmt: skip
    values = [{"id": name, "label": name, "x": None} for name in "ab"]
    axes = [{"id": "setting", "label": "Setting", "values": values}]
    artefact = {"id": "table1", "metric": "test_accuracy", "axes": axes, "rows": rows}
    return {"id": "made_up", "artefacts": [artefact], "claims": [CLAIM]}


@pytest.fixture
def judged(tmp_path: Path, study: dict):
    """The first row of claims.csv, given reference accuracies of settings by source and seed."""

    def evaluate(*runs: tuple[str, str, int, float | str]) -> pd.Series:
        for source in {source for source, *_ in runs}:
            folder = tmp_path / "reference" / source
            (folder / "histories").mkdir(parents=True)
            scale = source.partition("-")[0]
            table = [row(*of_one) | {"scale": scale} for own, *of_one in runs if own == source]
            pd.DataFrame(table).to_csv(folder / "metrics.csv", index=False)
            for name in {run["history"] for run in table}:
                curve = pd.DataFrame({"epoch": [1, 2, 3, 4], "test_accuracy": [1, 50, 60, 70.0]})
                text = curve.to_csv(index=False).encode()
                (folder / "histories" / f"{name}.csv.gz").write_bytes(gzip.compress(text))
        references = {"table1": read_reference(tmp_path / "reference")}
        results = tmp_path / "results"
        return evaluate_study(made_up_record(study), results, False, references).iloc[0]

    return evaluate


def row(setting: str, seed: int, accuracy: float | str) -> dict[str, Any]:
    finished = not isinstance(accuracy, str)
    return {
        "folder": f"cells/{setting}/seed{seed}", "published": f"id_{setting}", "seed": seed,
        "status": "finished" if finished else accuracy, "epochs": 4, "planned_epochs": 4,
        "test_accuracy": accuracy if finished else None, "history": f"{setting}{seed}",
    }  # fmt: skip


def test_nothing_is_said_without_reference_runs(judged) -> None:
    found = judged()
    assert (found["verdict"], found["effect"]) == ("not drawn", -10)
    assert found.filter(like="reference_").isna().all()


def test_one_seed_gives_a_direction(judged) -> None:
    found = judged((SOURCE, "a", 1, 92.0), (SOURCE, "b", 1, 91.5))
    assert found["verdict"] == "not drawn"
    assert (found["reference_verdict"], found["reference_effect"]) == ("same direction", 0.5)
    assert (found["reference_n"], found["reference_sources"]) == (1, SOURCE)


def test_several_seeds_give_a_verdict_whatever_this_scale_draws(judged) -> None:
    runs = [(SOURCE, name, seed, 90 + seed / 10 - (name == "b") * 5) for name in "ab"
            for seed in (1, 2, 3)]  # fmt: skip
    found = judged(*runs)
    assert (found["verdict"], found["reference_verdict"]) == ("not drawn", "holds")
    assert found["reference_ci_low"] < 5 < found["reference_ci_high"]


def test_half_a_comparison_is_none(judged) -> None:
    assert judged((SOURCE, "a", 1, 92.0)).filter(like="reference_").isna().all()


@pytest.mark.parametrize(
    ("paper", "effect", "evidence"),
    [([("a", 1, 92.0)], 30.0, "laptop"), ([("a", 1, 92.0), ("b", 1, 91.0)], 1.0, "paper")],
)
def test_a_claim_is_judged_on_the_strongest_rung_that_has_all_it_compares(
    judged, paper: list, effect: float, evidence: str
) -> None:
    small = "laptop-cifar10-xeon"
    runs = [(SOURCE, *one) for one in paper]
    found = judged(*runs, (small, "a", 1, 70.0), (small, "b", 1, 40.0))
    assert (found["reference_effect"], found["reference_evidence"]) == (effect, evidence)
    assert found["reference_sources"] == (SOURCE if evidence == "paper" else small)
    # What the weaker rung says stands beside it.
    weaker = {"laptop": "same direction"} if evidence == "paper" else {}
    assert ClaimRow.of(found.to_dict()).weaker == weaker


def test_half_a_comparison_on_a_weaker_rung_says_nothing(judged) -> None:
    small = "laptop-cifar10-xeon"
    runs = [(SOURCE, "a", 1, 92.0), (SOURCE, "b", 1, 91.0), (small, "a", 1, 30.0)]
    assert judged(*runs)["reference_weaker"] is None


def test_a_weaker_rung_may_point_the_other_way(judged) -> None:
    small = "laptop-cifar10-xeon"
    runs = [(SOURCE, "a", 1, 92.0), (SOURCE, "b", 1, 91.0)]
    found = judged(*runs, (small, "a", 1, 30.0), (small, "b", 1, 40.0))
    assert found["reference_weaker"] == "laptop: other direction"


def test_sources_are_not_mixed(judged) -> None:
    found = judged((SOURCE, "a", 1, 92.0), (SOURCE, "b", 1, 91.0), (OTHER_SOURCE, "b", 1, 99.0))
    assert (found["reference_effect"], found["reference_sources"]) == (1.0, SOURCE)


def test_reported_epochs_are_taken_from_the_histories(judged, study) -> None:
    for planned in study["artefacts"][0]["rows"]:
        planned["report"] = {"epochs": "mean", "count": 2}
    found = judged((SOURCE, "a", 1, 92.0), (SOURCE, "b", 1, 91.0))
    assert found["reference_effect"] == 0


def test_epochs_of_a_curve_are_those_of_the_reference_run(judged, study, write_history) -> None:
    # Today's runs have half of the published epochs, those of the reference all.
    for name in "ab":
        write_history(f"results/cells/{name}/seed1", test_accuracy=[1.0, 2.0])
    metric = {"series": "test_accuracy", "epoch": 3}
    counted = {"kind": "range", "cells": {"setting": "b"}, "low": 50, "high": 70, "metric": metric}
    study["claims"] = [{"id": "c", "text": "c", "artefact": "table1", **counted}]
    found = judged((SOURCE, "a", 1, 92.0), (SOURCE, "b", 1, 92.0))
    assert found["reference_effect"] == 60


def test_a_claim_on_failures_sees_those_of_the_reference(judged, study) -> None:
    study["claims"] = [
        {"id": "explodes", "text": "a explodes", "kind": "diverges", "artefact": "table1",
         "subject": {"setting": "a"}}
    ]  # fmt: skip
    found = judged((SOURCE, "a", 1, "diverged"), (SOURCE, "b", 1, 91.0))
    assert found["reference_verdict"] == "same direction"


def test_a_choice_says_which_reference_runs_it_needs(judged, study) -> None:
    subject = {"setting": ["a", "b"]}
    chosen = {**CLAIM, "subject": subject, "choose_best": ["setting"]}
    study["claims"] = [{"id": "c", "text": "c", "kind": "all_of", "parts": [chosen]}]
    found = judged((SOURCE, "a", 1, 92.0), (SOURCE, "a", 2, 92.0), (SOURCE, "b", 1, 91.0))
    assert found["reference_verdict"] == "not drawn"
    assert "several reference runs of every setting" in found["reference_basis"]
    assert found["reference_sources"] == SOURCE
