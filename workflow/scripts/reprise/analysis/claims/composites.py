"""Claims of several parts: best_of, order, all_of, rank_among."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from reprise.analysis.claims.combining import combine, combine_most
from reprise.analysis.claims.comparison import Weighted, compare
from reprise.analysis.claims.contrasts import SIGNS, sign_of
from reprise.analysis.claims.decisions import directional
from reprise.analysis.claims.evaluation import evaluate, part_of
from reprise.analysis.claims.registry import kinds
from reprise.analysis.claims.result import ClaimResult
from reprise.analysis.selection import (
    Sample,
    claim_name,
    others_of,
    required,
    samples_of,
)
from reprise.analysis.tables import Tables
from reprise.errors import InputError

ORDERS = {"falling": 1, "rising": -1}


@kinds.register(
    "best_of",
    needs=[["subject", "others"]],
    takes=["direction", "paired"],
    means=True,
)
def best_of(claim: Mapping[str, Any], tables: Tables) -> ClaimResult:
    """The subject lies above each row of ``others`` (``direction: less``: below each)."""
    return combine(_against_each(claim, tables, sign_of(claim, SIGNS, "greater")))


@kinds.register(
    "rank_among",
    needs=[["subject", "others", "rank_at_most"]],
    takes=["direction", "paired"],
    means=True,
)
def rank_among(claim: Mapping[str, Any], tables: Tables) -> ClaimResult:
    """The subject's rank among itself and the rows of ``others`` is at most ``rank_at_most``.

    Rank 1 is the highest (``direction: less``: the lowest). That is so if the subject lies above
    all but ``rank_at_most`` - 1 of the others; the effect is its distance from the last of those.

    Raises:
        InputError: every rank would do.
    """
    sign, rank = sign_of(claim, SIGNS, "greater"), int(required(claim, "rank_at_most"))
    parts = _against_each(claim, tables, sign)
    if not 1 <= rank <= len(parts):
        raise InputError(
            f"the claim {claim_name(claim)} of kind 'rank_among' should have a 'rank_at_most' "
            f"from 1 to {len(parts)}, the number of its others, but has {rank}"
        )
    needed = len(parts) - rank + 1
    reported = [result.reported_effect for _, result in parts]
    ranked = [] if None in reported else sorted(reported, key=lambda effect: -sign * effect)
    result = combine_most(parts, needed)
    return replace(result, reported_effect=ranked[needed - 1] if ranked else None)


@kinds.register("order", needs=[["cells"]], takes=["direction", "paired"], means=True)
def order(claim: Mapping[str, Any], tables: Tables) -> ClaimResult:
    """The selections listed in ``cells`` follow one another, ``direction`` falling or rising.

    An effect is how far two neighbours differ in the claimed direction.
    """
    sign = sign_of(claim, ORDERS, "falling")
    steps = [samples_of(claim, step, tables) for step in required(claim, "cells")]
    parts = []
    for number, (first, second) in enumerate(pairwise(steps), start=1):
        weighted = [*_mean(first, float(sign)), *_mean(second, -float(sign))]
        parts.append((f"step {number}", directional(compare(claim, weighted), 1)))
    if not parts:
        raise InputError(
            f"the claim {claim_name(claim)} of kind 'order' should list two selections or more "
            f"in 'cells', but lists {len(steps)}"
        )
    return combine(parts)


@kinds.register("all_of", needs=[["parts"]], takes=[])
def all_of(claim: Mapping[str, Any], tables: Tables) -> ClaimResult:
    """Every claim listed in ``parts`` holds; parts inherit artefact, metric and arm."""
    parts = [part_of(claim, part) for part in required(claim, "parts")]
    results = [(f"part {i}", evaluate(part, tables)) for i, part in enumerate(parts, start=1)]
    return combine(results)


def _against_each(
    claim: Mapping[str, Any], tables: Tables, sign: int
) -> list[tuple[str, ClaimResult]]:
    """The subject against each row of the others: above it (sign 1) or below (sign -1)."""
    subject = samples_of(claim, required(claim, "subject"), tables)
    parts = []
    for other in others_of(claim, subject, tables):
        weighted = [*_mean(subject, 1.0), (-1.0, other)]
        result = directional(compare(claim, weighted), sign)
        parts.append((f"against {other.row.label}", result))
    return parts


def _mean(samples: list[Sample], weight: float) -> Weighted:
    return [(weight / len(samples), sample) for sample in samples]
