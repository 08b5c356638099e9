"""Claims about numbers that are counted: exact ones, and how many runs diverge."""

from dataclasses import dataclass
from typing import ClassVar

from reprise.studies.claims.registry import Rule, kinds
from reprise.studies.claims.selections import Selections
from reprise.studies.claims.spec import Spec

DEFAULT_SHARE = 0.5


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
)
@dataclass(frozen=True, kw_only=True)
class Counted(Rule):
    """Every run's number ``equals`` a value, or lies between ``low`` and ``high``, ends included.

    The number is that of ``cells``, or how far ``subject`` exceeds ``other`` (``ratio: true``: how
    many times). The effect is the number furthest from what is claimed.

    Attributes:
        counted: cells alone, or subject and other.
        low, high: None where an end is open.
    """

    handles: ClassVar[frozenset[str]] = frozenset({"diverged"})

    counted: tuple[Selections, ...]
    low: float | None = None
    high: float | None = None
    ratio: bool = False

    @classmethod
    def of(cls, spec: Spec) -> "Counted":
        if "cells" in spec:
            spec.refuse("cells", "ratio")
            groups = (spec.selections("cells"),)
        else:
            groups = spec.sides()
        if "equals" in spec:
            spec.refuse("equals", "low", "high")
        exact = spec.number("equals")
        low, high = spec.bounds() if exact is None else (exact, exact)
        return cls(counted=groups, low=low, high=high, ratio=spec.flag("ratio"))


@kinds.register("diverges", needs=[["subject"]], takes=["other", "at_least", "at_most", "or_below"])
@dataclass(frozen=True, kw_only=True)
class Diverges(Rule):
    """The subject's runs diverge more often than the other's, or in a share of ``at_least``.

    Without ``other`` the share counts (0-1, by default 0.5); ``at_most`` claims that runs rarely
    diverge. With ``or_below`` a run counts, too, whose metric ends below that value. The effect
    is the subject's share with its Clopper-Pearson interval.

    Attributes:
        other: empty where a share is claimed.
        share: 0 to 1.
        at_most: whether the share is the largest that is claimed, not the smallest.
    """

    handles: ClassVar[frozenset[str]] = frozenset({"diverged", "not learned"})

    subject: Selections
    other: Selections = ()
    share: float = DEFAULT_SHARE
    at_most: bool = False
    or_below: float | None = None

    def compares_numbers(self) -> bool:
        """Whether a run counts by its number, and not by its divergence alone."""
        return self.or_below is not None

    @classmethod
    def of(cls, spec: Spec) -> "Diverges":
        if "other" in spec:
            spec.refuse("other", "at_least", "at_most")
            subject, other = spec.sides()
        else:
            subject, other = spec.selections("subject"), ()
        if "at_most" in spec:
            spec.refuse("at_most", "at_least")
        key = "at_most" if "at_most" in spec else "at_least"
        share = spec.number(key, least=0)
        if share is not None and share > 1:
            raise spec.error(f"expected a share from 0 to 1, found {share!r}", key)
        return cls(
            subject=subject,
            other=other,
            share=DEFAULT_SHARE if share is None else share,
            at_most=key == "at_most",
            or_below=spec.number("or_below"),
        )
