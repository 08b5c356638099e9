"""How often verdicts are wrong, and how often they are found: by simulation through the judge.

    make verdicts

Writes workflow/scripts/reprise/analysis/statistics/error_rates.json, which the report shows, and
the tables of benchmarks/RESULTS.md and docs/statistics.md. The seeds are fixed: the same code gives
the same rates on every machine.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from math import inf
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from reprise.analysis.claims.evaluation import evaluate  # noqa: E402
from reprise.analysis.claims.result import verdict  # noqa: E402
from reprise.analysis.error_rates import RATES, tables_of_rates  # noqa: E402
from reprise.analysis.learning import Guessing  # noqa: E402
from reprise.analysis.tables import ArtefactTable, MeasuredRow, MeasuredRun, Tables  # noqa: E402
from reprise.data.integrity import write_whole  # noqa: E402
from reprise.studies.claims import read_claim  # noqa: E402
from reprise.studies.claims.registry import Rule  # noqa: E402

SEEDS = (3, 5, 10)
PAGES = ("benchmarks/RESULTS.md", "docs/statistics.md")
BLOCK = re.compile(r"(<!-- verdicts -->\n).*?(<!-- end -->)", re.DOTALL)
GUESSING = Guessing(classes=10, test_images=10_000)
# Points: of one run around its mean, and of most accuracies here.
SD, MEAN = 0.3, 90.0
Draw = Callable[[np.random.Generator, int], Tables]


@dataclass(frozen=True)
class Case:
    """Data of which the truth is known, and a claim about them.

    Attributes:
        rule: what is simulated, as the tables call it.
        truth: the data, in words.
        draw: tables by artefact, from a generator and a number of seeds.
        claim: in the form of YAML.
        effect: whether the claim is true; else the truth is on the border of the claim, so that
            either verdict is false.
        trials: of each number of seeds.
        limits: by seeds, what the share of verdicts has to stay below (above where the claim is
            true).
    """

    rule: str
    truth: str
    draw: Draw
    claim: Mapping[str, Any]
    effect: bool = False
    trials: int = 2000
    limits: Mapping[int, float] | None = None


def table(
    runs: Mapping[str, Sequence[float]],
    curves: Mapping[str, np.ndarray] | None = None,
    name: str = "t",
) -> ArtefactTable:
    """An artefact with one axis ``setting``; a run that is nan diverged.

    Args:
        runs: by setting, a number a seed.
        curves: by setting, seeds x epochs of test accuracy.
    """
    rows, histories = [], {}
    for setting, values in runs.items():
        of_row = []
        for seed, value in enumerate(values, start=1):
            folder = f"{name}/{setting}/{seed}"
            status = "finished" if np.isfinite(value) else "diverged"
            of_row.append(MeasuredRun(seed, status, folder, {"test_accuracy": float(value)}))
            if curves is not None:
                series = curves[setting][seed - 1]
                epochs = range(1, len(series) + 1)
                histories[folder] = pd.DataFrame({"epoch": epochs, "test_accuracy": series})
        rows.append(
            MeasuredRow(name, {"setting": setting}, "as run", "test_accuracy", None, tuple(of_row),
                guessing=GUESSING)
        )  # fmt: skip
    axes = {"setting": {setting: float(i) for i, setting in enumerate(runs)}}
    return ArtefactTable(name, axes, tuple(rows), histories)


def normal(
    means: Sequence[float] = (), sds: Sequence[float] = (), beside: Sequence[float] = ()
) -> Draw:
    """Settings a, b, ... with normal runs; those ``beside`` are known by their sd alone."""

    def draw(rng: np.random.Generator, seeds: int) -> Tables:
        centre = [*means, *[0.0] * len(beside)]
        spread = [*sds, *beside]
        names = [chr(ord("a") + i) for i in range(len(spread))]
        runs = {
            name: MEAN + mean + rng.normal(0, sd, seeds)
            for name, mean, sd in zip(names, centre, spread, strict=True)
        }
        return {"t": table(runs)}

    return draw


def diverging(share_first: float, share_other: float) -> Draw:
    """Settings a and b whose runs diverge with a probability, and end alike where they do not."""

    def draw(rng: np.random.Generator, seeds: int) -> Tables:
        runs = {}
        for name, share in (("a", share_first), ("b", share_other)):
            values = MEAN + rng.normal(0, SD, seeds)
            runs[name] = np.where(rng.random(seeds) < share, np.nan, values)
        return {"t": table(runs)}

    return draw


def arriving(first: float, other: float, spread: float = 0.2, epochs: int = 25) -> Draw:
    """Curves that pass 80 % around an epoch, log-normally from run to run."""

    def draw(rng: np.random.Generator, seeds: int) -> Tables:
        curves = {}
        for name, centre in (("a", first), ("b", other), ("c", 12.0), ("d", 15.0)):
            arrivals = np.exp(rng.normal(np.log(centre), spread, seeds))
            curves[name] = np.where(np.arange(1, epochs + 1) >= arrivals[:, None], 85.0, 70.0)
        return {"t": table({name: curve[:, -1] for name, curve in curves.items()}, curves)}

    return draw


def learning(gap: float, epochs: int = 10) -> Draw:
    """Curves that differ by a gap at every epoch, with noise of their own."""

    def draw(rng: np.random.Generator, seeds: int) -> Tables:
        course = MEAN - 30 * np.exp(-np.arange(epochs) / 3)
        curves = {
            name: course + shift + rng.normal(0, SD, (seeds, epochs))
            for name, shift in (("a", gap), ("b", 0.0))
        }
        return {"t": table({name: curve[:, -1] for name, curve in curves.items()}, curves)}

    return draw


def spreads(first: Sequence[float], other: Sequence[float], noise: Sequence[float]) -> Draw:
    """Settings a to d and e to h with true means, and the noise of each group's runs."""
    return normal([*first, *other], [noise[0]] * 4 + [noise[1]] * 4)


