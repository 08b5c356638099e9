"""One claim against the tables: expanded, its choices made, then judged by its kind."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

from reprise.analysis.claims.choosing import choose, chooses
from reprise.analysis.claims.combining import combine
from reprise.analysis.claims.registry import kinds
from reprise.analysis.claims.result import ClaimResult, Outcome
from reprise.analysis.claims.traversal import own_selections, with_selections
from reprise.analysis.learning import depends_on_learning
from reprise.analysis.selection import required, samples_of
from reprise.analysis.statistics.power import MOST_SEEDS
from reprise.analysis.tables import Tables
from reprise.inventory import find

JUDGED = (Outcome.TESTED, Outcome.ONE_SEED)
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
    result = kinds[required(claim, "kind")](claim, tables)
    if result.outcome in JUDGED and (reason := _not_learned(claim, tables)):
        return ClaimResult(Outcome.UNTESTABLE, reason, effect=result.effect, n=result.n)
    return result


def part_of(claim: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    """A part with what it inherits from its claim."""
    return {**{key: claim[key] for key in INHERITED if key in claim}, **part}


def expanded(claim: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Label and claim of each combination of the values of ``for_each``."""
    rest = {key: value for key, value in claim.items() if key != "for_each"}
    for values in product(*claim["for_each"].values()):
        merged = dict(zip(claim["for_each"], values, strict=True))
        yield ", ".join(map(str, values)), with_selections(rest, lambda s, m=merged: {**m, **s})


def _not_learned(claim: Mapping[str, Any], tables: Tables) -> str | None:
    """That no run that a claim compares is better than guessing, as one clause; None where one is,
    where what is compared does not depend on it, or where the claim is about failing runs."""
    if find("claim kind", claim["kind"], "kind").description.get("of_failures"):
        return None
    samples = [s for part in own_selections(claim) for s in samples_of(claim, part, tables)]
    if not samples or not all(depends_on_learning(sample.metric) for sample in samples):
        return None
    if any(sample.row.has_learned for sample in samples):
        return None
    return "no run that is compared is better than guessing"


def _evaluate_choice(claim: Mapping[str, Any], tables: Tables) -> ClaimResult:
    choice = choose(claim, tables)
    if isinstance(choice, ClaimResult):
        return choice
    result = evaluate(choice.claim, choice.tables)
    needed = None if result.n_needed is None else min(MOST_SEEDS, 2 * result.n_needed)
    return replace(result, n_needed=needed, basis=f"{choice.sentence}; {result.basis}")
