"""Claims about a linear contrast of means: difference, threshold, trend, range, equivalent."""

from dataclasses import dataclass
from itertools import product

from reprise.errors import choose_among
from reprise.studies.claims.registry import Rule, kinds
from reprise.studies.claims.selections import Selection, Selections, Term
from reprise.studies.claims.spec import Spec

DEFAULT_MARGIN = 0.5
SLOPES = {"rising": 1, "falling": -1, "flat": 0}


@dataclass(frozen=True, kw_only=True)
class Contrast(Rule):
    """A weighted sum of means of groups of rows.

    Attributes:
        paired: whether the sum is formed within each seed.
        ratio: whether logarithms are compared, so that effects are factors.
        reported_effect: the effect that the study states by itself, in the unit of the metric.
    """

    terms: tuple[Term, ...]
    paired: bool = False
    ratio: bool = False
    reported_effect: float | None = None

    def groups(self) -> tuple[Term, ...]:
        """The terms; none of a single mean, which is compared with a number."""
        return self.terms if len(self.terms) > 1 else ()


def contrast_of(spec: Spec, of_difference: bool = False) -> dict[str, object]:
    """The fields of a contrast.

    Args:
        of_difference: whether it is a difference of means, so that the weights add up to 0.
    """
    terms, ratio = spec.terms(), spec.flag("ratio")
    if not any(_weights(spec, terms)):
        raise spec.error("expected terms that differ in their rows, found weights that cancel")
    total = sum(term.weight for term in terms)
    if of_difference and abs(total) > 1e-9:
        raise spec.error(
            f"expected weights that add up to 0, since a claim of kind {spec.kind!r} compares "
            f"means with one another, found a sum of {total:g}",
            "terms",
        )
    reported = spec.positive("reported_effect") if ratio else spec.number("reported_effect")
    return {
        "terms": terms,
        "paired": spec.flag("paired"),
        "ratio": ratio,
        "reported_effect": reported,
    }


def _weights(spec: Spec, terms: tuple[Term, ...]) -> list[float]:
    """The factor of the mean of each row, once all terms are added up."""
    weights: dict[object, float] = {}
    for term in terms:
        rows = spec.rows(term.selections)
        for row in rows:
            weights[row] = weights.get(row, 0.0) + term.weight / len(rows)
    return [weight for weight in weights.values() if abs(weight) > 1e-9]


@kinds.register(
    "difference",
    needs=[["subject", "other"], ["terms"]],
    takes=["direction", "choose_best", "spread", "paired", "ratio", "reported_effect"],
)
@dataclass(frozen=True, kw_only=True)
class Difference(Contrast):
    """The subject lies above the other (``direction: less``: below); or a sum of ``terms``.

    With ``spread`` it is the standard deviation over the subject's true means that lies above that
    over the other's.

    Attributes:
        sign: 1 for above, -1 for below.
    """

    sign: int
    spread: bool = False

    @classmethod
    def of(cls, spec: Spec) -> "Difference":
        if spec.flag("spread"):
            spec.refuse("spread", "terms", "choose_best", "paired", "ratio", "reported_effect")
            _check_settings(spec)
        contrast = contrast_of(spec, of_difference=True)
        return cls(**contrast, sign=spec.sign(), spread=spec.flag("spread"))


def _check_settings(spec: Spec) -> None:
    for key in ("subject", "other"):
        rows = spec.rows(spec.selections(key))
        if len(rows) < 2:
            raise spec.error(
                "expected two rows or more, since the spread over settings is compared, found one",
                key,
            )


@kinds.register("threshold", needs=[["cells", "above"], ["cells", "below"]], takes=["choose_best"])
@dataclass(frozen=True, kw_only=True)
class Threshold(Contrast):
    """The mean of ``cells`` lies ``above`` or ``below`` a value; the effect is its distance.

    Attributes:
        sign: 1 for above, -1 for below.
    """

    sign: int
    value: float

    @classmethod
    def of(cls, spec: Spec) -> "Threshold":
        sign, key = (1, "above") if "above" in spec else (-1, "below")
        return cls(**contrast_of(spec), sign=sign, value=spec.number(key))


