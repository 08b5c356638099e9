"""Verdicts by rung of the ladder of evidence."""

import json
from pathlib import Path

import pandas as pd
import pytest
from claims_on_tables import made_up_record

from reprise.analysis.claims.directions import NO_DIRECTION, NOT_COMPARED, LeftOut, direction_of
from reprise.analysis.claims.ladder import rules_in
from reprise.analysis.claims.study_claims import evaluate_claim, evaluate_study
from reprise.studies.claims.contrasts import Difference, Equivalent, Range, Threshold, Trend
from reprise.studies.claims.counts import Counted
from reprise.studies.claims.curves import SameCurve
from reprise.studies.claims.registry import Rule
from reprise.studies.claims.rules import AllOf, ClaimPart
from reprise.studies.claims.selections import Selection, Term
from reprise.studies.plan_records import StudyRecord
from reprise.studies.rungs import RUNGS

ABOVE = {"kind": "difference", "subject": {"x": "b"}, "other": {"x": "a"}}
HIGH = {"kind": "threshold", "cells": {"x": "b"}, "above": 90}
MUCH_ABOVE = {"kind": "range", "subject": {"x": "b"}, "other": {"x": "a"}, "low": 20, "high": 30}


def study(tmp_path: Path, seeds: int) -> StudyRecord:
    """Two settings, 50 and 60 in each seed give or take a little, and a counted number."""
    rows, runs = [], []
    for name, value in (("a", 50), ("b", 60)):
        folders = {str(seed): f"cells/{name}/seed{seed}" for seed in range(1, seeds + 1)}
        rows.append({"axes": {"x": name}, "arm": "as run", "reported": 92.5, "folders": folders})
        runs += [
            [name, "as run", seed, "finished", folder, value + int(seed) / 10]
            for seed, folder in folders.items()
        ]
    (tmp_path / "s").mkdir()
    columns = ["x", "arm", "seed", "status", "folder", "test_accuracy"]
    pd.DataFrame(runs, columns=columns).to_csv(tmp_path / "s/t.runs.csv", index=False)
    axes = [{"id": "x", "label": "X", "values": [{"id": i, "label": i, "x": None} for i in "ab"]}]
    table = {"id": "t", "metric": "test_accuracy", "axes": axes, "rows": rows}
    claims = [
        {"id": name, "text": name, "artefact": "t", **claim}
        for name, claim in {
            "above": ABOVE,
            "high": HIGH,
            "both": {"kind": "all_of", "parts": [HIGH, ABOVE]},
            "large": MUCH_ABOVE,
        }.items()
    ]
    return made_up_record({"id": "s", "artefacts": [table], "claims": claims})


def judged(tmp_path: Path, seeds: int, rung: str) -> pd.DataFrame:
    found = evaluate_study(study(tmp_path, seeds), tmp_path, rung=RUNGS[rung])
    return found.set_index("claim")


@pytest.mark.parametrize(
    ("rung", "evidence"),
    [("demo", "miniature"), ("laptop", "laptop"), ("short", "shortened"), ("paper", "paper")],
)
def test_every_verdict_says_its_evidence(tmp_path: Path, rung: str, evidence: str) -> None:
    assert set(judged(tmp_path, 3, rung)["evidence"]) == {evidence}


def test_a_miniature_of_several_seeds_decides_a_direction(tmp_path: Path) -> None:
    found = judged(tmp_path, 3, "demo")
    assert found["verdict"].to_dict() == {
        "above": "holds",
        "high": "not drawn",
        # By the part that names no number, and by the direction alone.
        "both": "holds",
        "large": "holds",
    }
    assert found.loc["both", "part"] == "2"
    assert "1 of 2 parts left out: the claim names a number" in found.loc["both", "basis"]
    parts = json.loads(found.loc["both", "parts"])
    assert [part["holds"] for part in parts] == [None, True]
    assert [part["effect"] for part in parts] == [None, pytest.approx(10)]
    assert "only runs of published size are compared" in found.loc["high", "basis"]
    assert found["n_needed"].isna().all()
    # Nor is a number of the study subtracted.
    assert found.loc["high", ["effect", "ci_low", "ci_high"]].isna().all()
    assert found.loc["above", "effect"] == pytest.approx(10)


def test_one_seed_gives_the_direction_alone(tmp_path: Path) -> None:
    assert judged(tmp_path, 1, "laptop").loc["above", "verdict"] == "same direction"


