"""Which rows a claim may compare: numbers in one unit, of the same epochs."""

import pytest

from reprise.errors import InputError

ONE = {name: {"setting": value, "shown": "accuracy"} for name, value in
       (("subject", "a"), ("other", "b"))}  # fmt: skip


@pytest.mark.parametrize(
    "claim",
    [
        # The same unit, of another split or at another epoch.
        {"kind": "difference", "subject": {**ONE["subject"], "metric": "train_accuracy"},
         "other": {**ONE["other"], "metric": {"series": "test_accuracy", "epoch": 2}}},
        # Orders of settings, arrivals and divergence are no numbers of that unit.
        {"kind": "rank_correlation", "above": 0.5,
         "subject": {"artefact": "sweep", "metric": "wall_seconds"},
         "other": {"artefact": "gap", "setting": "a", "metric": "test_accuracy"}},
        {"kind": "time_to", "target": 90, "subject": ONE["subject"],
         "other": {"setting": "b", "shown": "time"}},
        {"kind": "diverges", "subject": ONE["subject"], "other": {"setting": "b", "shown": "time"}},
        # One side replaces the axis, the other has its values.
        {"kind": "difference", "for_each": {"rate": ["mid", "high"]}, "artefact": "gap",
         "subject": {"setting": "a"}, "other": {"setting": "a", "rate": "low"}},
        # A mean alone is in a range.
        {"kind": "range", "low": 0, "terms": [{"weight": 1, "cells": ONE["subject"]}]},
    ],
)  # fmt: skip
def test_comparisons_that_mean_something(read, claim):
    assert read(**claim).rule


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
        # Neither a measure of the curve nor a time depends on the rule.
        {"kind": "difference", "metric": {"series": "test_accuracy", "epoch": 2},
         "subject": at("a"), "other": at("b", "averaged")},
        {"kind": "difference", "metric": "wall_seconds",
         "subject": at("a"), "other": at("b", "averaged")},
        {"kind": "time_to", "target": 90, "subject": at("a"), "other": at("b", "averaged")},
    ],
)  # fmt: skip
def test_comparisons_of_the_same_epochs(read, claim):
    assert read(**claim).artefacts[0] in ("table1", "averaged")


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
def test_the_sides_of_a_claim_report_the_same_epochs(read, claim):
    sentence = r"expected rows that report the same epochs in the arm 'as run', found \{"
    with pytest.raises(InputError, match=sentence):
        read(**claim)