@kinds.register(
    "trend",
    needs=[["cells", "axis"], ["subject", "other", "axis"]],
    takes=["transform", "direction", "margin"],
)
@dataclass(frozen=True, kw_only=True)
class Trend(Contrast):
    """The slope along ``axis`` is rising, falling, or flat to within ``margin``.

    Of the mean of ``cells``, or of the difference between ``subject`` and ``other``.

    Attributes:
        logarithmic: whether positions are compared by their binary logarithm.
        sign: 1 for rising, -1 for falling, 0 for flat.
        margin: half the width of what counts as flat; None where that is not claimed.
    """

    axis: str
    logarithmic: bool = False
    sign: int
    margin: float | None = None

    def groups(self) -> tuple[Term, ...]:
        """The terms: the rows of one are compared with one another, too."""
        return self.terms

    @classmethod
    def of(cls, spec: Spec) -> "Trend":
        logarithmic = spec.word("transform", ("none", "log2"), "none") == "log2"
        sign, margin = SLOPES[spec.word("direction", SLOPES, "rising")], spec.positive("margin")
        if (sign == 0) != (margin is not None):
            raise spec.error(
                "expected the keys 'direction: flat' and 'margin' together, found one of them"
            )
        rule = cls(
            **contrast_of(spec),
            axis=spec.text("axis"),
            logarithmic=logarithmic,
            sign=sign,
            margin=margin,
        )
        for term in rule.terms:
            _check_positions(spec, rule, term.selections)
        return rule


def _check_positions(spec: Spec, rule: Trend, selections: Selections) -> None:
    """See that rows have positions along the axis, and two or more, whatever is chosen."""
    for chosen in product(*(selection.outcomes for selection in selections)):
        positions = {_position(spec, rule, one, place) for one in chosen for place in one.rows}
        if len(positions) < 2:
            raise spec.error(
                f"expected cells at two or more positions of the axis {rule.axis!r}, found them at "
                f"{positions.pop():g} only"
            )


def _position(spec: Spec, rule: Trend, selection: Selection, place: int) -> float:
    artefact = spec.scope.artefacts[selection.artefact]
    if rule.axis not in artefact.axes:
        suggestion = choose_among(rule.axis, artefact.axes)
        raise spec.error(f"{artefact.id} has no axis {rule.axis!r}; {suggestion}", "axis")
    value = artefact.rows[place].axes[rule.axis]
    x = artefact.axes[rule.axis][value]
    if x is None or (rule.logarithmic and x <= 0):
        kind = "a positive number" if rule.logarithmic else "a number"
        raise spec.error(
            f"expected {kind} as 'x' of the value {value!r} of the axis {rule.axis!r} of "
            f"{artefact.id}, found {x}; give it one under axes",
            "axis",
        )
    return x


@kinds.register(
    "range",
    needs=[
        ["subject", "other", "low"],
        ["subject", "other", "high"],
        ["terms", "low"],
        ["terms", "high"],
        ["cells", "low"],
        ["cells", "high"],
    ],
    takes=["low", "high", "paired", "ratio", "choose_best", "reported_effect"],
)
@dataclass(frozen=True, kw_only=True)
class Range(Contrast):
    """The 95 % interval of an effect, or of one mean, lies between ``low`` and ``high``."""

    low: float | None = None
    high: float | None = None

    @classmethod
    def of(cls, spec: Spec) -> "Range":
        low, high = spec.bounds()
        if spec.flag("ratio"):
            spec.positive("low")
            spec.positive("high")
        return cls(**contrast_of(spec), low=low, high=high)


@kinds.register(
    "equivalent",
    needs=[["subject", "other"], ["terms"]],
    takes=["margin", "or_less", "paired", "reported_effect"],
)
@dataclass(frozen=True, kw_only=True)
class Equivalent(Contrast):
    """Subject and other differ by less than ``margin``; ``or_less``: the subject may be lower."""

    margin: float = DEFAULT_MARGIN
    or_less: bool = False

    @classmethod
    def of(cls, spec: Spec) -> "Equivalent":
        margin = spec.positive("margin")
        return cls(
            **contrast_of(spec, of_difference=True),
            margin=DEFAULT_MARGIN if margin is None else margin,
            or_less=spec.flag("or_less"),
        )
