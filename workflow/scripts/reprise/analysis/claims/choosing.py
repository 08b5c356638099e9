"""A best over a sweep: chosen on one half of the seeds, scored on the other.

``choose_best`` names the axis (or axes) swept, on the claim for its subject, or in a selection.
The best value has the highest mean; the lowest where the claim says less or below, or where the
selection says ``best: lowest``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from reprise.analysis.claims.result import ClaimResult, Outcome, missing
from reprise.analysis.selection import Sample, required, samples_of
from reprise.analysis.tables import Tables

CHOICE_KEYS = frozenset({"choose_best", "best"})


@dataclass(frozen=True)
class Choice:
    """A claim with every choice made, the tables of the seeds that score it, and how it went."""

    claim: Mapping[str, Any]
    tables: Tables
    sentence: str


@dataclass(frozen=True)
class Best:
    """A selection narrowed to its best values."""

    selection: Mapping[str, Any]
    sentence: str


def chooses(claim: Mapping[str, Any]) -> bool:
    """Whether the claim has a choice to make before it can be judged."""
    return "choose_best" in claim or any("choose_best" in s for s in _selections(claim))


def choose(claim: Mapping[str, Any], tables: Tables) -> Choice | ClaimResult:
    """Make a claim's choices on the first half (rounded up) of its seeds.

    A result comes back instead where there is one seed, or nothing to choose among has finished.
    """
    claim = _with_choice_in_subject(claim)
    seeds = sorted(_seeds(claim, tables))
    if len(seeds) < 2:
        basis = f"choosing the best and scoring it need two seeds, and there is {len(seeds)}"
        return ClaimResult(Outcome.UNTESTABLE, basis, n=len(seeds))
    half = (len(seeds) + 1) // 2
    choosing, scoring = seeds[:half], seeds[half:]
    found = _with_seeds(tables, choosing)
    sentences: list[str] = []

    def narrowed(selection: Mapping[str, Any]) -> Mapping[str, Any] | None:
        if "choose_best" not in selection:
            return selection
        best = _best(claim, selection, found)
        sentences.append(best.sentence if best else "")
        return best.selection if best else None

    chosen = with_own_selections(claim, narrowed)
    if "" in sentences:
        return missing("nothing to choose among has finished")
    sentence = f"{' and '.join(sentences)} chosen on {_listed(choosing)}, scored on {_listed(scoring)}"
    return Choice(chosen, _with_seeds(tables, scoring), sentence)
