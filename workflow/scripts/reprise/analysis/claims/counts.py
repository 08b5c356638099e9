"""Claims about exact numbers, such as parameters or updates: no statistics."""

from collections.abc import Iterator, Mapping
from itertools import product
from math import inf, isclose
from typing import Any

from reprise.analysis.claims.registry import kinds
from reprise.analysis.claims.result import ClaimResult, Outcome, missing
from reprise.analysis.selection import claim_name, required, samples_of
from reprise.analysis.tables import Tables
from reprise.errors import InputError


@kinds.register(
    "counted",
    needs=[
        ["cells", "equals"],
        ["cells", "low"],
        ["cells", "high"],
        ["subject", "other", "equals"],
        ["subject", "other", "low"],
        ["subject", "other", "high"],
    ],
    takes=["low", "high", "ratio"],
    handles=["diverged"],
)
def counted(claim: Mapping[str, Any], tables: Tables) -> ClaimResult:
    """Every run's number ``equals`` a value, or lies between ``low`` and ``high``, ends included.

    The number is that of ``cells``, or how far ``subject`` exceeds ``other`` (``ratio: true``: how
    many times). The effect is the number furthest from what is claimed.
    """
    keys = ("subject", "other") if "subject" in claim else ("cells",)
    groups = []
    for key in keys:
        samples = samples_of(claim, required(claim, key), tables)
        if reason := next((sample.lacking for sample in samples if sample.lacking), None):
            return missing(reason)
        groups.append(samples)
    per_row = [[list(s.values.values()) for s in samples] for samples in groups]
    numbers = list(_numbers(claim, [[v for row in rows for v in row] for rows in per_row]))
    low, high = _bounds(claim)
    worst = max(numbers, key=lambda number: max(low - number, number - high))
    met = [_inside(number, low, high) for number in numbers]
    return ClaimResult(
        Outcome.EXACT,
        f"exact: {sum(met)} of {len(met)} numbers are as claimed",
        holds=all(met),
        effect=worst,
        support=inf if all(met) else -inf,
        n=min(len(row) for rows in per_row for row in rows),
        reported_effect=_reported(claim, groups),
    )


def _numbers(claim: Mapping[str, Any], groups: list[list[float]]) -> Iterator[float]:
    if len(groups) == 1:
        yield from groups[0]
        return
    for first, second in product(*groups):
        if not claim.get("ratio"):
            yield first - second
        elif second == 0:
            raise InputError(
                f"the claim {claim_name(claim)} divides by the number of its 'other' and should "
                "find one that is not 0, but found 0: leave out its key 'ratio'"
            )
        else:
            yield first / second


def _reported(claim: Mapping[str, Any], groups: list[list[Any]]) -> float | None:
    reported = [[sample.reported for sample in samples] for samples in groups]
    if any(None in numbers for numbers in reported) or any(len(set(n)) > 1 for n in reported):
        return None
    return next(_numbers(claim, [numbers[:1] for numbers in reported]))


def _bounds(claim: Mapping[str, Any]) -> tuple[float, float]:
    if "low" in claim or "high" in claim:
        return float(claim.get("low", -inf)), float(claim.get("high", inf))
    exact = float(required(claim, "equals"))
    return exact, exact


def _inside(number: float, low: float, high: float) -> bool:
    return low <= number <= high or isclose(number, low) or isclose(number, high)
