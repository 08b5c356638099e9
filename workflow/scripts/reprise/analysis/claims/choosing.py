"""A best over a sweep: chosen on one half of the seeds, scored on the other."""

from dataclasses import dataclass

import numpy as np

from reprise.analysis.claims.result import ClaimResult, Outcome, missing
from reprise.analysis.selection import samples_of
from reprise.analysis.tables import Tables
from reprise.studies.claims.registry import Rule
from reprise.studies.claims.selections import (
    Candidate,
    Selection,
    selections_of,
    with_selections,
)


@dataclass(frozen=True)
class ChoiceMade:
    """A rule with every choice made, the tables of the seeds that score it, and how it went."""

    rule: Rule
    tables: Tables
    sentence: str


def has_choice(rule: Rule) -> bool:
    """Whether a rule, or a part of it, has a choice to make before it can be judged."""
    return any(selection.candidates for selection in selections_of(rule))


def choose(rule: Rule, tables: Tables) -> ChoiceMade | ClaimResult:
    """Make a rule's choices on the first half (rounded down) of its seeds.

    A result comes back instead where there is one seed, or nothing to choose among has finished.
    """
    seeds = sorted(_seeds(rule, tables))
    if len(seeds) < 2:
        basis = f"choosing the best and scoring it need two seeds, and there is {len(seeds)}"
        return ClaimResult(Outcome.UNTESTABLE, basis, n=len(seeds))
    half = len(seeds) // 2
    choosing, scoring = seeds[:half], seeds[half:]
    with_seeds = _with_seeds(tables, choosing)
    choices = [selection for selection in selections_of(rule) if selection.candidates]
    bests = [_best(selection, with_seeds) for selection in choices]
    if None in bests:
        return missing(f"nothing to choose among has finished on {_listed(choosing)}")

    def narrowed(selection: Selection) -> Selection:
        if not selection.candidates:
            return selection
        return selection.only(bests[choices.index(selection)].rows)

    names = " and ".join(
        f"the best of {len(selection.candidates)} ({', '.join(best.values)})"
        for selection, best in zip(choices, bests, strict=True)
    )
    sentence = f"{names} chosen on {_listed(choosing)}, scored on {_listed(scoring)}"
    return ChoiceMade(with_selections(rule, narrowed), _with_seeds(tables, scoring), sentence)


def _best(selection: Selection, tables: Tables) -> Candidate | None:
    """The best combination of the swept values; None where none has all its rows finished."""
    means: dict[int, float] = {}
    for place, candidate in enumerate(selection.candidates):
        samples = samples_of((selection.only(candidate.rows),), tables)
        if not any(sample.lacking for sample in samples):
            values = [np.mean(list(sample.values.values())) for sample in samples]
            means[place] = float(np.mean(values))
    if not means:
        return None
    extreme = min if selection.lowest else max
    return selection.candidates[extreme(means, key=means.__getitem__)]


def _seeds(rule: Rule, tables: Tables) -> set[int]:
    """Every seed that was asked for in the rows that the rule compares."""
    samples = samples_of(tuple(selections_of(rule)), tables)
    return set().union(*(sample.seeds for sample in samples))


def _with_seeds(tables: Tables, seeds: list[int]) -> Tables:
    return {name: table.with_seeds(seeds) for name, table in tables.items()}


def _listed(seeds: list[int]) -> str:
    return f"seed{'s' if len(seeds) > 1 else ''} {', '.join(map(str, seeds))}"
