"""What a claim came to, before and after correction for the other claims."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from reprise.registry import Registry

# Functions that judge claims, by the name of the kind. An entry is called as
# ``entry(rule, tables)`` with a rule of its kind in which nothing is left to choose, and the tables
# of the artefacts that the rule compares, by artefact. It returns a ``ClaimResult``.
judges = Registry("judge")

SIGNIFICANCE = 0.05


class Outcome(StrEnum):
    """How far the runs allow a verdict."""

    TESTED = "tested"
    EXACT = "exact"
    ONE_SEED = "one seed"
    UNTESTABLE = "untestable"
    MISSING = "missing"
    NOT_JUDGED = "not judged"
    LEFT_OUT = "left out"


@dataclass(frozen=True)
class ClaimResult:
    """One claim, or one part of a claim.

    Attributes:
        basis: what the result rests on, as one clause.
        holds: the side on which the estimate lies: the claimed one, the other, or neither (None).
        p: p-value for the side on which the estimate lies; None without a test.
        effect, ci_low, ci_high: in the unit of the metric (a factor for ratios).
        support: how far the estimate lies on the claimed side; negative where it is reversed.
        n: smallest number of runs in a group.
        needs: from the level of a two-sided test to the seeds per group that decide with 80 %
            power at the reported effect, None if unknown.
        finds: from that level to the smallest absolute effect that is found with 80 % power.
        reported_effect: the effect in the study's own numbers.
        parts: label and result of each part, where the claim has parts.
        needs_all: whether every one of the parts has to hold.
        part: where the part stands that effect and interval are of: its number among the parts
            (from 1), then among that part's own, and so on; empty without parts.
    """

    outcome: Outcome
    basis: str
    holds: bool | None = None
    p: float | None = None
    effect: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    support: float = 0.0
    n: int = 0
    needs: Callable[[float], int | None] = field(default=lambda level: None, compare=False)
    finds: Callable[[float], float | None] = field(default=lambda level: None, compare=False)
    reported_effect: float | None = None
    parts: tuple[tuple[str, "ClaimResult"], ...] = ()
    needs_all: bool = True
    part: tuple[int, ...] = ()


def missing(reason: str) -> ClaimResult:
    """The result of a comparison of which a group has no value."""
    return ClaimResult(Outcome.MISSING, reason)


def not_judged(reason: str) -> ClaimResult:
    """The result of a claim that its judge could not judge."""
    return ClaimResult(Outcome.NOT_JUDGED, f"cannot be judged: {reason}")


def side(support: float) -> bool | None:
    """The side of the claim on which a signed distance lies; None for neither."""
    return None if support == 0 else support > 0


def verdict(result: ClaimResult, p: float | None) -> str:
    """The word for a result whose p-value, corrected or not, is ``p``."""
    if result.outcome is Outcome.MISSING:
        return "missing"
    if result.outcome is Outcome.NOT_JUDGED:
        return "not drawn"
    if result.outcome is Outcome.ONE_SEED and result.holds is not None:
        return "same direction" if result.holds else "other direction"
    decided = result.outcome is Outcome.EXACT or (p is not None and p <= SIGNIFICANCE)
    if result.holds is None or not decided:
        return "undecided"
    return "holds" if result.holds else "contradicted"
