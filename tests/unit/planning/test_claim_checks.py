"""Claims on rows that show several metrics, checked before anything runs."""

from pathlib import Path

import pytest
import yaml

from reprise.errors import InputError
from reprise.planning.claim_checks import check_claims
from reprise.studies.study import load_study

TIME = {"series": "validation_accuracy", "settled": {"change": 1, "epochs": 4}}


def artefact(where: str, **more: object) -> dict:
    axes = {
        "setting": {"label": "Setting", "values": {"a": {}, "b": {"set": {"epochs": 3}}}},
        "shown": {
            "label": "Shown",
            "values": {"accuracy": {}, "time": {"metric": TIME, "unit": "epoch"}},
        },
    }
    return {"kind": "table", "title": where, "where": where, "recipe": "base", "axes": axes, **more}


MEAN = {"report": {"epochs": "mean", "count": 4}}


def check(tmp_path: Path, deviation: dict | None = None, **claim: object) -> None:
    recipe = {
        "dataset": "mnist", "model": "m", "norm": "n", "optimizer": "o", "schedule": "s",
        "momentum": 0.9, "batch_size": 8, "epochs": 2,
    }  # fmt: skip
    arms = {"as run": {}, "as described": {"epochs": 5}}
    averaged = {"as run": MEAN, "as described": {}}
    said = {"text": "It is so.", "source": "Table 1", "origin": "stated", "artefact": "table1"}
    study = {
        "title": "T", "authors": ["A"], "year": 2020, "citation": "C", "summary": "S",
        "recipes": {"base": recipe}, "claims": {"claim": {**said, **claim}} if claim else {},
        "artefacts": {"table1": artefact("Table 1", arms=arms), "table2": artefact("Table 2"),
                      "averaged": artefact("Table 3", arms=averaged)},
        "deviations": {"deviation": deviation} if deviation else {},
    }  # fmt: skip
    path = tmp_path / "lantern.yaml"
    path.write_text(yaml.safe_dump(study))
    check_claims(load_study(path, "lantern.yaml"))


SIDES = {"subject": {"setting": "a"}, "other": {"setting": "b"}}
ONE = {key: {**side, "shown": "accuracy"} for key, side in SIDES.items()}
OTHERS = {"subject": ONE["subject"], "others": [ONE["other"], {"artefact": "table2"}]}