def orders(correlation: float, noise: float, settings: int = 14) -> Draw:
    """The same settings in artefacts s and t, with true orders that correlate."""

    def draw(rng: np.random.Generator, seeds: int) -> Tables:
        first, other = _correlated(rng, correlation, settings)
        names = [chr(ord("a") + i) for i in range(settings)]

        def runs(means: np.ndarray) -> dict[str, np.ndarray]:
            return {
                n: MEAN + m + rng.normal(0, noise, seeds) for n, m in zip(names, means, strict=True)
            }

        return {name: table(runs(means), name=name) for name, means in (("s", first), ("t", other))}

    return draw


def _correlated(
    rng: np.random.Generator, correlation: float, settings: int
) -> tuple[np.ndarray, np.ndarray]:
    """Means whose rank correlation is that wanted to within 0.03."""
    while True:
        first = rng.normal(size=settings)
        rest = rng.normal(size=settings) * np.sqrt(1 - correlation**2)
        other = correlation * first + rest
        ranks = [values.argsort().argsort() for values in (first, other)]
        if abs(np.corrcoef(*ranks)[0, 1] - correlation) < 0.03:
            return first, other


def claim(kind: str, **keys: Any) -> dict[str, Any]:
    """A claim about the artefact t, its selections as names of settings."""
    sides = {
        key: {"setting": list(keys.pop(key))}
        for key in ("subject", "other", "others", "cells")
        if key in keys and isinstance(keys[key], str)
    }
    return {"id": "c", "kind": kind, "artefact": "t", **sides, **keys}


def rule_on(claim: Mapping[str, Any], tables: Tables) -> Rule:
    """What a claim compares of some tables."""
    compared = {name: table.compared() for name, table in tables.items()}
    return read_claim("c", claim, compared, "claims.c").rule


A_OVER_B = claim("difference", subject="a", other="b")
STEADY = [SD] * 13
WIDE = [0.0, 3.0, 6.0, 10.0]
CUTOUT = {3: 0.90, 5: 0.99}
NOT_MORE = dict.fromkeys(SEEDS, 0.07)
SMALL = dict.fromkeys(SEEDS, 0.06)
SPREAD = "spread between runs"
CIFAR_LEAD = [2.0, *[0.0] * 10, -17.0, -40.0, -45.0]
CIFAR_SD = [0.4] * 11 + [8.0] * 3


