"""A best over a sweep: chosen on one half of the seeds, scored on the other.

``choose_best`` names the axis (or axes) swept, on the claim for its subject, or in a selection.
The best value has the highest mean; the lowest where the claim says less or below, or where the
selection says ``best: lowest``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from reprise.analysis.claims.result import ClaimResult, Outcome, missing
from reprise.analysis.claims.traversal import own_selections, with_selections
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
    return "choose_best" in claim or any(
        "choose_best" in selection for selection in own_selections(claim)
    )


def makes_choice(claim: Mapping[str, Any]) -> bool:
    """Whether the claim, or a part of it, has a choice to make."""
    return chooses(claim) or any(map(makes_choice, claim.get("parts", ())))


def choose(claim: Mapping[str, Any], tables: Tables) -> Choice | ClaimResult:
    """Make a claim's choices on the first half (rounded down) of its seeds.

    A result comes back instead where there is one seed, or nothing to choose among has finished.
    """
    claim = _with_choice_in_subject(claim)
    seeds = sorted(_seeds(claim, tables))
    if len(seeds) < 2:
        basis = f"choosing the best and scoring it need two seeds, and there is {len(seeds)}"
        return ClaimResult(Outcome.UNTESTABLE, basis, n=len(seeds))
    half = len(seeds) // 2
    choosing, scoring = seeds[:half], seeds[half:]
    found = _with_seeds(tables, choosing)
    choices = [selection for selection in own_selections(claim) if "choose_best" in selection]
    bests = [_best(claim, selection, found) for selection in choices]
    if None in bests:
        return missing(f"nothing to choose among has finished on {_listed(choosing)}")

    def narrowed(selection: Mapping[str, Any]) -> Mapping[str, Any]:
        found = (b.selection for s, b in zip(choices, bests, strict=True) if s is selection)
        return next(found, selection)

    names = " and ".join(best.sentence for best in bests)
    sentence = f"{names} chosen on {_listed(choosing)}, scored on {_listed(scoring)}"
    return Choice(with_selections(claim, narrowed), _with_seeds(tables, scoring), sentence)


def _with_choice_in_subject(claim: Mapping[str, Any]) -> dict[str, Any]:
    claim = dict(claim)
    if "choose_best" in claim:
        key = "subject" if "subject" in claim else "cells"
        lowest = claim.get("direction") == "less" or "below" in claim
        choice = {
            "choose_best": claim.pop("choose_best"),
            "best": "lowest" if lowest else "highest",
        }
        claim[key] = {**choice, **required(claim, key)}
    return claim


def _best(claim: Mapping[str, Any], selection: Mapping[str, Any], tables: Tables) -> Best | None:
    """The best combination of the swept values; None where none has all its rows finished."""
    swept = selection["choose_best"]
    axes = swept if isinstance(swept, list) else [swept]
    candidates: dict[tuple[str, ...], list[Sample]] = {}
    for sample in samples_of(claim, _without_choice(selection), tables):
        key = tuple(sample.row.axes[axis] for axis in axes)
        candidates.setdefault(key, []).append(sample)
    means = {
        key: float(np.mean([np.mean(list(s.values.values())) for s in samples]))
        for key, samples in candidates.items()
        if not any(sample.lacking for sample in samples)
    }
    if not means:
        return None
    extreme = min if selection.get("best") == "lowest" else max
    best = extreme(means, key=means.__getitem__)
    fixed = dict(zip(axes, best, strict=True))
    sentence = f"the best of {len(candidates)} ({', '.join(best)})"
    return Best({**_without_choice(selection), **fixed}, sentence)


def _seeds(claim: Mapping[str, Any], tables: Tables) -> set[int]:
    """Every seed that was asked for in the rows that the claim compares."""
    samples = [
        sample
        for selection in own_selections(claim)
        for sample in samples_of(claim, _without_choice(selection), tables)
    ]
    return set().union(*(sample.seeds for sample in samples))


def _without_choice(selection: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in selection.items() if key not in CHOICE_KEYS}


def _with_seeds(tables: Tables, seeds: list[int]) -> Tables:
    return {name: table.with_seeds(seeds) for name, table in tables.items()}


def _listed(seeds: list[int]) -> str:
    return f"seed{'s' if len(seeds) > 1 else ''} {', '.join(map(str, seeds))}"
