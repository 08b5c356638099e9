"""How many claims a number of seeds can decide, before anything runs."""

from typing import Any

import pytest
from claims_on_tables import made_up_record

from reprise.analysis.decidable import (
    DEFAULT_POINTS,
    Decidable,
    ReportedEffect,
    decidable,
    reported_effects,
    seeds_needed,
)
from reprise.analysis.statistics.contrasts import linear_contrast
from reprise.analysis.statistics.power import needed_seeds
from reprise.studies.plan_records import StudyRecord


def study(*claims: dict[str, Any], **reported: float | None) -> StudyRecord:
    rows = [
        {"axes": {"setting": name}, "arm": "as run", "reported": number, "folders": {"1": "x"}}
        for name, number in reported.items()
    ]
    values = [{"id": name, "label": name} for name in reported]
    artefact = {"id": "t", "rows": rows, "axes": [{"id": "setting", "values": values}]}
    exact = {"id": "n", "metric": "parameters", "axes": [], "rows": [
        {"axes": {}, "arm": "as run", "reported": 5.0, "folders": {}}]}  # fmt: skip
    named = [{"id": f"c{i}", "artefact": "t", **claim} for i, claim in enumerate(claims)]
    return made_up_record({"id": "s", "claims": named, "artefacts": [artefact, exact]})


def headline(accuracy: float, parameters: float) -> StudyRecord:
    """A claim on an accuracy and on the parameters of the same network."""
    reported = {"test_accuracy": accuracy, "parameters": parameters}
    rows = [
        {"axes": {"quantity": name}, "reported": number, "metric": name, "folders": {"1": "x"}}
        for name, number in reported.items()
    ]
    values = [{"id": name, "label": name} for name in reported]
    artefact = {"id": "t", "rows": rows, "axes": [{"id": "quantity", "values": values}]}
    parts = [
        {"kind": "threshold", "cells": {"quantity": "test_accuracy"}, "above": accuracy - 0.5},
        {"kind": "counted", "cells": {"quantity": "parameters"}, "equals": int(parameters)},
    ]
    claim = {"id": "c0", "artefact": "t", "kind": "all_of", "parts": parts}
    return made_up_record({"id": "s", "claims": [claim], "artefacts": [artefact]})


OVER = {"kind": "difference", "subject": {"setting": "a"}, "other": {"setting": "b"}}
COUNTED = {"kind": "counted", "artefact": "n", "cells": {}, "equals": 5}


def test_claims_need_the_seeds_of_their_reported_effect() -> None:
    found = decidable(study(OVER, COUNTED, a=91.0, b=90.0), None)
    assert (found.claims, found.counted, found.unreported) == (2, 1, 0)
    runs = [[0.0, DEFAULT_POINTS * 2**0.5]] * 2
    assert found.needs == (needed_seeds([1.0], linear_contrast(runs, [1, -1])),)
    assert [found.with_seeds(n) for n in (1, 3, 10)] == [1, 2, 2]


def test_each_claim_that_is_not_counted_needs_a_number_of_seeds() -> None:
    made_up = study(OVER, COUNTED, a=91.0, b=90.0)
    needs = decidable(made_up, None).needs
    assert seeds_needed(made_up, None) == {"c0": needs[0]}
    assert seeds_needed(study(OVER, a=91.0, b=None), None) == {"c0": None}


def test_the_reported_effect_is_known_without_any_run() -> None:
    best = {"kind": "best_of", "subject": {"setting": "a"}, "others": {}}
    stated = {**OVER, "reported_effect": 5.8}
    found = reported_effects(study(OVER, best, COUNTED, stated, a=91.0, b=90.0, c=90.75))
    assert found["c0"] == ReportedEffect(1.0, "")
    assert found["c1"] == ReportedEffect(0.25, "2")
    assert found["c3"] == ReportedEffect(5.8, "")
    assert reported_effects(study(OVER, a=91.0, b=None)) == {}


def test_a_count_that_all_runs_of_a_cell_share_leaves_the_other_part_to_decide() -> None:
    made_up = headline(accuracy=92.0, parameters=6_573_130.0)
    assert reported_effects(made_up) == {"c0": ReportedEffect(0.5, "1")}
    runs = [[0.0, DEFAULT_POINTS * 2**0.5]]
    seeds = needed_seeds([0.5], linear_contrast(runs, [1]))
    assert seeds_needed(made_up, None) == {"c0": seeds}


def test_more_claims_need_more_seeds_each() -> None:
    one = decidable(study(OVER, a=90.5, b=90.0), None)
    many = decidable(study(*[OVER] * 20, a=90.5, b=90.0), None)
    assert many.needs[0] > one.needs[0]


def test_an_effect_that_is_not_reported_cannot_be_planned() -> None:
    found = decidable(study(OVER, a=91.0, b=None), None)
    assert (found.unreported, found.needs) == (1, ())


@pytest.mark.parametrize(("seeds", "decided"), [(1, 3), (4, 4), (7, 5)])
def test_counted_claims_are_decided_by_any_number(seeds: int, decided: int) -> None:
    assert Decidable(7, 3, 2, (4, 7)).with_seeds(seeds) == decided