def _spread_cases() -> list[Case]:
    double, single = [2 * SD, 2 * SD], [2 * SD, SD]
    exploding = [0.15] * 10 + [30.0] * 6
    best = claim("best_of", subject="a", others="bcdefghijklmn")
    return [
        Case(SPREAD, "no effect, equal variances, 13 rows beside",
             normal([0, 0], [SD, SD], STEADY), A_OVER_B, trials=10_000, limits=SMALL),
        Case(SPREAD, "no effect, both rows twice as noisy as the 13 beside",
             normal([0, 0], double, STEADY), A_OVER_B, trials=10_000, limits=NOT_MORE),
        Case(SPREAD, "no effect, one row twice as noisy",
             normal([0, 0], single, STEADY), A_OVER_B, trials=10_000, limits=NOT_MORE),
        Case(SPREAD, "no effect, one row twenty times as noisy",
             normal([0, 0], [20 * SD, SD], STEADY), A_OVER_B, trials=5000, limits=NOT_MORE),
        Case(SPREAD, "no effect, no row beside", normal([0, 0], [SD, SD]), A_OVER_B,
             trials=5000, limits=SMALL),
        Case(SPREAD, "cutout: 0.76 points, sd 0.15, 6 of 16 rows beside explode",
             normal([0.76, 0], [0.15, 0.15], exploding), A_OVER_B, True, 2000, CUTOUT),
        Case(SPREAD, "the best of 14, 2.0 points ahead, sd 0.4, 3 others collapse",
             normal(CIFAR_LEAD, CIFAR_SD), best, True, 300, {5: 0.85}),
    ]  # fmt: skip


def _kind_cases() -> list[Case]:
    pair, beside = [SD, SD], [SD] * 6
    row = {"trials": 1000}
    both = {"subject": "a", "other": "b"}
    rank = claim("rank_among", subject="a", others="bcde", rank_at_most=2)
    parts = [
        claim("difference", subject="a", other="b"),
        claim("difference", subject="c", other="d"),
    ]
    races = claim("time_to", series="test_accuracy", target=80, **both)
    slope = claim("trend", cells="abcde", axis="setting")
    curve = claim("same_curve", margin=1.0, **both)
    sweep = claim("difference", other="b", choose_best="setting", subject="acd")
    correlate = {"id": "c", "kind": "rank_correlation", "subject": {"artefact": "s"},
                 "other": {"artefact": "t"}, "below": 0.5}  # fmt: skip
    spread = claim("difference", subject="abcd", other="efgh", spread=True, direction="less")
    fails = claim("diverges", **both)
    small = {"trials": 5000, "limits": SMALL}
    return [
        Case("difference", "no effect", normal([0, 0], pair, beside), A_OVER_B, **row),
        Case("difference", "3 sd", normal([0.9, 0], pair, beside), A_OVER_B, True, **row),
        Case("difference of a best of three", "no effect", normal([0] * 4, [SD] * 4), sweep, **row),
        Case("difference of a best of three", "one 6 sd ahead",
             normal([1.8, 0, 0, 0], [SD] * 4), sweep, True, **row),
        Case("threshold", "at the bound", normal([0], [SD], beside),
             claim("threshold", cells="a", above=MEAN), **row),
        Case("threshold", "3 sd above", normal([0.9], [SD], beside),
             claim("threshold", cells="a", above=MEAN), True, **row),
        Case("trend", "flat", normal([0] * 5, [SD] * 5), slope, **row),
        Case("trend", "1 sd a step", normal([0.3 * i for i in range(5)], [SD] * 5),
             slope, True, **row),
        Case("range", "at the bound of 2 to 4 points", normal([2, 0], pair, beside),
             claim("range", low=2, high=4, **both), **row),
        Case("range", "in the middle of 2 to 4 points", normal([3, 0], pair, beside),
             claim("range", low=2, high=4, **both), True, **row),
        Case("equivalent", "at the margin of 1 point", normal([1, 0], pair, beside),
             claim("equivalent", margin=1, **both), **row),
        Case("equivalent", "no effect, margin 1 point", normal([0, 0], pair, beside),
             claim("equivalent", margin=1, **both), True, **row),
        Case("best_of", "5 equal settings", normal([0] * 5, [SD] * 5),
             claim("best_of", subject="a", others="bcde"), **row),
        Case("best_of", "3 sd above 4 others", normal([0.9, 0, 0, 0, 0], [SD] * 5),
             claim("best_of", subject="a", others="bcde"), True, **row),
        Case("rank_among", "5 equal settings, rank 2", normal([0] * 5, [SD] * 5), rank, **row),
        Case("rank_among", "3 sd above 3 of 4, rank 2", normal([0.9, 0.9, 0, 0, 0], [SD] * 5),
             rank, True, **row),
        Case("order", "3 equal settings", normal([0] * 3, [SD] * 3),
             claim("order", cells=[{"setting": s} for s in "abc"]), **row),
        Case("order", "steps of 3 sd", normal([1.8, 0.9, 0], [SD] * 3),
             claim("order", cells=[{"setting": s} for s in "abc"]), True, **row),
        Case("all_of", "2 differences, no effect", normal([0] * 4, [SD] * 4),
             claim("all_of", parts=parts), **row),
        Case("all_of", "2 differences of 3 sd", normal([0.9, 0, 0.9, 0], [SD] * 4),
             claim("all_of", parts=parts), True, **row),
        Case("same_curve", "at the margin of 1 point in 10 epochs", learning(1.0), curve,
             trials=300),
        Case("same_curve", "no gap", learning(0.0), curve, True, trials=300),
        Case("time_to", "same times, 8 epochs", arriving(8, 8), races, trials=500, limits=NOT_MORE),
        Case("time_to", "same times, half the runs never arrive", arriving(25, 25), races,
             trials=500, limits=NOT_MORE),
        Case("time_to", "6 epochs against 11", arriving(6, 11), races, True, trials=500),
        Case("diverges", "half of both", diverging(0.5, 0.5), fails, **row),
        Case("diverges", "all against none", diverging(1.0, 0.0), fails, True, **row),
        Case("difference where runs diverge", "a quarter of both", diverging(0.25, 0.25), A_OVER_B,
             **small),
        Case("spread over settings", "equal spreads, equal noise",
             spreads(WIDE, WIDE, [1, 1]), spread, **small),
        Case("spread over settings", "equal spreads, the other 3 times as noisy",
             spreads(WIDE, WIDE, [1, 3]), spread, **small),
        Case("spread over settings", "no spread, the other 3 times as noisy",
             spreads([0] * 4, [0] * 4, [1, 3]), spread, **small),
        Case("spread over settings", "1.4 against 4.3 points, noise of 1 point",
             spreads([0, 1, 2, 3.3], WIDE, [1, 1]), spread, True, **row),
        Case("rank_correlation", "0.5 of 14 settings, noise a fifth of their spread",
             orders(0.5, 0.2), correlate, trials=500, limits=SMALL),
        Case("rank_correlation", "0.5 of 14 settings, noise as large as their spread",
             orders(0.5, 1.0), correlate, trials=500, limits=SMALL),
        Case("rank_correlation", "-0.1 of 14 settings, noise a fifth of their spread",
             orders(-0.1, 0.2), correlate, True, trials=300),
    ]  # fmt: skip


