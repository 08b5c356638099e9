"""How often verdicts are wrong where there is no effect, by simulation with fixed seeds.

A rate is compared with its nominal value within three binomial standard errors.
"""

from collections.abc import Callable
from math import sqrt
from typing import Any

import numpy as np
import pytest

from reprise.analysis.claims.evaluation import evaluate
from reprise.analysis.claims.result import verdict
from reprise.analysis.statistics.contrasts import Estimate, linear_contrast, slope_weights
from reprise.analysis.statistics.equivalence import bounds_test
from reprise.analysis.statistics.multiplicity import holm
from reprise.analysis.statistics.ranks import compare_times

SETTINGS = 15


def tolerance(rate: float, trials: int) -> float:
    return 3 * sqrt(rate * (1 - rate) / trials)


def drawn_by(
    method: str, draw: Callable[[np.random.Generator], Estimate]
) -> Callable[[np.random.Generator], Estimate]:
    """Repeat a draw until the rule takes one of its branches."""

    def draw_branch(rng: np.random.Generator) -> Estimate:
        while (estimate := draw(rng)).method != method:
            pass
        return estimate

    return draw_branch


def rejection_rate(trials: int, estimate: Callable[[np.random.Generator], Estimate]) -> float:
    rng = np.random.default_rng(11)
    return sum(estimate(rng).p_two_sided() <= 0.05 for _ in range(trials)) / trials


@pytest.mark.parametrize("seeds", [3, 5])
def test_a_difference_over_fifteen_settings(seeds: int) -> None:
    def draw(rng: np.random.Generator) -> Estimate:
        runs = rng.normal(90, 0.3, (SETTINGS, seeds))
        return linear_contrast(runs[:2], [1, -1], runs)

    rate = rejection_rate(1500, draw)
    # The rule turns to Welch, which is careful with few runs, in part of the trials.
    assert 0.02 < rate < 0.05 + tolerance(0.05, 1500)


def test_the_pooled_branch_alone() -> None:
    def draw(rng: np.random.Generator) -> Estimate:
        runs = rng.normal(90, 0.3, (SETTINGS, 5))
        return linear_contrast(runs[:2], [1, -1], runs)

    rate = rejection_rate(1500, drawn_by("pooled", draw))
    assert rate == pytest.approx(0.05, abs=tolerance(0.05, 1500))


def test_the_welch_branch_alone() -> None:
    def draw(rng: np.random.Generator) -> Estimate:
        runs = rng.normal(90, 0.3, (SETTINGS, 5))
        runs[0] = rng.normal(90, 3, 5)
        return linear_contrast(runs[:2], [1, -1], runs)

    rate = rejection_rate(1500, drawn_by("welch", draw))
    assert rate == pytest.approx(0.05, abs=tolerance(0.05, 1500))


def test_two_unstable_settings_among_steady_ones() -> None:
    def draw(rng: np.random.Generator) -> Estimate:
        runs = rng.normal(90, 0.3, (SETTINGS, 5))
        runs[:2] = rng.normal(90, 3, (2, 5))
        return linear_contrast(runs[:2], [1, -1], runs)

    assert rejection_rate(1500, draw) < 0.05 + tolerance(0.05, 1500)


def test_a_slope_over_five_settings() -> None:
    def draw(rng: np.random.Generator) -> Estimate:
        runs = rng.normal(90, 0.3, (SETTINGS, 4))
        return linear_contrast(runs[:5], slope_weights(range(5)), runs)

    assert rejection_rate(1500, draw) == pytest.approx(0.05, abs=0.01 + tolerance(0.05, 1500))


def test_equivalence_is_seldom_declared_at_the_margin() -> None:
    rng, trials = np.random.default_rng(12), 1000
    inside = 0
    for _ in range(trials):
        runs = rng.normal(90, 0.1, (SETTINGS, 4))
        runs[0] += 0.5
        estimate = linear_contrast(runs[:2], [1, -1], runs)
        inside += bounds_test(estimate, -0.5, 0.5).inside <= 0.05
    assert inside / trials < 0.05 + tolerance(0.05, trials)


def test_ranks_with_censored_runs() -> None:
    rng, trials = np.random.default_rng(13), 120
    rejected = 0
    for _ in range(trials):
        times = rng.integers(1, 12, (2, 5)).astype(float)
        times[times > 8] = np.inf
        rejected += compare_times(*times).p <= 0.05
    assert rejected / trials < 0.05 + tolerance(0.05, trials)


def test_holm_keeps_the_rate_of_any_wrong_verdict() -> None:
    rng, trials = np.random.default_rng(14), 800
    wrong = 0
    for _ in range(trials):
        runs = rng.normal(90, 0.3, (SETTINGS, 4))
        pairs = [linear_contrast(runs[i : i + 2], [1, -1], runs) for i in range(0, 10, 2)]
        wrong += min(holm([pair.p_two_sided() for pair in pairs])) <= 0.05
    assert wrong / trials < 0.05 + tolerance(0.05, trials)


def test_a_lucky_sweep_is_not_declared_a_gain(make_table: Any) -> None:
    rng, trials = np.random.default_rng(15), 200
    names = ["base", *"pqrstu"]
    claim = {
        "id": "c",
        "kind": "difference",
        "artefact": "table1",
        "subject": {"setting": names[1:]},
        "other": {"setting": "base"},
    }
    declared = {"chosen on other seeds": 0, "chosen on the same seeds": 0}
    for _ in range(trials):
        runs = dict(zip(names, rng.normal(90, 0.3, (len(names), 6)).tolist(), strict=True))
        table = {"table1": make_table(runs)}
        honest = evaluate({**claim, "choose_best": "setting"}, table)
        declared["chosen on other seeds"] += verdict(honest, honest.p) == "holds"
        best = max(names[1:], key=lambda name: np.mean(runs[name]))
        lucky = evaluate({**claim, "subject": {"setting": best}}, table)
        declared["chosen on the same seeds"] += verdict(lucky, lucky.p) == "holds"
    assert declared["chosen on other seeds"] / trials < 0.025 + tolerance(0.025, trials)
    assert declared["chosen on the same seeds"] / trials > 0.07


@pytest.mark.parametrize("far_below", [0, 4])
def test_a_rank_is_seldom_claimed_of_equal_settings(make_table: Any, far_below: int) -> None:
    rng, trials = np.random.default_rng(16), 200
    names = "abcdefgh"
    claim = {"id": "c", "kind": "rank_among", "artefact": "table1", "rank_at_most": 3,
             "subject": {"setting": "a"}, "others": {}}  # fmt: skip
    words = []
    for _ in range(trials):
        runs = rng.normal(90, 0.3, (len(names), 4))
        runs[len(names) - far_below :] -= 50
        table = {"table1": make_table(dict(zip(names, runs.tolist(), strict=True)))}
        result = evaluate(claim, table)
        words.append(verdict(result, result.p))
    assert words.count("holds") / trials < 0.025 + tolerance(0.025, trials)
    if not far_below:
        assert words.count("contradicted") / trials < 0.025 + tolerance(0.025, trials)
