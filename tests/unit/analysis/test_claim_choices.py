"""A best over a sweep is chosen on other seeds than it is scored on."""

from typing import Any

import numpy as np
import pytest
from claims_on_tables import evaluate

from reprise.analysis.claims.result import verdict

SWEEP = {
    "id": "c",
    "kind": "difference",
    "artefact": "sweep",
    "subject": {"setting": ["p", "q"]},
    "other": {"setting": "base"},
    "choose_best": "setting",
}


def test_chosen_on_the_first_half_and_scored_on_the_rest(make_table: Any) -> None:
    # q is the lucky one on seeds 1-2 and the worse one on seeds 3-4.
    groups = {
        "base": [90.0, 90.0, 90.0, 90.2],
        "p": [92.0, 92.0, 93.0, 93.2],
        "q": [99.0, 99.0, 91.0, 91.2],
    }
    result = evaluate(SWEEP, {"sweep": make_table(groups, "sweep")})
    assert result.effect == pytest.approx(1.0)
    assert result.n == 2
    assert "best of 2 (q) chosen on seeds 1, 2, scored on seeds 3, 4" in result.basis
    lowest = evaluate({**SWEEP, "direction": "less"}, {"sweep": make_table(groups, "sweep")})
    assert "(p)" in lowest.basis


def test_three_seeds_leave_two_to_score(make_table: Any) -> None:
    groups = {"base": [90.0] * 3, "p": [92.0, 91.0, 92.0], "q": [91.0, 96.0, 95.0]}
    result = evaluate(SWEEP, {"sweep": make_table(groups, "sweep")})
    assert "(p) chosen on seed 1, scored on seeds 2, 3" in result.basis
    assert result.n == 2
    assert result.effect == pytest.approx(1.5)


def test_two_seeds_leave_one_to_score(make_table: Any) -> None:
    groups = {"base": [90.0] * 2, "p": [92.0, 91.0], "q": [91.0, 95.0]}
    result = evaluate(SWEEP, {"sweep": make_table(groups, "sweep")})
    assert verdict(result, result.p) == "same direction"
    assert result.effect == pytest.approx(1.0)


def test_one_seed_cannot_choose_and_score(make_table: Any) -> None:
    groups = {"base": [90.0], "p": [92.0], "q": [91.0]}
    result = evaluate(SWEEP, {"sweep": make_table(groups, "sweep")})
    assert verdict(result, result.p) == "undecided"
    assert "two seeds" in result.basis


def test_a_diverged_value_is_not_chosen(make_table: Any) -> None:
    groups = {"base": [90.0] * 4, "p": [91.0] * 4, "q": ["diverged", "diverged", 99.0, 99.0]}
    result = evaluate(SWEEP, {"sweep": make_table(groups, "sweep")})
    assert "(p)" in result.basis


def test_nothing_to_choose_among_is_missing(make_table: Any) -> None:
    groups = {"base": [90.0] * 4, "p": [None] * 4, "q": ["diverged"] * 4}
    result = evaluate(SWEEP, {"sweep": make_table(groups, "sweep")})
    assert verdict(result, result.p) == "missing"


def test_best_of_a_sweep_against_several_others(make_table: Any) -> None:
    noise = np.array([0.0, 0.1, -0.1, 0.05])
    means = {"base": 90.0, "adam": 91.0, "p": 93.0, "q": 92.0}
    groups = {name: list(mean + noise) for name, mean in means.items()}
    claim = {**SWEEP, "kind": "best_of", "others": {"setting": ["base", "adam"]}}
    del claim["other"]
    result = evaluate(claim, {"sweep": make_table(groups, "sweep")})
    assert verdict(result, result.p) == "holds"
    assert result.effect == pytest.approx(2.0)


def test_choices_in_the_terms_of_a_contrast(make_table: Any) -> None:
    noise = np.array([0.0, 0.1, -0.1, 0.05])
    tables = {
        name: make_table(
            {"base": list(90 + noise), "p": list(90 + gain + noise), "q": list(89 + noise)}, name
        )
        for name, gain in (("mnist", 1.0), ("cifar", 3.0))
    }
    best = {"setting": ["p", "q"], "choose_best": "setting"}
    terms = [
        {"weight": sign * side, "cells": {"artefact": name, **cells}}
        for name, sign in (("cifar", 1), ("mnist", -1))
        for side, cells in ((1, best), (-1, {"setting": "base"}))
    ]
    result = evaluate({"id": "c", "kind": "difference", "terms": terms}, tables)
    assert result.effect == pytest.approx(2.0)
    assert verdict(result, result.p) == "holds"


def test_the_seeds_that_are_needed_include_those_that_choose(make_table: Any) -> None:
    rng = np.random.default_rng(5)
    groups = {name: list(rng.normal(90, 1, 6)) for name in ("base", "p", "q")}
    reported = {"base": 90.0, "p": 91.0, "q": 91.0}
    tables = {"sweep": make_table(groups, "sweep", reported=reported)}
    result = evaluate(SWEEP, tables)
    assert result.needs(0.05) % 2 == 0
    assert result.needs(0.05) > 6