def test_at_published_size_numbers_count_too(tmp_path: Path) -> None:
    found = judged(tmp_path, 3, "short")
    assert found.loc["high", "verdict"] == "contradicted"
    assert found.loc["both", "verdict"] == "contradicted"
    assert found.loc["large", "verdict"] == "contradicted"
    assert found["p_holm"].notna().all()


def test_what_a_rung_does_not_decide_counts_in_no_family(tmp_path: Path) -> None:
    found = judged(tmp_path, 3, "demo")
    assert pd.isna(found.loc["high", "p_holm"])
    assert found["p_holm"].min() == pytest.approx(3 * found["p"].min())


def test_a_claim_by_itself_is_judged_as_with_the_others(tmp_path: Path) -> None:
    asked = study(tmp_path, 3)
    rows = [
        evaluate_claim(asked, name, tmp_path, True, RUNGS["demo"]).iloc[0]
        for name in ("above", "high")
    ]
    assert [row["verdict"] for row in rows] == ["holds", "not drawn"]
    assert [row["evidence"] for row in rows] == ["miniature"] * 2
    assert [pd.isna(row["effect"]) for row in rows] == [False, True]


def test_rules_of_parts_are_found(tmp_path: Path) -> None:
    both = study(tmp_path, 1).claims[2].rule
    assert [type(rule) for rule in rules_in(both)] == [Threshold, Difference]


TERMS = (Term(1, (Selection("t", (1,), "test_accuracy"),)),)
PAIR = (*TERMS, Term(-1, (Selection("t", (0,), "test_accuracy"),)))
GAIN = (Term(1, (Selection("t", (0,), "accuracy_gain"),)),)
NUMBER, SAME = LeftOut(reason=NOT_COMPARED), LeftOut(reason=NO_DIRECTION)
NO_WORSE = Equivalent(terms=PAIR, margin=0.5, or_less=True)
RISING = Trend(terms=TERMS, axis="a", sign=1)


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        (Range(terms=PAIR, low=2, high=5), Difference(terms=PAIR, sign=1)),
        (Range(terms=PAIR, low=-5, high=0), Difference(terms=PAIR, sign=-1)),
        (Range(terms=PAIR, low=-5, high=5), NUMBER),
        (Range(terms=PAIR, high=5), NUMBER),
        (
            Range(terms=PAIR, ratio=True, low=2, reported_effect=3),
            Difference(terms=PAIR, ratio=True, sign=1, reported_effect=3),
        ),
        (Range(terms=PAIR, ratio=True, low=0.5, high=2), NUMBER),
        # A mean of a gain has a side of its own, and one of an accuracy has none.
        (Range(terms=GAIN, low=0.1, high=0.3), Threshold(terms=GAIN, sign=1, value=0.0)),
        (Range(terms=TERMS, low=76, high=78), NUMBER),
        (Threshold(terms=TERMS, sign=1, value=90), NUMBER),
        (Threshold(terms=GAIN, sign=1, value=0), Threshold(terms=GAIN, sign=1, value=0)),
        (Counted(counted=(PAIR[0].selections,), low=7, high=7), NUMBER),
        (Difference(terms=PAIR, sign=1), Difference(terms=PAIR, sign=1)),
        (Equivalent(terms=PAIR, margin=0.5), SAME),
        (NO_WORSE, NO_WORSE),
        (SameCurve(subject=PAIR[0].selections, other=PAIR[1].selections, series="loss"), SAME),
        (Trend(terms=TERMS, axis="a", sign=0, margin=0.25), SAME),
        (RISING, RISING),
    ],
)
def test_what_is_left_of_a_rule_without_numbers_of_the_study(rule: Rule, left: Rule) -> None:
    assert direction_of(rule) == left


def test_parts_keep_their_places() -> None:
    number = ClaimPart("part 1", Threshold(terms=TERMS, sign=1, value=90))
    order = ClaimPart("part 2", Difference(terms=PAIR, sign=1))
    within = AllOf(parts=(number,))
    nested = AllOf(parts=(ClaimPart("a", within), order))
    assert direction_of(within) == NUMBER
    same = ClaimPart("part 3", Equivalent(terms=PAIR, margin=0.5))
    both = direction_of(AllOf(parts=(number, same, number)))
    assert both == LeftOut(reason=f"{NOT_COMPARED}; {NO_DIRECTION}")
    assert direction_of(nested) == AllOf(parts=(ClaimPart("a", NUMBER), order))
