"""What the effect of a claim is an effect of, and how it is written."""

from collections.abc import Mapping
from dataclasses import dataclass

from reprise.rendering import numbers
from reprise.rendering.intervals import Bounds
from reprise.rendering.metrics import Style, compared_style, difference_unit
from reprise.studies.artefact_records import ArtefactRecord
from reprise.studies.claims.contrasts import Contrast, Equivalent, Range, Trend
from reprise.studies.claims.counts import Counted, Diverges
from reprise.studies.claims.curves import TimeTo
from reprise.studies.claims.orders import RankCorrelation
from reprise.studies.claims.registry import Rule
from reprise.studies.claims.rules import AllOf
from reprise.studies.claims.selections import artefacts_of


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


def null_of(rule: Rule) -> float | None:
    """The effect of no difference; None where the effect is not a difference."""
    is_mean = isinstance(rule, Range) and len(rule.terms) == 1
    if is_mean or isinstance(rule, Counted | Diverges):
        return None
    return 1.0 if is_ratio(rule) else 0.0


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
    """How the numbers of a claim are written: unit, decimals, and whether with their sign."""

    unit: str
    decimals: int | str
    has_sign: bool

    @classmethod
    def of(cls, rule: Rule, style: Style, step: str, effect: float) -> "Writing":
        """The way that suits a claim's kind, what it compares, and the size of its effect.

        ``step`` is what a slope is counted per.
        """
        has_sign = null_of(rule) == 0.0
        # A share, a correlation or epochs, whatever the metric.
        if isinstance(rule, Diverges | RankCorrelation):
            is_share = isinstance(rule, Diverges)
            return cls("" if is_share else f"from {numbers.plain(rule.value)}", 2, has_sign)
        if isinstance(rule, TimeTo):
            return cls("epochs", numbers.finer(effect, 0), has_sign)
        fitting = numbers.fitting_decimals(effect)
        if is_ratio(rule):
            return cls("times", fitting, has_sign)
        unit = difference_unit(style.unit) if has_sign else style.unit
        if isinstance(rule, Trend):
            return cls(f"{unit} per {step}".strip(), fitting, has_sign)
        if style.decimals is None:
            return cls(unit, fitting, has_sign)
        return cls(unit, numbers.finer(effect, style.decimals), has_sign)

    def effect(self, value: float | None) -> str:
        """An effect, with its sign where it is a difference; nothing where there is none."""
        if value is None:
            return ""
        return (numbers.signed if self.has_sign else numbers.number)(value, self.decimals)

    def size(self, value: float | None) -> str:
        """A size without sign; nothing where there is none."""
        return "" if value is None else numbers.number(value, self.decimals)

    def interval(self, low: float | None, high: float | None) -> str:
        """An interval of effects, or nothing where an end is not known."""
        if low is None or high is None:
            return ""
        return f"{self.effect(low)} to {self.effect(high)}"


def writing_of(
    rule: Rule, artefacts: Mapping[str, ArtefactRecord], effect: float | None
) -> Writing:
    """How the numbers of a claim, or of the part of it that is judged, are written."""
    step = step_of(rule, artefacts) if isinstance(rule, Trend) else ""
    return Writing.of(rule, compared_style(rule, artefacts), step, effect or 0.0)


def step_of(rule: Trend, artefacts: Mapping[str, ArtefactRecord]) -> str:
    """What a trend's slope is counted per: a doubling, or one unit of the axis."""
    if rule.logarithmic:
        return "doubling"
    (artefact, *_) = artefacts_of(rule)
    label = artefacts[artefact].axis(rule.axis).label
    return f"unit of {label}" if label else "unit"
