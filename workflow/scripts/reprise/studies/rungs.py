"""The ladder of evidence: how far the runs of a scale speak for what was published."""

from dataclasses import dataclass
from typing import Any

EXACT = "exact"
"""The evidence of what is counted without a run, the same at every scale."""


@dataclass(frozen=True)
class Rung:
    """A rung of the ladder.

    ``evidence`` is the category of verdicts drawn from its runs. Where ``compares_numbers``, its
    numbers may be compared with reported ones; else a claim's direction is all that is compared.
    """

    name: str
    evidence: str
    compares_numbers: bool


RUNGS = {
    rung.name: rung
    for rung in (
        Rung("paper", "paper", True),
        Rung("short", "shortened", True),
        Rung("laptop", "laptop", False),
        Rung("demo", "miniature", False),
    )
}
"""All rungs by name, from the strongest evidence to the weakest."""

LOWEST = RUNGS["demo"]


def rung_named(name: Any) -> Rung:
    """The rung of that name; the lowest one where there is none of that name, so that runs of which
    nothing is known are taken for no more than they may be."""
    return RUNGS.get(str(name), LOWEST)


def compares(evidence: Any) -> bool:
    """Whether numbers of that evidence are compared with reported ones. Those of which none is
    named are: tables from before there was a ladder hold numbers of published size."""
    known = {rung.evidence: rung.compares_numbers for rung in RUNGS.values()}
    return known.get(evidence, True)


def strength(rung: Rung) -> int:
    """A number that is higher for the stronger of two rungs."""
    return -list(RUNGS.values()).index(rung)
