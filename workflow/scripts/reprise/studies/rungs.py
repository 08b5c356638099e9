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


def rung_of_evidence(evidence: Any) -> Rung:
    """The rung whose runs are that evidence. Evidence without a name is of published size: tables
    from before there was a ladder hold no other."""
    named = {rung.evidence: rung for rung in RUNGS.values()}
    return named.get(evidence, RUNGS["paper"])


def compares(evidence: Any) -> bool:
    """Whether numbers of that evidence are compared with reported ones."""
    return rung_of_evidence(evidence).compares_numbers


def strength(rung: Rung) -> int:
    """A number that is higher for the stronger of two rungs."""
    return -list(RUNGS.values()).index(rung)
