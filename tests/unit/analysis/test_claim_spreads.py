"""Claims about how much settings vary, and about the order of settings."""

from typing import Any

import numpy as np
import pytest
from claims_on_tables import evaluate
from scipy import stats

from reprise.analysis.claims.result import verdict
from reprise.errors import InputError

NOISE = np.array([-0.3, 0.0, 0.1, 0.2])
MEANS = {"a": 80, "b": 90, "c": 95, "d": 89, "e": 90, "f": 91}
GROUPS = {name: list(mean + NOISE) for name, mean in MEANS.items()}


def spread(subject: str, other: str, direction: str = "greater") -> dict[str, Any]:
    sides = {"subject": {"setting": list(subject)}, "other": {"setting": list(other)}}
    return {"id": "c", "kind": "difference", "artefact": "t", "spread": True, **sides} | {
        "direction": direction
    }


def test_difference_of_spreads(make_table: Any) -> None:
    tables = {"t": make_table(GROUPS, "t")}
    result = evaluate(spread("abc", "def"), tables)
    assert verdict(result, result.p) == "holds"
    expected = np.std([80, 90, 95], ddof=1) - 1
    # The noise of a mean of four runs is taken off.
    assert result.effect == pytest.approx(expected, abs=0.01)
    assert result.ci_low < expected < result.ci_high
    reversed_claim = evaluate(spread("abc", "def", "less"), tables)
    assert verdict(reversed_claim, reversed_claim.p) == "contradicted"


def test_spread_needs_two_rows_and_two_seeds(make_table: Any) -> None:
    with pytest.raises(InputError, match="two rows"):
        evaluate(spread("a", "def"), {"t": make_table(GROUPS, "t")})
    single = make_table({name: values[:1] for name, values in GROUPS.items()}, "t")
    result = evaluate(spread("abc", "def"), {"t": single})
    assert verdict(result, result.p) == "same direction"


def correlation(**bound: float) -> dict[str, Any]:
    sides = {"subject": {"artefact": "s"}, "other": {"artefact": "t"}}
    return {"id": "c", "kind": "rank_correlation", **sides, **bound}


def test_orders_that_agree_and_orders_that_do_not(make_table: Any) -> None:
    order = list(MEANS)
    same = make_table(dict(zip(order, GROUPS.values(), strict=True)), "s")
    steps = {name: list(10.0 * i + NOISE) for i, name in enumerate(order)}
    rising = make_table(steps, "t")
    falling = make_table(dict(zip(order, reversed(steps.values()), strict=True)), "t")
    also_rising = make_table(steps, "s")
    alike = evaluate(correlation(above=0.5), {"s": also_rising, "t": rising})
    assert verdict(alike, alike.p) == "holds"
    assert alike.effect == pytest.approx(0.5)
    opposite = evaluate(correlation(below=0.5), {"s": also_rising, "t": falling})
    assert verdict(opposite, opposite.p) == "holds"
    assert opposite.effect == pytest.approx(-1.5)
    mixed = evaluate(correlation(below=0.5), {"s": same, "t": rising})
    assert mixed.effect == pytest.approx(spearman_of(list(MEANS.values())) - 0.5)


def spearman_of(means: list[float]) -> float:
    return float(stats.spearmanr(means, range(len(means))).statistic)


def test_settings_have_to_match(make_table: Any) -> None:
    tables = {"s": make_table(GROUPS, "s"), "t": make_table({"a": [1.0], "z": [2.0]}, "t")}
    with pytest.raises(InputError, match="one to one"):
        evaluate(correlation(above=0.5), tables)
