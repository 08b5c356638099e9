"""What is left of a claim where no number of the study is compared: its directions.

Small networks on other data say nothing of how large an effect is at published size, but they may
say on which side it lies. So a difference that the study puts within a range becomes one above or
below zero, and parts that hold runs against a number are left out. A claim that two things do not
differ has no side, and its margin is finer than one small run can tell.
"""

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from reprise.analysis.learning import is_change
from reprise.studies.claims.contrasts import (
    Contrast,
    Difference,
    Equivalent,
    Range,
    Threshold,
    Trend,
)
from reprise.studies.claims.counts import Counted
from reprise.studies.claims.curves import SameCurve
from reprise.studies.claims.registry import Rule
from reprise.studies.claims.rules import AllOf, ClaimPart
from reprise.studies.claims.selections import selections_of

if TYPE_CHECKING:
    from reprise.studies.claims.spec import Spec

NOT_COMPARED = "the claim names a number, with which only runs of published size are compared"
NO_DIRECTION = "the claim is that there is no difference, which small runs cannot show"


@dataclass(frozen=True, kw_only=True)
class LeftOut(Rule):
    """A part of a claim that is not judged, and why. No study states one."""

    reason: str

    @classmethod
    def of(cls, spec: "Spec") -> "LeftOut":
        raise spec.error("expected a kind of claim that a study can state")


def direction_of(rule: Rule) -> Rule:
    """The rule without numbers of the study; ``LeftOut`` where nothing is left of it.

    Args:
        rule: of a claim, or of a part of one.
    """
    match rule:
        case AllOf():
            return _direction_of_all(rule)
        case Range():
            return _side_of_range(rule)
        # What is counted of small networks is no number of the published ones.
        case Counted():
            return LeftOut(reason=NOT_COMPARED)
        case Threshold() if rule.value != 0:
            return LeftOut(reason=NOT_COMPARED)
        case SameCurve():
            return LeftOut(reason=NO_DIRECTION)
        case Equivalent() if not rule.or_less:
            return LeftOut(reason=NO_DIRECTION)
        case Trend() if rule.margin is not None:
            return LeftOut(reason=NO_DIRECTION)
    return rule


def _direction_of_all(rule: AllOf) -> Rule:
    """All parts at their places, those of which nothing is left as such."""
    found = [direction_of(part.rule) for part in rule.parts]
    left_out = [left.reason for left in found if isinstance(left, LeftOut)]
    if len(left_out) == len(found):
        return LeftOut(reason="; ".join(dict.fromkeys(left_out)))
    parts = zip(rule.parts, found, strict=True)
    return replace(rule, parts=tuple(ClaimPart(part.label, left) for part, left in parts))


def _side_of_range(rule: Range) -> Rule:
    """On which side of no difference the range lies. Nothing is left of a range that lies on both
    sides, or is one of a mean that is no change."""
    none = 1.0 if rule.ratio else 0.0
    if rule.low is not None and rule.low >= none:
        sign = 1
    elif rule.high is not None and rule.high <= none:
        sign = -1
    else:
        return LeftOut(reason=NOT_COMPARED)
    contrast = {field.name: getattr(rule, field.name) for field in fields(Contrast)}
    if rule.groups():
        return Difference(**contrast, sign=sign)
    if rule.ratio or not all(is_change(one.metric) for one in selections_of(rule)):
        return LeftOut(reason=NOT_COMPARED)
    return Threshold(**contrast, sign=sign, value=0.0)
