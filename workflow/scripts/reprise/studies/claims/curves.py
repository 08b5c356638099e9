"""Claims about learning curves: which run arrives first, and whether two are the same."""

from dataclasses import dataclass
from typing import ClassVar

from reprise.studies.claims.contrasts import DEFAULT_MARGIN
from reprise.studies.claims.registry import Rule, kinds
from reprise.studies.claims.selections import Selections
from reprise.studies.claims.spec import Spec
from reprise.studies.measure_forms import NearBest, Settled


@kinds.register(
    "time_to",
    needs=[
        ["subject", "other", "target"],
        ["subject", "other", "settled"],
        ["subject", "other", "near_best"],
        ["subject", "others", "target"],
        ["subject", "others", "settled"],
        ["subject", "others", "near_best"],
    ],
    takes=["series"],
)
@dataclass(frozen=True, kw_only=True)
class TimeTo(Rule):
    """The subject's ``series`` reaches ``target`` in fewer epochs than the other's.

    A loss reaches it from above. Instead of a target, ``settled: {change, epochs}`` asks for the
    first calm stretch, and ``near_best: {within, shift}`` for the first epoch near the run's own
    best. With ``others`` the subject has to arrive before each row. A run that does not arrive, or
    diverges, counts as arriving one epoch after the longest run, which is the earliest that it
    could have. The effect is by how many epochs the subject is earlier.

    Attributes:
        other: one group; empty where there are ``others``, each row of which is one.
        target, settled, near_best: one of them.
    """

    handles: ClassVar[frozenset[str]] = frozenset({"diverged"})

    subject: Selections
    other: Selections = ()
    others: Selections = ()
    series: str
    target: float | None = None
    settled: Settled | None = None
    near_best: NearBest | None = None

    def compares_numbers(self) -> bool:
        """No: what rows show is not compared, but ``series``."""
        return False

    @classmethod
    def of(cls, spec: Spec) -> "TimeTo":
        if "other" in spec:
            (subject, other), others = spec.sides(), ()
        else:
            (subject, others, _), other = spec.subject_and_others(), ()
        spec.check_curves(subject, other, others)
        return cls(
            subject=subject,
            other=other,
            others=others,
            series=spec.series(),
            target=spec.number("target"),
            settled=spec.arrival("settled", Settled),
            near_best=spec.arrival("near_best", NearBest),
        )


@kinds.register("same_curve", needs=[["subject", "other"]], takes=["series", "window", "margin"])
@dataclass(frozen=True, kw_only=True)
class SameCurve(Rule):
    """Subject and other differ by less than ``margin`` at every epoch that both have.

    ``series`` is averaged over ``window`` epochs around each. The effect is the gap at the epoch
    that speaks most clearly against the claim, or least clearly for it.
    """

    subject: Selections
    other: Selections
    series: str
    window: int = 1
    margin: float = DEFAULT_MARGIN

    def compares_numbers(self) -> bool:
        """No: what rows show is not compared, but ``series``."""
        return False

    @classmethod
    def of(cls, spec: Spec) -> "SameCurve":
        subject, other = spec.sides()
        spec.check_curves(subject, other)
        for key, selections in (("subject", subject), ("other", other)):
            _check_lengths(spec, selections, key)
        margin = spec.positive("margin")
        return cls(
            subject=subject,
            other=other,
            series=spec.series(),
            window=spec.whole("window", 1),
            margin=DEFAULT_MARGIN if margin is None else margin,
        )


def _check_lengths(spec: Spec, selections: Selections, key: str) -> None:
    """See that the rows of a side are run for one share of their published epochs, so that one
    epoch of all of them is one of the published ones."""
    for selection in selections:
        rows = spec.scope.artefacts[selection.artefact].rows
        ratios = {rows[place].epoch_ratio for place in selection.rows}
        if len(ratios) > 1:
            raise spec.error(
                "expected rows that are run for one share of their published epochs, found shares "
                f"from {min(ratios):.3g} to {max(ratios):.3g}; select fewer of them",
                key,
            )
