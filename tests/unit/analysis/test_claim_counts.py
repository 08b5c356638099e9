"""Claims about divergence, exact numbers and arrival times."""

from typing import Any

import pytest
from claims_on_tables import evaluate
from scipy import stats

from reprise.analysis.claims.result import verdict
from reprise.errors import InputError


def judge(claim: dict[str, Any], table: Any) -> Any:
    result = evaluate({"id": "c", "artefact": "t", **claim}, {"t": table})
    return verdict(result, result.p), result


def sides(subject: Any, other: Any = None, **more: Any) -> dict[str, Any]:
    selections = {"subject": {"setting": subject}}
    return selections | ({"other": {"setting": other}} if other else {}) | more


def test_divergence_against_another_setting(make_table: Any) -> None:
    table = make_table({"a": ["diverged"] * 4, "b": [90.0] * 4}, "t")
    word, result = judge(sides("a", "b", kind="diverges"), table)
    assert word == "holds"
    assert result.p == pytest.approx(2 / 70)
    assert (result.effect, result.ci_high, result.n) == (1.0, 1.0, 4)
    assert "4 of 4 runs diverged against 0 of 4" in result.basis
    assert judge(sides("b", "a", kind="diverges"), table)[0] == "contradicted"


def test_divergence_against_a_share(make_table: Any) -> None:
    table = make_table({"a": ["diverged"] * 6, "b": [90.0] * 6, "c": ["diverged", 90.0] * 3}, "t")
    words = {name: judge(sides(name, kind="diverges"), table)[0] for name in "abc"}
    assert words == {"a": "holds", "b": "contradicted", "c": "undecided"}
    assert judge(sides("b", kind="diverges", at_most=0.5), table)[0] == "holds"


def test_runs_that_end_low_fail_like_those_that_diverge(make_table: Any) -> None:
    groups = {"a": ["diverged", 10.0, 12.0, 9.8, 19.9, "diverged"], "b": [70.0, 72.0, 71.0, 69.0]}
    table = make_table({**groups, "gone": [None]}, "t")
    word, result = judge(sides("a", kind="diverges", or_below=20), table)
    assert (word, result.effect, result.n) == ("holds", 1.0, 6)
    assert "6 of 6 runs diverged or ended below 20" in result.basis
    assert judge(sides("a", kind="diverges"), table)[1].effect == pytest.approx(1 / 3)
    word, result = judge(sides("a", "b", kind="diverges", or_below=20), table)
    assert (word, "against 0 of 4" in result.basis) == ("holds", True)
    assert judge(sides("gone", kind="diverges", or_below=20), table)[0] == "missing"


def test_few_runs_cannot_prove_divergence(make_table: Any) -> None:
    table = make_table({"a": ["diverged"] * 3, "b": [90.0] * 3, "c": ["diverged"], "d": [9.0]}, "t")
    word, result = judge(sides("a", "b", kind="diverges"), table)
    assert (word, result.needs(0.05)) == ("undecided", 4)
    assert result.needs(0.05 / 30) == 7
    assert judge(sides("c", "d", kind="diverges"), table)[0] == "same direction"


def test_runs_that_did_not_end_do_not_count_as_diverged(make_table: Any) -> None:
    table = make_table({"a": [None, "failed"], "b": [90.0] * 3}, "t")
    assert judge(sides("a", "b", kind="diverges"), table)[0] == "missing"


def counted(**more: Any) -> dict[str, Any]:
    return {"kind": "counted", "metric": "parameters", "cells": {"setting": "a"}, **more}


def test_counts_are_exact(make_table: Any) -> None:
    table = make_table({"a": [521418.0] * 3}, "t", metric="parameters")
    word, result = judge(counted(equals=521418), table)
    assert (word, result.p, result.effect) == ("holds", None, 521418)
    assert judge(counted(equals=521419), table)[0] == "contradicted"
    assert judge(counted(low=500_000, high=600_000), table)[0] == "holds"
    assert judge(counted(high=500_000), table)[0] == "contradicted"


def test_every_run_has_to_count_the_same(make_table: Any) -> None:
    table = make_table({"a": [5.0, 5.0, 6.0]}, "t", metric="parameters")
    word, result = judge(counted(equals=5), table)
    assert (word, result.effect) == ("contradicted", 6.0)
    assert "2 of 3" in result.basis


def test_one_run_is_enough_to_count(make_table: Any) -> None:
    table = make_table({"a": [7.0], "b": [None]}, "t", metric="parameters")
    assert judge(counted(equals=7), table)[0] == "holds"
    assert judge(counted(equals=7, cells={"setting": "b"}), table)[0] == "missing"


