"""Claims about orders: best_of, rank_among, order."""

from dataclasses import replace
from itertools import pairwise

from reprise.analysis.claims.combining import combine, combine_most
from reprise.analysis.claims.comparison import Weighted, compare
from reprise.analysis.claims.decisions import directional
from reprise.analysis.claims.result import ClaimResult, judges
from reprise.analysis.selection import Sample, others_of, samples_of
from reprise.analysis.tables import Tables
from reprise.studies.claims.orders import AgainstOthers, BestOf, Order, RankAmong


@judges.register("best_of")
def best_of(rule: BestOf, tables: Tables) -> ClaimResult:
    """The subject lies above each other row, or below each."""
    return combine(_against_each(rule, tables))


@judges.register("rank_among")
def rank_among(rule: RankAmong, tables: Tables) -> ClaimResult:
    """The subject lies above all but so many of the others."""
    parts = _against_each(rule, tables)
    needed = len(parts) - rule.rank_at_most + 1
    reported = [result.reported_effect for _, result in parts]
    ranked = [] if None in reported else sorted(reported, key=lambda effect: -rule.sign * effect)
    result = combine_most(parts, needed)
    return replace(result, reported_effect=ranked[needed - 1] if ranked else None)


@judges.register("order")
def order(rule: Order, tables: Tables) -> ClaimResult:
    """Each step lies above the next, or below it."""
    steps = [samples_of(step, tables) for step in rule.steps]
    parts = []
    for number, (first, second) in enumerate(pairwise(steps), start=1):
        weighted = [*_mean(first, float(rule.sign)), *_mean(second, -float(rule.sign))]
        parts.append((f"step {number}", directional(compare(weighted, rule.paired), 1)))
    return combine(parts)


def _against_each(rule: AgainstOthers, tables: Tables) -> list[tuple[str, ClaimResult]]:
    """The subject against each row of the others: above it (sign 1) or below (sign -1)."""
    subject = samples_of(rule.subject, tables)
    parts = []
    for other in others_of(subject, rule.others, tables):
        weighted = [*_mean(subject, 1.0), (-1.0, other)]
        result = directional(compare(weighted, rule.paired), rule.sign)
        parts.append((f"against {other.row.label}", result))
    return parts


def _mean(samples: list[Sample], weight: float) -> Weighted:
    return [(weight / len(samples), sample) for sample in samples]
