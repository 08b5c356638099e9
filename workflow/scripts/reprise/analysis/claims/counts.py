"""Claims about exact numbers, such as parameters or updates: no statistics."""

from collections.abc import Iterator
from itertools import product
from math import inf, isclose
from typing import Any

from reprise.analysis.claims.result import ClaimResult, Outcome, judges, missing
from reprise.analysis.selection import samples_of
from reprise.analysis.tables import Tables
from reprise.errors import InputError
from reprise.studies.claims.counts import Counted


@judges.register("counted")
def counted(rule: Counted, tables: Tables) -> ClaimResult:
    """Every number lies between the bounds; the effect is the one furthest from them."""
    groups = [samples_of(group, tables) for group in rule.counted]
    for sample in (sample for samples in groups for sample in samples):
        if sample.lacking:
            return missing(sample.lacking)
    per_row = [[list(s.values.values()) for s in samples] for samples in groups]
    numbers = list(_numbers(rule, [[v for row in rows for v in row] for rows in per_row]))
    low = -inf if rule.low is None else rule.low
    high = inf if rule.high is None else rule.high
    worst = max(numbers, key=lambda number: max(low - number, number - high))
    met = [_inside(number, low, high) for number in numbers]
    return ClaimResult(
        Outcome.EXACT,
        f"exact: {sum(met)} of {len(met)} numbers are as claimed",
        holds=all(met),
        effect=worst,
        support=inf if all(met) else -inf,
        n=min(len(row) for rows in per_row for row in rows),
        reported_effect=_reported(rule, groups),
    )


def _numbers(rule: Counted, groups: list[list[float]]) -> Iterator[float]:
    if len(groups) == 1:
        yield from groups[0]
        return
    for first, second in product(*groups):
        if not rule.ratio:
            yield first - second
        elif second == 0:
            raise InputError(
                "the number of the claim's 'other' is 0, by which nothing is divided: leave out "
                "its key 'ratio'"
            )
        else:
            yield first / second


def _reported(rule: Counted, groups: list[list[Any]]) -> float | None:
    reported = [[sample.reported for sample in samples] for samples in groups]
    if any(None in numbers for numbers in reported) or any(len(set(n)) > 1 for n in reported):
        return None
    return next(_numbers(rule, [numbers[:1] for numbers in reported]))


def _inside(number: float, low: float, high: float) -> bool:
    return low <= number <= high or isclose(number, low) or isclose(number, high)
