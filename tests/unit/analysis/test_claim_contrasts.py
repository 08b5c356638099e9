"""Claims about means: difference, threshold, trend, range, equivalent."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from claims_on_tables import evaluate
from scipy import stats

from reprise.analysis.claims.result import ClaimResult, verdict
from reprise.errors import InputError

HIGH = [94.0, 94.2, 93.9, 94.1]
LOW = [92.0, 92.3, 92.1, 91.9]
NEAR = [94.05, 94.1, 93.95, 94.2]
BECAUSE = {"diverged_because": "The study says so."}
TEN_CLASSES = {"run": {"classes": 10, "test_images": 10_000}}


@pytest.fixture
def judged(make_table: Any) -> Callable[..., tuple[str, ClaimResult]]:
    """The verdict on a claim about one table, and its result."""

    def judge(groups: dict[str, list], claim: dict[str, Any], **table: Any) -> Any:
        tables = {"table1": make_table(groups, **table)}
        result = evaluate({"id": "c", "artefact": "table1", **claim}, tables)
        return verdict(result, result.p), result

    return judge


def difference(subject: Any, other: Any, **more: Any) -> dict[str, Any]:
    return {
        "kind": "difference",
        "subject": {"setting": subject},
        "other": {"setting": other},
        **more,
    }


def test_a_difference_agrees_with_the_t_test(judged: Any) -> None:
    word, result = judged({"a": HIGH, "b": LOW}, difference("a", "b"))
    expected = stats.ttest_ind(HIGH, LOW)
    assert word == "holds"
    assert result.p == pytest.approx(expected.pvalue)
    assert result.effect == pytest.approx(np.mean(HIGH) - np.mean(LOW))
    interval = expected.confidence_interval(0.95)
    assert (result.ci_low, result.ci_high) == pytest.approx((interval.low, interval.high))
    assert result.n == 4
    assert result.basis == "sd 0.15 (6 degrees of freedom)"


@pytest.mark.parametrize(("first", "second"), [(HIGH, LOW), (LOW, HIGH), (HIGH, NEAR)])
def test_the_reversed_claim_has_the_reversed_verdict(
    judged: Any, first: list, second: list
) -> None:
    reverse = {"holds": "contradicted", "contradicted": "holds", "undecided": "undecided"}
    groups = {"a": first, "b": second}
    word, result = judged(groups, difference("a", "b"))
    opposite, same = judged(groups, difference("a", "b", direction="less"))
    assert opposite == reverse[word]
    assert same.p == result.p
    swapped, _ = judged(groups, difference("b", "a"))
    assert swapped == reverse[word]


def test_selections_of_several_rows_weigh_rows_alike(judged: Any) -> None:
    groups = {"a": [1.0, 2.0, 3.0, 4.0, 5.0], "b": [5.0, 7.0], "c": [0.0, 1.0]}
    _, result = judged(groups, difference(["a", "b"], "c"))
    assert result.effect == pytest.approx((3.0 + 6.0) / 2 - 0.5)
    assert result.n == 2


def test_difference_of_differences(judged: Any) -> None:
    cells = {"a": 1, "b": -1, "c": -1, "d": 1}
    terms = [{"weight": w, "cells": {"setting": name}} for name, w in cells.items()]
    groups = {"a": HIGH, "b": LOW, "c": NEAR, "d": HIGH}
    _, result = judged(groups, {"kind": "difference", "terms": terms})
    means = {name: np.mean(values) for name, values in groups.items()}
    assert result.effect == pytest.approx(sum(w * means[name] for name, w in cells.items()))


@pytest.mark.parametrize(
    ("second", "word"), [([92.0], "same direction"), ([95.0], "other direction")]
)
def test_one_seed_gives_a_direction_only(judged: Any, second: list, word: str) -> None:
    found, result = judged({"a": [94.0], "b": second, "c": HIGH}, difference("a", "b"))
    assert found == word
    assert result.p is None and result.ci_low is None
    assert result.basis == "1 seed: no interval"


@pytest.mark.parametrize(
    ("runs", "word", "reason"),
    [
        ([None, None], "missing", "has finished"),
        (["diverged"] * 2, "undecided", "2 runs of b diverged"),
        ([], "missing", "has finished"),
    ],
)
def test_a_group_without_a_value_has_no_verdict(
    judged: Any, runs: list, word: str, reason: str
) -> None:
    found, result = judged({"a": HIGH, "b": runs}, difference("a", "b"))
    assert (found, result.effect) == (word, None)
    assert reason in result.basis


def test_undefined_runs_enter_no_mean(judged: Any) -> None:
    groups = {"a": [*HIGH, float("nan"), None], "b": LOW}
    _, result = judged(groups, difference("a", "b"))
    assert result.effect == pytest.approx(np.mean(HIGH) - np.mean(LOW))
    assert result.n == 4


@pytest.mark.parametrize(
    ("claim", "word", "effect"),
    [
        (difference("a", "b"), "holds", 80.0),
        ({**difference("a", "b", low=70, high=90), "kind": "range"}, "holds", 80.0),
        ({**difference("b", "a", or_less=True), "kind": "equivalent"}, "holds", -80.0),
        ({"kind": "threshold", "cells": {"setting": "b"}, "below": 20}, "holds", -10.0),
        (
            {"kind": "trend", "cells": {"setting": ["a", "b"]}, "axis": "setting",
             "direction": "falling"},
            "holds", -80.0,
        ),
        (
            {"kind": "difference", "terms": [{"weight": 1, "cells": {"setting": "a"}},
                                             {"weight": -1, "cells": {"setting": "b"}}]},
            "holds", 80.0,
        ),
    ],
)  # fmt: skip
def test_diverged_runs_count_as_guessing(
    judged: Any, claim: dict, word: str, effect: float
) -> None:
    groups = {"a": [89.0, 90.0, 91.0], "b": [9.0, "diverged", 11.0, None]}
    table = {"x": {"a": 0, "b": 1}, "data": TEN_CLASSES}
    found, result = judged(groups, claim, **table)
    assert (found, result.effect, result.n) == (word, pytest.approx(effect), 3)
    assert result.basis.endswith("; 1 run that diverged counts as 10")
    named = judged(groups, {**claim, **BECAUSE, "diverged_as": 1}, **table)[1]
    assert named.basis.endswith("; 1 run that diverged counts as 1")
    without = judged(groups, {**claim, **BECAUSE, "diverged_as": "left out"}, **table)[1]
    assert without.n == 2
    assert without.basis.endswith("; 1 run that diverged is left out")


@pytest.mark.parametrize(("runs", "word"), [(3, "holds"), (2, "holds"), (1, "same direction")])
def test_a_group_of_diverged_runs_only_is_compared_too(judged: Any, runs: int, word: str) -> None:
    groups = {"a": HIGH, "b": ["diverged"] * runs}
    found, result = judged(groups, difference("a", "b"), data=TEN_CLASSES)
    assert (found, result.n) == (word, runs)
    assert judged(groups, difference("b", "a"), data=TEN_CLASSES)[0] in (
        "contradicted", "other direction",
    )  # fmt: skip


def test_survivors_alone_decide_nothing(judged: Any) -> None:
    # All but one of five runs are far ahead; with the one that diverged the means are level.
    groups = {"a": [94.0, 94.1, 93.9, 94.0, "diverged"], "b": [77.0, 77.2, 76.9, 77.1, 77.3]}
    assert judged(groups, difference("a", "b", diverged_as="left out", **BECAUSE))[0] == "holds"
    assert judged(groups, difference("a", "b"), data=TEN_CLASSES)[0] == "undecided"
    assert judged(groups, difference("a", "b"))[0] == "undecided"


BESIDE = {"a": HIGH, "b": LOW, "c": NEAR, "d": HIGH, "e": HIGH}


def test_variances_borrow_within_the_arms_that_are_compared(judged: Any) -> None:
    _, result = judged(BESIDE, difference("a", "b"))
    assert result.basis == "sd 0.15 (7.3 degrees of freedom); moderated by the rows beside"
    arms = {"c": "as described", "d": "as described"}
    _, result = judged(BESIDE, difference("a", "b"), arms=arms)
    assert result.basis == "sd 0.15 (6 degrees of freedom)"
    sides = {"subject": {"setting": "a"}, "other": {"setting": "c", "arm": "as described"}}
    _, result = judged({**BESIDE, "f": LOW}, {"kind": "difference", **sides}, arms=arms)
    assert result.basis.endswith("; 1 of 2 moderated by the rows beside")


def test_variances_borrow_from_rows_of_the_same_reported_epochs(judged: Any) -> None:
    reports = {name: {"epochs": "mean", "count": 4} for name in "cde"}
    _, result = judged(BESIDE, difference("a", "b"), reports=reports)
    assert result.basis == "sd 0.15 (6 degrees of freedom)"


def test_what_the_seeds_can_detect_and_what_the_report_needs(judged: Any) -> None:
    groups = {"a": HIGH, "b": LOW}
    _, result = judged(groups, difference("a", "b"), reported={"a": 93.6, "b": 93.4})
    assert result.reported_effect == pytest.approx(0.2)
    assert 4 < result.needs(0.05) < result.needs(0.05 / 30)
    assert 0.2 < result.finds(0.05) < 0.6
    assert 1.5 < result.finds(0.05 / 30) / result.finds(0.05) < 2.5
    _, unreported = judged(groups, difference("a", "b"), reported={"a": 93.6})
    assert unreported.reported_effect is None and unreported.needs(0.05) is None


def test_reported_numbers_of_another_metric_do_not_count(make_table: Any) -> None:
    groups = {"a": [5.0, 6.0], "b": [1.0, 2.0]}
    table = make_table(groups, reported={"a": 93.6, "b": 93.4}, metric="wall_seconds")
    claim = {"id": "c", "artefact": "table1", "metric": "wall_seconds", **difference("a", "b")}
    assert evaluate(claim, {"table1": table}).reported_effect is None


def test_paired_only_compares_seeds_that_both_have(judged: Any) -> None:
    groups = {"a": [1.0, 2.0, 3.0, None], "b": [0.5, 1.4, 2.6, 9.0]}
    _, result = judged(groups, difference("a", "b", paired=True))
    assert result.p == pytest.approx(stats.ttest_rel([1, 2, 3], [0.5, 1.4, 2.6]).pvalue)
    assert result.n == 3


@pytest.mark.parametrize(
    ("claim", "word"),
    [
        ({"above": 93}, "holds"),
        ({"above": 95}, "contradicted"),
        ({"above": 94.05}, "undecided"),
        ({"below": 95}, "holds"),
        ({"below": 93}, "contradicted"),
    ],
)
def test_threshold(judged: Any, claim: dict, word: str) -> None:
    found, result = judged({"a": HIGH}, {"kind": "threshold", "cells": {"setting": "a"}, **claim})
    assert found == word
    expected = stats.ttest_1samp(HIGH, next(iter(claim.values())))
    assert result.p == pytest.approx(expected.pvalue)
    assert result.effect == pytest.approx(np.mean(HIGH) - next(iter(claim.values())))


def trend(**more: Any) -> dict[str, Any]:
    return {"kind": "trend", "cells": {"setting": list("abcd")}, "axis": "setting", **more}


RISING = {name: [90 + i + e for e in (-0.2, 0.0, 0.2)] for i, name in enumerate("abcd")}
FLAT = {name: [90 + e for e in (-0.2, 0.0, 0.2)] for name in "abcd"}
POWERS = dict(zip("abcd", (1, 2, 4, 8), strict=True))


def test_trend_is_the_slope_of_a_regression(judged: Any) -> None:
    word, result = judged(RISING, trend(transform="log2"), x=POWERS)
    x = np.repeat([0, 1, 2, 3], 3)
    assert word == "holds"
    assert result.effect == pytest.approx(
        stats.linregress(x, np.concatenate(list(RISING.values()))).slope
    )
    assert judged(RISING, trend(direction="falling"), x=POWERS)[0] == "contradicted"
    assert judged(FLAT, trend(), x=POWERS)[0] == "undecided"


def test_a_flat_trend_is_an_equivalence(judged: Any) -> None:
    flat = trend(direction="flat", margin=0.2)
    assert judged(FLAT, flat, x=POWERS)[0] == "holds"
    assert judged(RISING, {**flat, "transform": "log2"}, x=POWERS)[0] == "contradicted"


def test_trend_of_a_difference(judged: Any) -> None:
    groups = {**RISING, **{name.upper(): values for name, values in FLAT.items()}}
    x = {**POWERS, **{name.upper(): value for name, value in POWERS.items()}}
    claim = {"kind": "trend", "axis": "setting", "transform": "log2"}
    sides = {"subject": {"setting": list("abcd")}, "other": {"setting": list("ABCD")}}
    assert judged(groups, {**claim, **sides}, x=x)[1].effect == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("bounds", "word"),
    [
        ({"low": 1.5, "high": 2.5}, "holds"),
        ({"low": 1.0}, "holds"),
        ({"high": 1.0}, "contradicted"),
        ({"low": 3.0, "high": 4.0}, "contradicted"),
        ({"low": 1.9, "high": 2.0}, "undecided"),
    ],
)
def test_range_compares_the_95_percent_interval(judged: Any, bounds: dict, word: str) -> None:
    claim = difference("a", "b", **bounds) | {"kind": "range"}
    found, result = judged({"a": HIGH, "b": LOW}, claim)
    low, high = bounds.get("low", -np.inf), bounds.get("high", np.inf)
    inside = low <= result.ci_low and result.ci_high <= high
    outside = result.ci_high < low or result.ci_low > high
    assert found == word
    assert (inside, outside) == (word == "holds", word == "contradicted")


def test_range_of_one_mean(judged: Any) -> None:
    claim = {"kind": "range", "cells": {"setting": "a"}, "low": 93, "high": 95}
    assert judged({"a": HIGH}, claim)[0] == "holds"


def test_range_of_a_ratio(judged: Any) -> None:
    claim = difference("a", "b", ratio=True, low=1.5, high=2.5) | {"kind": "range"}
    word, result = judged({"a": [198.0, 200.0, 202.0], "b": [99.0, 100.0, 101.0]}, claim)
    assert word == "holds"
    assert result.effect == pytest.approx(2.0, rel=1e-3)
    assert 1.9 < result.ci_low < 2 < result.ci_high < 2.1
    with pytest.raises(InputError, match="positive"):
        judged({"a": [1.0, 2.0], "b": [0.0, 1.0]}, claim)


@pytest.mark.parametrize(
    ("subject", "more", "word"),
    [
        (NEAR, {}, "holds"),
        (LOW, {}, "contradicted"),
        (LOW, {"or_less": True}, "holds"),
        ([93.0, 95.0, 94.5], {}, "undecided"),
        (NEAR, {"margin": 0.01}, "undecided"),
    ],
)
def test_equivalent(judged: Any, subject: list, more: dict, word: str) -> None:
    claim = difference("a", "b", **more) | {"kind": "equivalent"}
    found, result = judged({"a": subject, "b": HIGH}, claim)
    assert found == word
    assert "90 % interval" in result.basis


def test_equivalence_needs_seeds_for_both_bounds(judged: Any) -> None:
    claim = difference("a", "b") | {"kind": "equivalent"}
    groups = {"a": [93.0, 94.0, 95.0], "b": [93.2, 94.0, 94.9]}
    assert judged(groups, claim, reported={"a": 94.0, "b": 94.0})[1].needs(0.05) > 10
    assert judged(groups, claim, reported={"a": 96.0, "b": 94.0})[1].needs(0.05) is None
