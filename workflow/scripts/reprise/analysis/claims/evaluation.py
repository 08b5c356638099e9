"""One claim against the tables: expanded, its choices made, then judged by its kind."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

from reprise.analysis.claims.choosing import choose, chooses
from reprise.analysis.claims.combining import combine
from reprise.analysis.claims.registry import kinds
from reprise.analysis.claims.result import ClaimResult
from reprise.analysis.claims.traversal import with_selections
from reprise.analysis.selection import required
from reprise.analysis.statistics.power import MOST_SEEDS
from reprise.analysis.tables import Tables

INHERITED = ("id", "artefact", "metric", "arm")


def evaluate(claim: Mapping[str, Any], tables: Tables) -> ClaimResult:
    """The result of one claim, not corrected for others.

    Args:
        claim: a claim of YAML, or a part of one.
        tables: by artefact, those that the claim names.

    Raises:
        InputError: the claim names an unknown kind, artefact, axis, value, metric or direction,
            lacks a key, or selects no row.
    """
    if "for_each" in claim:
        return combine([(label, evaluate(c, tables)) for label, c in expanded(claim)])
    if chooses(claim):
        return _evaluate_choice(claim, tables)
    return kinds[required(claim, "kind")](claim, tables)


def part_of(claim: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    """A part with what it inherits from its claim."""
    return {**{key: claim[key] for key in INHERITED if key in claim}, **part}


def expanded(claim: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Label and claim of each combination of the values of ``for_each``."""
    rest = {key: value for key, value in claim.items() if key != "for_each"}
    for values in product(*claim["for_each"].values()):
        merged = dict(zip(claim["for_each"], values, strict=True))
        yield ", ".join(map(str, values)), with_selections(rest, lambda s, m=merged: {**m, **s})


def _evaluate_choice(claim: Mapping[str, Any], tables: Tables) -> ClaimResult:
    choice = choose(claim, tables)
    if isinstance(choice, ClaimResult):
        return choice
    result = evaluate(choice.claim, choice.tables)
    needed = None if result.n_needed is None else min(MOST_SEEDS, 2 * result.n_needed)
    return replace(result, n_needed=needed, basis=f"{choice.sentence}; {result.basis}")