def test_ratio_of_counts(make_table: Any) -> None:
    table = make_table({"a": [50.0], "b": [5.0]}, "t", metric="parameters")
    claim = {"kind": "counted", "metric": "parameters", **sides("a", "b")}
    word, result = judge({**claim, "ratio": True, "low": 8, "high": 12}, table)
    assert (word, result.effect) == ("holds", 10.0)
    assert judge({**claim, "equals": 45}, table)[0] == "holds"


@pytest.fixture
def curves(make_table: Any, write_history: Any) -> Any:
    """A table whose runs reach 90 % at the given epochs of five (None: never)."""

    def make(arrivals: dict[str, list[int | None]], status: str = "") -> Any:
        groups = {name: [status or 50.0] * len(times) for name, times in arrivals.items()}
        for name, times in arrivals.items():
            for seed, time in enumerate(times, start=1):
                series = [91.0 if time and epoch >= time else 50.0 for epoch in range(1, 6)]
                loss = [9.0 - value / 10 for value in series]
                write_history(f"t/{name}/seed{seed}", test_accuracy=series, train_loss=loss)
        return make_table(groups, "t")

    return make


def test_earlier_runs_are_faster(curves: Any) -> None:
    table = curves({"a": [1, 1, 2, 2], "b": [4, 5, None, None]})
    word, result = judge(sides("a", "b", kind="time_to", target=90), table)
    # Two of the four arrive at 4 and 5, two count as arriving after the fifth epoch.
    assert (word, result.effect) == ("holds", (4 + 5 + 6 + 6) / 4 - 1.5)
    assert result.ci_low > 2
    assert result.basis.startswith(
        "6 of 8 runs arrive, the others count as arriving at epoch 6; sd 0.79 ("
    )
    assert judge(sides("b", "a", kind="time_to", target=90), table)[0] == "contradicted"


def test_a_loss_arrives_from_above(curves: Any) -> None:
    table = curves({"a": [1, 1, 2, 2], "b": [4, 5, None, None]})
    claim = sides("a", "b", kind="time_to", target=0, series="train_loss")
    assert judge(claim, table)[0] == "holds"


def test_diverged_runs_are_compared_too(curves: Any) -> None:
    table = curves({"a": [1, 1, 2, 2], "b": [None] * 4}, status="diverged")
    assert judge(sides("a", "b", kind="time_to", target=90), table)[0] == "holds"


def test_first_of_several(curves: Any) -> None:
    table = curves({"a": [1, 1, 2, 2], "b": [4, 5, 5, 5], "c": [3, 3, 3, None]})
    claim = {"kind": "time_to", "target": 90, "subject": {"setting": "a"}, "others": {}}
    word, result = judge(claim, table)
    assert (word, len(result.parts)) == ("holds", 2)


def test_one_seed_has_an_order_only(curves: Any) -> None:
    table = curves({"a": [1], "b": [4]})
    word, result = judge(sides("a", "b", kind="time_to", target=90), table)
    assert (word, result.p) == ("same direction", None)


def test_time_to_settle(curves: Any) -> None:
    table = curves({"a": [1, 1, 2, 2], "b": [5, 5, 5, 5]})
    settled = {"change": 1.0, "epochs": 2}
    claim = sides("a", "b", kind="time_to", settled=settled)
    # b is calm before its late jump; half of a's runs are calm from the start, half jump once.
    assert judge(claim, table)[1].effect == -0.5


def test_equal_times_are_as_uncertain_as_whole_epochs(curves: Any) -> None:
    table = curves({"a": [3, 3, 3], "b": [4, 4, 4]})
    word, result = judge(sides("a", "b", kind="time_to", target=90), table)
    error = (2 * (1 / 12) / 3) ** 0.5
    assert (word, result.effect) == ("holds", 1)
    assert result.p == pytest.approx(2 * stats.t.sf(1 / error, 4))


def test_none_arrives(curves: Any) -> None:
    table = curves({"a": [None] * 3, "b": [None] * 3})
    word, result = judge(sides("a", "b", kind="time_to", target=90), table)
    assert (word, result.effect, result.p) == ("undecided", 0, 1)


def test_a_finished_run_has_to_have_a_history(make_table: Any) -> None:
    table = make_table({"a": [90.0], "b": [91.0]}, "t")
    with pytest.raises(InputError, match=r"history\.csv"):
        judge(sides("a", "b", kind="time_to", target=90), table)