def cases() -> list[Case]:
    """All that is simulated, in the order of the tables."""
    return [*_spread_cases(), *_kind_cases()]


def share_of_verdicts(number: int, seeds: int, trials: int | None = None) -> float:
    """How often a case gives a verdict: ``holds`` where its claim is true, else any.

    Args:
        number: of the case, from 0.
        seeds: runs of each setting.
        trials: by default those of the case.
    """
    case = cases()[number]
    rng = np.random.default_rng([number, seeds])
    trials = trials or case.trials
    wanted = ("holds",) if case.effect else ("holds", "contradicted")
    words, rule = [], None
    for _ in range(trials):
        tables = case.draw(rng, seeds)
        # Every draw has the same rows.
        rule = rule or rule_on(case.claim, tables)
        result = evaluate(rule, tables)
        words.append(verdict(result, result.p))
    return sum(word in wanted for word in words) / trials


def outside(case: Case, seeds: int, share: float) -> bool:
    """Whether a share misses what is asked for."""
    limit = (case.limits or {}).get(seeds, 0.0 if case.effect else inf)
    return share < limit if case.effect else share > limit


def main() -> None:
    """Simulate all cases, a core each, and write the tables."""
    jobs = [(number, seeds) for number in range(len(cases())) for seeds in SEEDS]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        shares = dict(zip(jobs, pool.map(share_of_verdicts, *zip(*jobs, strict=True)), strict=True))
    found = [
        {
            "rule": case.rule,
            "truth": case.truth,
            "effect": case.effect,
            "trials": case.trials,
            "shares": {str(seeds): shares[number, seeds] for seeds in SEEDS},
        }
        for number, case in enumerate(cases())
    ]
    write_whole(RATES, json.dumps(found, indent=1) + "\n")
    write_tables()
    missed = [
        f"{case.rule}, {case.truth}: {shares[number, seeds]:.3f} with {seeds} seeds"
        for number, case in enumerate(cases())
        for seeds in SEEDS
        if outside(case, seeds, shares[number, seeds])
    ]
    print("\n".join(missed) or "Every rate is as asked for.")


def write_tables(pages: Iterable[str] = PAGES) -> None:
    """Put the tables of the kept rates into the pages that show them."""
    for name in pages:
        page = ROOT / name
        text = page.read_text(encoding="utf-8")
        write_whole(page, BLOCK.sub(partial(_filled, tables_of_rates()), text))


def _filled(tables: str, block: re.Match) -> str:
    return f"{block[1]}{tables}{block[2]}"


if __name__ == "__main__":
    main()
