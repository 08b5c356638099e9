"""Claims about orders: best_of, rank_among, order, rank_correlation."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from reprise.studies.claims.registry import Rule, kinds
from reprise.studies.claims.selections import Selections, Term
from reprise.studies.claims.spec import Spec

ORDERS = {"falling": 1, "rising": -1}
FEWEST_SETTINGS = 3


@dataclass(frozen=True, kw_only=True)
class AgainstOthers(Rule):
    """A subject against each row of some others.

    Attributes:
        sign: 1 where the subject is to lie above, -1 below.
        paired: whether differences are formed within each seed.
    """

    subject: Selections
    others: Selections
    sign: int
    paired: bool = False

    def groups(self) -> tuple[Term, ...]:
        """The subject, and the others."""
        return Term(1.0, self.subject), Term(1.0, self.others)


@kinds.register(
    "best_of", needs=[["subject", "others"]], takes=["direction", "choose_best", "paired"]
)
@dataclass(frozen=True, kw_only=True)
class BestOf(AgainstOthers):
    """The subject lies above each row of ``others`` (``direction: less``: below each)."""

    @classmethod
    def of(cls, spec: Spec) -> "BestOf":
        subject, others, _ = spec.subject_and_others()
        return cls(subject=subject, others=others, sign=spec.sign(), paired=spec.flag("paired"))


@kinds.register(
    "rank_among",
    needs=[["subject", "others", "rank_at_most"]],
    takes=["direction", "choose_best", "paired"],
)
@dataclass(frozen=True, kw_only=True)
class RankAmong(AgainstOthers):
    """The subject's rank among itself and the rows of ``others`` is at most ``rank_at_most``.

    Rank 1 is the highest (``direction: less``: the lowest). That is so if the subject lies above
    all but ``rank_at_most`` - 1 of the others; the effect is its distance from the last of those.
    """

    rank_at_most: int

    @classmethod
    def of(cls, spec: Spec) -> "RankAmong":
        subject, others, count = spec.subject_and_others()
        rank = spec.whole("rank_at_most", 1)
        if rank > count:
            raise spec.error(
                f"expected a rank from 1 to {count}, the number of its others, found {rank}, "
                "which every subject has",
                "rank_at_most",
            )
        return cls(
            subject=subject,
            others=others,
            sign=spec.sign(),
            paired=spec.flag("paired"),
            rank_at_most=rank,
        )


@kinds.register("order", needs=[["cells"]], takes=["direction", "paired"])
@dataclass(frozen=True, kw_only=True)
class Order(Rule):
    """The selections listed in ``cells`` follow one another, ``direction`` falling or rising.

    An effect is how far two neighbours differ in the claimed direction.

    Attributes:
        sign: 1 for falling, -1 for rising.
        paired: whether differences are formed within each seed.
    """

    steps: tuple[Selections, ...]
    sign: int
    paired: bool = False

    def groups(self) -> tuple[Term, ...]:
        """The steps."""
        return tuple(Term(1.0, step) for step in self.steps)

    @classmethod
    def of(cls, spec: Spec) -> "Order":
        sign = ORDERS[spec.word("direction", ORDERS, "falling")]
        return cls(steps=_steps(spec), sign=sign, paired=spec.flag("paired"))


def _steps(spec: Spec) -> tuple[Selections, ...]:
    """The steps of an order, no two of which are the same rows."""
    steps = spec.steps("cells")
    places: dict[frozenset[Hashable], int] = {}
    for place, step in enumerate(steps):
        first = places.setdefault(frozenset(spec.rows(step)), place)
        if first != place:
            raise spec.error(
                f"expected other rows than those of cells[{first}], found the same",
                f"cells[{place}]",
            )
    return steps


@kinds.register(
    "rank_correlation",
    needs=[["subject", "other", "above"], ["subject", "other", "below"]],
    takes=[],
)
@dataclass(frozen=True, kw_only=True)
class RankCorrelation(Rule):
    """Spearman's correlation of two orders of settings is ``above`` or ``below`` a value.

    Rows of ``subject`` and ``other`` are matched by the axes that both artefacts have. The effect
    is the distance of the correlation from the value. Noise between runs lowers a correlation: a
    claim of ``below`` stays undecided as long as noise makes more than a twentieth of the
    differences between the settings.

    Attributes:
        subject, other: one row a selection, those of a setting at the same place.
        sign: 1 for above, -1 for below.
    """

    subject: Selections
    other: Selections
    sign: int
    value: float

    def compares_numbers(self) -> bool:
        """No: only the orders of the settings are."""
        return False

    @classmethod
    def of(cls, spec: Spec) -> "RankCorrelation":
        sign, key = (1, "above") if "above" in spec else (-1, "below")
        subject, other = spec.sides()
        if any(selection.candidates for selection in (*subject, *other)):
            raise spec.error("expected selections that choose nothing, found 'choose_best'")
        first, second = _matched(spec, subject, other)
        return cls(subject=first, other=second, sign=sign, value=spec.number(key))


def _matched(spec: Spec, subject: Selections, other: Selections) -> tuple[Selections, Selections]:
    """Both selections in the same order of settings, one row each."""
    sides = [_rows(spec, selections) for selections in (subject, other)]
    axes = [side[0][0] for side in sides]
    varied = [
        axis
        for axis in axes[0]
        if axis in axes[1]
        and any(len({values.get(axis) for values, _ in side}) > 1 for side in sides)
    ]
    first, second = (
        {tuple(values.get(axis) for axis in varied): one for values, one in side} for side in sides
    )
    fewest = max(len(sides[0]), len(sides[1]), FEWEST_SETTINGS)
    if first.keys() != second.keys() or len(first) < fewest:
        raise spec.error(
            "expected the same three or more settings on both sides, found "
            f"{len(sides[0])} and {len(sides[1])} that do not match one to one by "
            f"{', '.join(varied) or 'any axis'}"
        )
    return tuple(first.values()), tuple(second[key] for key in first)


def _rows(spec: Spec, selections: Selections) -> Sequence[tuple[Any, Any]]:
    """The axis values of each row, and the selection of it alone."""
    return [
        (spec.scope.artefacts[selection.artefact].rows[place].axes, selection.only((place,)))
        for selection in selections
        for place in selection.rows
    ]
