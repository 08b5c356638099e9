"""What is left of a claim where no number of the study is compared: its directions.

Small networks on other data say nothing of how large an effect is at published size, but they may
say on which side it lies. So a difference that the study puts within a range becomes one above or
below zero, and parts that hold runs against a number are left out.
"""

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from reprise.analysis.learning import is_change
from reprise.studies.claims.contrasts import Contrast, Difference, Range, Threshold
from reprise.studies.claims.counts import Counted
from reprise.studies.claims.registry import Rule
from reprise.studies.claims.rules import AllOf, ClaimPart
from reprise.studies.claims.selections import selections_of

if TYPE_CHECKING:
    from reprise.studies.claims.spec import Spec

NOT_COMPARED = "the claim names a number, with which only runs of published size are compared"


@dataclass(frozen=True, kw_only=True)
class LeftOut(Rule):
    """A part of a claim that is not judged, and why. No study states one."""

    reason: str

    @classmethod
    def of(cls, spec: "Spec") -> "LeftOut":
        raise spec.error("expected a kind of claim that a study can state")


def direction_of(rule: Rule) -> Rule | None:
    """The rule without numbers of the study; None where nothing is left of it.

    Args:
        rule: of a claim, or of a part of one.
    """
    if isinstance(rule, AllOf):
        return _direction_of_all(rule)
    # What is counted of small networks is no number of the published ones.
    if isinstance(rule, Counted):
        return None
    if isinstance(rule, Threshold):
        return rule if rule.value == 0 else None
    return _side_of_range(rule) if isinstance(rule, Range) else rule


def _direction_of_all(rule: AllOf) -> Rule | None:
    """All parts at their places, those of which nothing is left as such."""
    found = [direction_of(part.rule) for part in rule.parts]
    if not any(found):
        return None
    return replace(
        rule,
        parts=tuple(
            ClaimPart(part.label, left or LeftOut(reason=NOT_COMPARED))
            for part, left in zip(rule.parts, found, strict=True)
        ),
    )


def _side_of_range(rule: Range) -> Rule | None:
    """On which side of no difference the range lies; None where it lies on both, or is one of a
    mean that is no change."""
    none = 1.0 if rule.ratio else 0.0
    if rule.low is not None and rule.low >= none:
        sign = 1
    elif rule.high is not None and rule.high <= none:
        sign = -1
    else:
        return None
    contrast = {field.name: getattr(rule, field.name) for field in fields(Contrast)}
    if rule.groups():
        return Difference(**contrast, sign=sign)
    if rule.ratio or not all(is_change(one.metric) for one in selections_of(rule)):
        return None
    return Threshold(**contrast, sign=sign, value=0.0)