@pytest.mark.parametrize(
    "claim",
    [
        {"kind": "difference", **ONE},
        {"kind": "difference", "metric": "test_loss", **SIDES},
        {"kind": "difference", "for_each": {"shown": ["accuracy", "time"]}, **SIDES},
        {"kind": "difference", "for_each": {"artefact": ["table1", "table2"]}, **ONE},
        {"kind": "best_of", "metric": {**TIME}, **OTHERS},
        {"kind": "diverges", "subject": ONE["subject"], "or_below": 20},
        {
            "kind": "rank_among",
            "rank_at_most": 1,
            "subject": ONE["subject"],
            "others": ONE["other"],
        },
        {"kind": "difference", **ONE, "other": {**ONE["other"], "arm": ["as run", "as described"]}},
    ],
)
def test_claims_that_can_be_judged(tmp_path: Path, claim: dict) -> None:
    check(tmp_path, **claim)


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        (
            {"kind": "difference", **SIDES},
            r"claim\.subject: expected rows of one metric, found those of several along 'shown'",
        ),
        ({"kind": "best_of", **OTHERS}, r"claim\.others\[1\]: expected rows of one metric"),
        (
            {"kind": "difference", "metric": {"series": "accuracy", "epoch": 1}, **SIDES},
            r"claim\.metric\.series: unknown series 'accuracy'",
        ),
        (
            {"kind": "time_to", "settled": {"change": 1}, **ONE},
            r"claim\.settled: expected the keys change and epochs",
        ),
        (
            {"kind": "time_to", "target": 9, "series": "loss", **ONE},
            r"claim\.series: unknown series 'loss'",
        ),
        (
            {"kind": "difference", "for_each": {"artefact": ["table1"], "colour": ["a"]}, **ONE},
            r"claim\.for_each: table1 has no axis 'colour'",
        ),
        (
            {"kind": "difference", "arm": "as described", "artefact": "table2", **ONE},
            r"no cell of table2 is at .*'as described'",
        ),
        ({"kind": "rank_among", **OTHERS}, "needs the keys subject, others, rank_at_most"),
    ],
)
def test_what_cannot_be_judged_is_one_sentence(tmp_path: Path, claim: dict, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as caught:
        check(tmp_path, **claim)
    assert "\n" not in str(caught.value)


def at(setting: str, artefact: str = "table1", **more: object) -> dict:
    return {"artefact": artefact, "setting": setting, "shown": "accuracy", **more}


def terms(*artefacts: str) -> list[dict]:
    """A difference of differences, the first of the first two artefacts."""
    weights = (1, -1, -1, 1)
    return [
        {"weight": w, "cells": at("ab"[i % 2], name)}
        for i, (w, name) in enumerate(zip(weights, artefacts, strict=True))
    ]


@pytest.mark.parametrize(
    "claim",
    [
        {"kind": "difference", "subject": at("a"), "other": at("b", "table2")},
        {"kind": "difference", "subject": at("a", "averaged"), "other": at("b", "averaged")},
        # Arms may differ.
        {"kind": "difference", "subject": at("a"),
         "other": at("b", "averaged", arm="as described")},
        {"kind": "difference", "subject": at("a", arm="as described"),
         "other": at("b", "averaged")},
        # Each difference is one of the same epochs.
        {"kind": "difference", "terms": terms("table1", "table1", "averaged", "averaged")},
        # Neither a measure of the curve nor the order of settings depends on the rule.
        {"kind": "difference", "metric": {"series": "test_accuracy", "epoch": 2},
         "subject": at("a"), "other": at("b", "averaged")},
        {"kind": "difference", "metric": "wall_seconds",
         "subject": at("a"), "other": at("b", "averaged")},
        {"kind": "rank_correlation", "below": 0.5, "subject": {"shown": "accuracy"},
         "other": {"artefact": "averaged", "shown": "accuracy"}},
        {"kind": "time_to", "target": 90, "subject": at("a"), "other": at("b", "averaged")},
    ],
)  # fmt: skip
def test_comparisons_of_the_same_epochs(tmp_path: Path, claim: dict) -> None:
    check(tmp_path, **claim)


@pytest.mark.parametrize(
    "claim",
    [
        {"kind": "difference", "subject": at("a"), "other": at("b", "averaged")},
        {"kind": "difference", "metric": "generalisation_gap", "subject": at("a"),
         "other": at("b", "averaged")},
        {"kind": "difference", "terms": terms("table1", "averaged", "table1", "averaged")[:2]},
        {"kind": "best_of", "subject": at("a"), "others": [at("b"), at("b", "averaged")]},
        {"kind": "order", "cells": [at("a"), at("b", "averaged")]},
        {"kind": "all_of", "parts": [
            {"kind": "equivalent", "subject": at("a"), "other": at("b", "averaged")}]},
        {"kind": "difference", "for_each": {"artefact": ["table1", "averaged"]},
         "subject": {"setting": "a", "shown": "accuracy"}, "other": at("b")},
    ],
)  # fmt: skip
def test_the_sides_of_a_claim_report_the_same_epochs(tmp_path: Path, claim: dict) -> None:
    sentence = r"expected rows that report the same epochs in the arm 'as run', found \{"
    with pytest.raises(InputError, match=sentence):
        check(tmp_path, **claim)


def test_the_sides_of_a_deviation_report_the_same_epochs(tmp_path: Path) -> None:
    said = {"difference": "Loss", "arm": "plain", "against": "as run"}
    sides = {"subject": at("a", "averaged"), "other": at("b")}
    with pytest.raises(InputError, match=r"deviations\.deviation: expected rows that report"):
        check(tmp_path, deviation={**said, **sides})
    check(tmp_path, deviation={**said, **sides, "arm": "as described"})
    check(tmp_path, deviation={**said, **sides, "subject": at("a", "table2")})


def test_what_diverged_runs_count_as(tmp_path: Path) -> None:
    why = {"diverged_because": "The study says so."}
    check(tmp_path, kind="difference", **ONE, diverged_as=10, **why)
    check(tmp_path, kind="difference", **ONE, diverged_as="left out", **why)
    with pytest.raises(InputError, match="diverged_as and diverged_because together"):
        check(tmp_path, kind="difference", **ONE, diverged_as=10)
    part = {"kind": "difference", **ONE, "diverged_as": "ten", **why}
    with pytest.raises(
        InputError,
        match=r"parts\[0\]\.diverged_as: expected a number or 'left out', found 'ten'",
    ):
        check(tmp_path, kind="all_of", parts=[part])
    with pytest.raises(InputError, match="of kind 'diverges' has no key 'diverged_as'"):
        check(tmp_path, kind="diverges", subject=ONE["subject"], diverged_as=10)
