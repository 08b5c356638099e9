"""What the effect of a claim is an effect of, and how it is written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reprise.rendering import numbers
from reprise.rendering.intervals import Bounds
from reprise.rendering.metrics import Style, compared_style
from reprise.studies.artefact_records import ArtefactRecord
from reprise.studies.claims.contrasts import Contrast, Equivalent, Range, Trend
from reprise.studies.claims.counts import Counted, Diverges
from reprise.studies.claims.curves import TimeTo
from reprise.studies.claims.orders import RankCorrelation
from reprise.studies.claims.registry import Rule
from reprise.studies.claims.rules import AllOf
from reprise.studies.claims.selections import artefacts_of
from reprise.studies.metric_units import difference_unit

EARLIER = ("earlier", "later")
"""What the subject is where it arrives before the other, and where it arrives after it."""

ARRIVED = re.compile(r"(\d+) of (\d+) runs arrive")


def judged_part(rule: Rule, place: str | None) -> Rule:
    """What the effect of a claim is an effect of: the part at a place, or the first.

    Args:
        rule: of the claim, or of a part of one.
        place: the column ``part`` of its results: numbers from 1 that lead to the part. A kind
            that makes parts of its own has the last of them, which is no part of the rule.
    """
    if not isinstance(rule, AllOf):
        return rule
    number, _, below = (place or "").partition(".")
    # The results may be older than the rule, and know more parts than it has.
    part = rule.parts[min(int(number or 1), len(rule.parts)) - 1]
    return judged_part(part.rule, below)


def is_ratio(rule: Rule) -> bool:
    """Whether an effect says how many times."""
    return isinstance(rule, Contrast | Counted) and rule.ratio


def shift_of(rule: Rule) -> float:
    """What the effect of a rule is a distance from, where the number itself is shown: a correlation
    is, and not how far it lies from the claimed one."""
    return float(rule.value) if isinstance(rule, RankCorrelation) else 0.0


def null_of(rule: Rule) -> float | None:
    """The effect of no difference; None where the effect is not a difference."""
    is_mean = isinstance(rule, Range) and len(rule.terms) == 1
    if is_mean or isinstance(rule, Counted | Diverges):
        return None
    return 1.0 if is_ratio(rule) else shift_of(rule)


def band_of(rule: Rule) -> Bounds | None:
    """The effects for which a claim holds, where it names them."""
    if isinstance(rule, Range):
        return rule.low, rule.high
    if isinstance(rule, Equivalent):
        return (None if rule.or_less else -rule.margin), rule.margin
    if isinstance(rule, Trend) and rule.margin is not None:
        return -rule.margin, rule.margin
    return None


@dataclass(frozen=True)
class Writing:
    """How the numbers of a claim are written: unit, decimals, and whether with their sign.

    Attributes:
        shift: what is added to a number before it is written.
        factor: what it is multiplied with.
        sides: what a number above 0 is called and one below it, in place of its sign.
        ends: what follows an interval.
    """

    unit: str
    decimals: int | str
    has_sign: bool
    shift: float = 0.0
    factor: float = 1.0
    sides: tuple[str, str] | None = None
    ends: str = ""

    @classmethod
    def of(cls, rule: Rule, style: Style, step: str, effect: float, basis: str) -> "Writing":
        """The way that suits a claim's kind, what it compares, and the size of its effect.

        Args:
            step: what a slope is counted per.
            basis: what the effect rests on, which says whether all runs arrived somewhere.
        """
        # A share, a correlation or epochs, whatever the metric.
        if isinstance(rule, Diverges):
            return cls("% of runs", 0, False, factor=100.0, ends=" %")
        if isinstance(rule, RankCorrelation):
            return cls("rank correlation", 2, False, shift=shift_of(rule))
        if isinstance(rule, TimeTo):
            more = " or more" if never_arrives(basis) else ""
            return cls(f"epochs{more}", numbers.finer(effect, 0), False, sides=EARLIER)
        has_sign = null_of(rule) == 0.0
        fitting = numbers.fitting_decimals(effect)
        if is_ratio(rule):
            return cls("times", fitting, has_sign)
        unit = difference_unit(style.unit) if has_sign else style.unit
        if isinstance(rule, Trend):
            return cls(f"{unit} per {step}".strip(), fitting, has_sign)
        if style.decimals is None:
            return cls(unit, fitting, has_sign)
        decimals = numbers.finer(effect, style.decimals)
        return cls(unit, numbers.telling(effect, decimals) if has_sign else decimals, has_sign)

    def effect(self, value: float | None) -> str:
        """An effect, with its sign where it is a difference; nothing where there is none."""
        if value is None:
            return ""
        shown = value * self.factor + self.shift
        if self.sides:
            return numbers.number(abs(shown), self.decimals)
        return (numbers.signed if self.has_sign else numbers.number)(shown, self.decimals)

    def unit_of(self, value: float | None) -> str:
        """The unit of an effect, with its side where that stands for the sign: ``epochs later``,
        ``epochs or more later``, ``epoch earlier``."""
        if not self.sides:
            return self.unit
        if not value:
            return "epochs"
        unit = self.unit.replace("epochs", "epoch", 1) if self.effect(value) == "1" else self.unit
        return f"{unit} {self._side(value)}"

    def in_words(self, value: float | None) -> str:
        """An effect with its unit; nothing where there is none."""
        return f"{self.effect(value)} {self.unit_of(value)}".strip() if value is not None else ""

    def size(self, value: float | None) -> str:
        """A size without sign; nothing where there is none."""
        return "" if value is None else numbers.number(value * self.factor, self.decimals)

    def interval(self, low: float | None, high: float | None) -> str:
        """An interval of effects, or nothing where an end is not known."""
        if low is None or high is None:
            return ""
        ends = [f"{self.effect(end)} {self._side(end)}".strip() for end in (low, high)]
        return f"{' to '.join(ends)}{self.ends}"

    def placed(self, value: float | None) -> float | None:
        """Where a drawing has an effect."""
        return None if value is None else value * self.factor + self.shift

    def _side(self, value: float | None) -> str:
        if not self.sides or not value:
            return ""
        return self.sides[0] if value > 0 else self.sides[1]


def never_arrives(basis: str) -> bool:
    """Whether some of the runs that an effect in epochs rests on never arrived."""
    found = ARRIVED.search(basis)
    return found is not None and found[1] != found[2]


def writing_of(
    rule: Rule, artefacts: Mapping[str, ArtefactRecord], effect: float | None, basis: str = ""
) -> Writing:
    """How the numbers of a claim, or of the part of it that is judged, are written."""
    step = step_of(rule, artefacts) if isinstance(rule, Trend) else ""
    return Writing.of(rule, compared_style(rule, artefacts), step, effect or 0.0, basis)


def step_of(rule: Trend, artefacts: Mapping[str, ArtefactRecord]) -> str:
    """What a trend's slope is counted per: a doubling, a pixel of a kernel's side, what the labels
    of the values count (``15 epochs``), a step from one value to the next, or one unit."""
    if rule.logarithmic:
        return "doubling"
    (artefact, *_) = artefacts_of(rule)
    axis = artefacts[artefact].axis(rule.axis)
    placed = [value for value in axis.values if value.x is not None]
    if not placed:
        return "unit"
    if all(f"{value.x:g}x{value.x:g}" in value.label for value in placed):
        return "pixel"
    nouns = [re.search(rf"\b{value.x:g} ([a-z]+?)s?\b", value.label) for value in placed]
    if all(nouns) and len(counted := {noun[1] for noun in nouns}) == 1:
        return counted.pop()
    places = sorted(value.x for value in placed)
    if places == [float(place) for place in range(1, len(places) + 1)]:
        return "step"
    return f"unit of {axis.label}" if axis.label else "unit"
