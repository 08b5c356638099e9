"""Claims of several parts."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from claims_on_tables import evaluate

from reprise.analysis.claims.combining import combine, combine_most
from reprise.analysis.claims.result import ClaimResult, Outcome, verdict
from reprise.errors import InputError

NOISE = np.array([-0.1, 0.0, 0.1])
GROUPS = {name: list(90.0 + i + NOISE) for i, name in enumerate("abcd")}


@pytest.fixture
def judged(make_table: Any) -> Callable[..., tuple[str, ClaimResult]]:
    def judge(claim: dict[str, Any], groups: dict[str, list] | None = None, **table: Any) -> Any:
        tables = {"table1": make_table(groups or GROUPS, **table)}
        result = evaluate({"id": "c", "artefact": "table1", **claim}, tables)
        return verdict(result, result.p), result

    return judge


def part(p: float, support: float, **more: Any) -> ClaimResult:
    given = {"holds": support > 0, "support": support, "effect": support, "n": 3}
    return ClaimResult(Outcome.TESTED, "pooled", p=p, **given | more)


def test_every_part_has_to_pass() -> None:
    one = part(0.01, 2.0, needs=lambda level: 5)
    two = part(0.03, 0.5, n=2, needs=lambda level: round(0.45 / level))
    result = combine([("one", one), ("two", two)])
    assert (result.holds, result.p) == (True, 0.03)
    assert (result.effect, result.n) == (0.5, 2)
    assert [result.needs(level) for level in (0.05, 0.15)] == [9, 5]
    assert combine([("one", one), ("three", part(0.03, 0.5))]).needs(0.05) is None
    assert "weakest: two" in result.basis


def test_a_counted_part_needs_no_seeds() -> None:
    counted = ClaimResult(Outcome.EXACT, "exact", holds=True, support=float("inf"), n=1)
    tested = part(0.03, 0.5, needs=lambda level: 7)
    assert combine([("tested", tested), ("counted", counted)]).needs(0.05) == 7
    assert combine([("one", counted), ("other", counted)]).needs(0.05) is None


def test_a_reversed_part_speaks_against_the_whole() -> None:
    result = combine([("x", part(0.2, 1.0)), ("y", part(0.01, -1.0)), ("z", part(0.3, -2.0))])
    assert (result.holds, result.p) == (False, pytest.approx(0.03))
    # The part whose p counts, not the one that is furthest reversed.
    assert "2 of 3 parts reversed; weakest: y" in result.basis
    assert (result.effect, result.part) == (-1.0, (2,))
    assert combine([("x", part(0.9, -1.0)), ("y", part(0.9, 1.0))]).p == 1


def test_parts_of_parts_count_once() -> None:
    inner = combine([("x", part(0.01, -1.0)), ("y", part(0.01, 1.0))])
    whole = combine([("inner", inner), ("z", part(0.01, 1.0))])
    assert whole.p == pytest.approx(0.03)
    assert [label for label, _ in whole.parts] == ["inner, x", "inner, y", "z"]


def test_effects_of_different_units_are_not_compared() -> None:
    share, points = part(0.001, 0.6), part(0.02, 3.0)
    result = combine([("share", share), ("points", points)])
    assert (result.effect, result.p, result.part) == (3.0, 0.02, (2,))
    against = combine([("share", part(0.01, -0.5)), ("points", part(0.4, -2.0))])
    assert (against.effect, against.p, against.part) == (-0.5, pytest.approx(0.02), (1,))
    assert combine([("share", share), ("tie", part(1.0, 0.0, holds=None))]).effect == 0.0


def test_without_tests_the_weakest_part_lies_least_far_on_the_claimed_side() -> None:
    single = [
        (
            str(i),
            ClaimResult(Outcome.ONE_SEED, "1 seed", holds=s > 0, support=s, effect=s, n=1),
        )
        for i, s in enumerate((2.0, -1.0, 1.0))
    ]
    assert (combine(single).effect, combine(single).part) == (-1.0, (2,))


def test_the_place_of_the_weakest_part_of_a_part() -> None:
    inner = combine([("x", part(0.01, 1.0)), ("y", part(0.04, 1.0))])
    assert combine([("w", part(0.01, 1.0)), ("inner", inner)]).part == (2, 2)


def test_enough_parts_of_a_part_are_one_part() -> None:
    parts = [("x", part(0.01, 2.0)), ("y", part(0.01, 1.0)), ("z", part(0.001, -1.0))]
    enough = combine_most(parts, 2)
    whole = combine([("first", enough), ("second", enough)])
    assert (whole.holds, whole.p) == (True, pytest.approx(enough.p))
    assert [label for label, _ in whole.parts] == ["first", "second"]
    assert whole.part == (1, 2)
    # A whole of which such a part is the weakest is an intersection again.
    outer = combine([("whole", whole), ("w", part(0.001, 1.0))])
    assert [label for label, _ in outer.parts] == ["whole, first", "whole, second", "w"]


def test_a_missing_part_beside_a_single_seed_leaves_the_whole_without_a_test() -> None:
    parts = [
        ("x", ClaimResult(Outcome.MISSING, "no run of q has finished")),
        ("y", ClaimResult(Outcome.ONE_SEED, "1 seed", holds=True, support=1.0, n=1)),
        ("z", part(0.001, -1.0)),
    ]
    assert combine(parts).p is None


def test_a_part_without_a_test_decides_how_far_the_whole_goes() -> None:
    single = ClaimResult(Outcome.ONE_SEED, "1 seed", holds=True, support=1.0, n=1)
    whole = combine([("x", single), ("y", part(0.001, -1.0))])
    assert verdict(whole, whole.p) == "other direction"
    gone = ClaimResult(Outcome.MISSING, "no run of q has finished")
    whole = combine([("x", gone), ("y", part(0.001, 1.0))])
    assert verdict(whole, whole.p) == "missing"
    assert whole.basis == "1 of 2 parts: no run of q has finished (x)"


def test_exact_parts_are_beyond_doubt() -> None:
    right = ClaimResult(Outcome.EXACT, "exact", holds=True, support=float("inf"), n=1)
    wrong = ClaimResult(Outcome.EXACT, "exact", holds=False, support=float("-inf"), n=1)
    assert combine([("x", right), ("y", part(0.04, 1.0))]).p == 0.04
    against = combine([("x", wrong), ("y", part(0.04, 1.0))])
    assert verdict(against, against.p) == "contradicted"
    exact = combine([("x", right), ("y", right)])
    assert (exact.p, verdict(exact, exact.p)) == (None, "holds")
    three = combine([("x", right), ("y", wrong), ("z", right)])
    assert three.basis == "exact: 2 of 3 parts are as claimed; weakest: y"


def test_a_part_that_cannot_be_judged_is_named_with_its_reason() -> None:
    silent = ClaimResult(Outcome.UNTESTABLE, "no run that is compared is better than guessing")
    single = ClaimResult(Outcome.ONE_SEED, "1 seed: no interval", holds=False, support=-1.0, n=1)
    whole = combine([("x", silent), ("y", single), ("z", silent)])
    assert verdict(whole, whole.p) == "undecided"
    assert whole.basis == (
        "2 of 3 parts cannot be judged: x (no run that is compared is better than guessing); "
        "1 of 3 parts reversed; weakest: y; 1 seed: no interval"
    )
    alone = combine([("x", silent), ("z", silent)])
    assert alone.basis == (
        "2 of 2 parts cannot be judged: x (no run that is compared is better than guessing)"
    )


def test_best_of_compares_with_each_other(judged: Any) -> None:
    best = {"kind": "best_of", "subject": {"setting": "d"}, "others": {}}
    word, result = judged(best)
    assert word == "holds"
    assert result.effect == pytest.approx(1.0)
    assert len(result.parts) == 3
    assert judged({**best, "direction": "less"})[0] == "contradicted"
    assert judged({**best, "subject": {"setting": "c"}})[0] == "contradicted"
    worst = {**best, "subject": {"setting": "a"}, "direction": "less"}
    assert judged(worst)[0] == "holds"
    assert judged(worst)[1].effect == pytest.approx(-1.0)


def test_best_of_is_undecided_where_one_other_is_near(judged: Any) -> None:
    groups = {**GROUPS, "e": list(92.95 + NOISE)}
    best = {"kind": "best_of", "subject": {"setting": "d"}, "others": {"setting": ["a", "e"]}}
    word, result = judged(best, groups)
    assert word == "undecided"
    assert "against e" in result.basis


def test_best_of_without_others(judged: Any) -> None:
    alone = {"kind": "best_of", "subject": {"setting": "a"}, "others": {"setting": "a"}}
    with pytest.raises(InputError, match="expected rows beside those of its subject, found none"):
        judged(alone)


def test_some_of_the_parts_may_be_enough() -> None:
    parts = [("w", part(0.001, 3.0)), ("x", part(0.01, 2.0)), ("y", part(0.2, 1.0)),
             ("z", part(0.001, -1.0))]  # fmt: skip
    two = combine_most(parts, 2)
    assert (two.holds, two.effect, two.p) == (True, 2.0, pytest.approx(3 * 0.01))
    assert "3 of 4 parts, 2 needed; decisive: x" in two.basis
    assert combine_most(parts, 1).p == pytest.approx(4 * 0.001)
    four = combine_most(parts, 4)
    assert (four.holds, four.p) == (False, pytest.approx(4 * 0.001))


def test_against_some_of_the_parts_several_have_to_speak() -> None:
    parts = [("x", part(0.01, -1.0)), ("y", part(0.02, -2.0)), ("z", part(0.5, 1.0))]
    result = combine_most(parts, 2)
    assert (result.holds, result.effect, result.p) == (False, -1.0, pytest.approx(2 * 0.02))


def test_all_of_the_parts_needed_is_a_claim_of_all() -> None:
    for last in (part(0.03, 0.5), part(0.01, -1.0)):
        parts = [("x", part(0.01, 2.0)), ("y", last)]
        every, most = combine(parts), combine_most(parts, 2)
        assert (most.holds, most.p, most.effect) == (every.holds, every.p, every.effect)


@pytest.mark.parametrize(
    ("subject", "rank", "word"),
    [("c", 2, "holds"), ("c", 1, "contradicted"), ("b", 2, "contradicted"), ("b", 3, "holds")],
)
def test_a_rank_among_others(judged: Any, subject: str, rank: int, word: str) -> None:
    reported = {"a": 4.0, "b": 3.0, "c": 2.0, "d": 1.0}
    claim = {"kind": "rank_among", "subject": {"setting": subject}, "others": {}}
    found, result = judged({**claim, "rank_at_most": rank}, reported=reported)
    assert found == word
    # The effect is the distance from the other of that rank, here as in the study's numbers.
    there = "dcba".replace(subject, "")[rank - 1]
    assert result.effect == pytest.approx(ord(subject) - ord(there))
    others = sorted(number for name, number in reported.items() if name != subject)
    assert result.reported_effect == reported[subject] - others[-rank]


def test_ranks_among_others_as_parts(judged: Any) -> None:
    ranks = [
        {"kind": "rank_among", "subject": {"setting": name}, "others": {}, "rank_at_most": rank}
        for name, rank in (("c", 2), ("b", 3))
    ]
    word, result = judged({"kind": "all_of", "parts": ranks})
    assert (word, len(result.parts)) == ("holds", 2)
    ranks[1]["rank_at_most"] = 2
    assert judged({"kind": "all_of", "parts": ranks})[0] == "contradicted"


def test_the_lowest_may_rank_first(judged: Any) -> None:
    claim = {"kind": "rank_among", "direction": "less", "subject": {"setting": "b"}, "others": {}}
    assert judged({**claim, "rank_at_most": 2})[0] == "holds"
    assert judged({**claim, "rank_at_most": 1})[0] == "contradicted"


@pytest.mark.parametrize(
    ("rank", "sentence"), [(0, "of 1 or more"), (4, "from 1 to 3, the number")]
)
def test_a_rank_that_everything_has_is_refused(judged: Any, rank: int, sentence: str) -> None:
    claim = {"kind": "rank_among", "subject": {"setting": "b"}, "others": {}}
    with pytest.raises(InputError, match=sentence):
        judged({**claim, "rank_at_most": rank})


def test_order(judged: Any) -> None:
    order = {"kind": "order", "cells": [{"setting": name} for name in "dcba"]}
    word, result = judged(order)
    assert (word, len(result.parts)) == ("holds", 3)
    assert result.effect == pytest.approx(1.0)
    assert judged({**order, "direction": "rising"})[0] == "contradicted"
    rising = {"kind": "order", "direction": "rising", "cells": order["cells"][::-1]}
    assert judged(rising)[1].effect == pytest.approx(1.0)
    with pytest.raises(InputError, match="two selections"):
        judged({**order, "cells": [{"setting": "a"}]})


def test_for_each_merges_the_value_into_every_selection(judged: Any) -> None:
    claim = {
        "kind": "difference",
        "for_each": {"setting": ["b", "c", "d"]},
        "subject": {},
        "other": {"setting": "a"},
    }
    word, result = judged(claim)
    assert word == "holds"
    assert [label for label, _ in result.parts] == ["b", "c", "d"]
    assert result.effect == pytest.approx(1.0)


def test_for_each_over_artefacts(make_table: Any) -> None:
    tables = {name: make_table(GROUPS, name) for name in ("fig5", "fig6")}
    claim = {
        "id": "c",
        "kind": "difference",
        "for_each": {"artefact": ["fig5", "fig6"]},
        "subject": {"setting": "b"},
        "other": {"setting": "a"},
    }
    assert evaluate(claim, tables).holds


def test_all_of_parts_inherit_and_may_repeat(judged: Any) -> None:
    parts = [
        {"kind": "threshold", "cells": {"setting": "d"}, "above": 92},
        {
            "kind": "difference",
            "for_each": {"setting": ["c", "d"]},
            "subject": {},
            "other": {"setting": "a"},
        },
    ]
    word, result = judged({"kind": "all_of", "parts": parts})
    assert word == "holds"
    assert [label for label, _ in result.parts] == ["part 1", "part 2, c", "part 2, d"]


TEN_CLASSES = {"run": {"classes": 10, "test_images": 10_000}}


def test_parts_count_diverged_runs_as_guessing(judged: Any) -> None:
    groups = {**GROUPS, "x": ["diverged"] * 3, "y": ["diverged", 10.2, 10.1]}
    best = {"kind": "best_of", "subject": {"setting": "d"}, "others": {}}
    word, result = judged(best, groups, data=TEN_CLASSES)
    assert (word, result.effect) == ("holds", pytest.approx(1.0))
    assert result.basis.endswith("; 4 runs that diverged count as 10")
    order = {"kind": "order", "cells": [{"setting": name} for name in "dcy"]}
    assert judged(order, groups, data=TEN_CLASSES)[0] == "holds"
    rank = {"kind": "rank_among", "subject": {"setting": "c"}, "others": {}, "rank_at_most": 2}
    assert judged(rank, groups, data=TEN_CLASSES)[0] == "holds"
    part = {"kind": "difference", "subject": {"setting": "d"}, "other": {"setting": "x"}}
    whole = judged({"kind": "all_of", "parts": [part]}, groups, data=TEN_CLASSES)
    assert whole[1].effect == pytest.approx(83.0)


def test_no_kind_of_claim_stands_on_survivors(judged: Any) -> None:
    groups = {**GROUPS, "x": ["diverged", 10.0, 10.1]}
    both = {"subject": {"setting": "d"}, "other": {"setting": "x"}}
    claims = [
        {"kind": "difference", **both},
        {"kind": "equivalent", **both},
        {"kind": "range", **both, "low": 1},
        {"kind": "threshold", "cells": {"setting": "x"}, "below": 20},
        {"kind": "best_of", "subject": {"setting": "d"}, "others": {}},
        {"kind": "rank_among", "subject": {"setting": "d"}, "others": {}, "rank_at_most": 2},
        {"kind": "order", "cells": [{"setting": "d"}, {"setting": "x"}]},
        {"kind": "difference", "spread": True, "subject": {"setting": ["a", "d"]},
         "other": {"setting": ["b", "x"]}},
    ]  # fmt: skip
    for claim in claims:
        word, result = judged(claim, groups)
        assert (word, result.p) == ("undecided", None)
        assert "1 run of x diverged, and what test_accuracy counts as then" in result.basis
        whole = judged({"kind": "all_of", "parts": [claim]}, groups)
        assert whole[0] == "undecided"
        because = {"diverged_as": "left out", "diverged_because": "The study leaves them out."}
        assert "1 run that diverged is left out" in judged({**claim, **because}, groups)[1].basis


def test_same_curve_holds_at_every_epoch(make_table: Any, write_history: Any) -> None:
    table = make_table({name: [90.0, 90.0, 90.0] for name in "abc"})
    curve = np.array([50.0, 70.0, 80.0, 90.0])
    gaps = {"a": 0.0, "b": 0.05, "c": np.array([0, 0, 5.0, 0])}
    for name, gap in gaps.items():
        for seed, shift in enumerate(NOISE, start=1):
            series = curve + gap + shift
            write_history(f"table1/{name}/seed{seed}", test_accuracy=series)
    claim = {"id": "c", "kind": "same_curve", "artefact": "table1", "margin": 1.0}
    claim |= {"subject": {"setting": "a"}, "other": {"setting": "b"}}
    same = evaluate(claim, {"table1": table})
    assert verdict(same, same.p) == "holds"
    assert len(same.parts) == 4
    apart = evaluate({**claim, "other": {"setting": "c"}}, {"table1": table})
    assert verdict(apart, apart.p) == "contradicted"
    assert "weakest: epoch 3" in apart.basis
    assert apart.effect == pytest.approx(-5.0)


def test_runs_that_all_diverged_have_no_curve_to_compare(
    make_table: Any, write_history: Any
) -> None:
    groups = {"a": [90.0, 90.0, 90.0], "b": ["diverged"] * 3}
    for seed in (1, 2, 3):
        write_history(f"table1/a/seed{seed}", test_accuracy=np.array([50.0, 90.0]))
    claim = {"id": "c", "kind": "same_curve", "artefact": "table1", "margin": 1.0}
    claim |= {"subject": {"setting": "a"}, "other": {"setting": "b"}}
    result = evaluate(claim, {"table1": make_table(groups, data=TEN_CLASSES)})
    assert verdict(result, result.p) == "undecided"
    assert result.basis == "all runs of b diverged, and have no whole learning curve"
