"""One claim against the tables: expanded, its choices made, then judged by its kind."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from reprise.analysis.claims.choosing import choose, chooses
from reprise.analysis.claims.combining import combine
from reprise.analysis.claims.registry import kinds
from reprise.analysis.claims.result import ClaimResult, Outcome
from reprise.analysis.claims.traversal import own_selections, with_selections
from reprise.analysis.learning import depends_on_learning
from reprise.analysis.measures import metric_name
from reprise.analysis.records import DIVERGED
from reprise.analysis.selection import Sample, required, samples_of
from reprise.analysis.statistics.power import MOST_SEEDS
from reprise.analysis.tables import Tables
from reprise.inventory import find
from reprise.studies.measure_forms import LEFT_OUT

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
    kind = kinds[required(claim, "kind")]
    handles = find("claim kind", claim["kind"], "kind").description.get("handles", ())
    samples = [s for part in own_selections(claim) for s in samples_of(claim, part, tables)]
    diverged = [] if "diverged" in handles else [sample for sample in samples if sample.diverged]
    if reason := _without_value(diverged):
        return ClaimResult(Outcome.UNTESTABLE, reason)
    result = kind(claim, tables)
    if result.outcome not in JUDGED:
        return result
    if "not learned" not in handles and (reason := _not_learned(samples)):
        return ClaimResult(Outcome.UNTESTABLE, reason, effect=result.effect, n=result.n)
    return replace(result, basis="; ".join([result.basis, *_counted_as(diverged)]))


def part_of(claim: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    """A part with what it inherits from its claim."""
    return {**{key: claim[key] for key in INHERITED if key in claim}, **part}


def expanded(claim: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Label and claim of each combination of the values of ``for_each``."""
    rest = {key: value for key, value in claim.items() if key != "for_each"}
    for values in product(*claim["for_each"].values()):
        merged = dict(zip(claim["for_each"], values, strict=True))
        yield ", ".join(map(str, values)), with_selections(rest, lambda s, m=merged: {**m, **s})


def _without_value(samples: Sequence[Sample]) -> str | None:
    """That runs diverged for which there is no value, as one clause: what is left of a row would be
    the runs that went well."""
    for sample in samples:
        if sample.diverged_as is None:
            return (
                f"{_runs(sample.diverged)} of {sample.row.label} diverged, and what "
                f"{metric_name(sample.metric)} counts as then is not said: no verdict stands on "
                "the other runs alone"
            )
    return None


def _counted_as(samples: Sequence[Sample]) -> Iterator[str]:
    """What the runs that diverged count as, one clause a value."""
    runs: dict[Any, set[str]] = {}
    for sample in samples:
        folders = {run.folder for run in sample.row.runs if run.status == DIVERGED}
        runs.setdefault(sample.diverged_as, set()).update(folders)
    for value, folders in runs.items():
        counts = "are left out" if value == LEFT_OUT else f"count as {value:.3g}"
        if len(folders) == 1:
            counts = counts.replace("are", "is").replace("count", "counts")
        yield f"{_runs(len(folders))} that diverged {counts}"


def _runs(count: int) -> str:
    return f"{count} run{'' if count == 1 else 's'}"


def _not_learned(samples: Sequence[Sample]) -> str | None:
    """That no run that a claim compares is better than guessing, as one clause; None where one is,
    or where what is compared does not depend on it."""
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

    def needs(level: float) -> int | None:
        # One half of the seeds chooses, the other is compared.
        scoring = result.needs(level)
        return None if scoring is None else min(MOST_SEEDS, 2 * scoring)

    return replace(result, needs=needs, basis=f"{choice.sentence}; {result.basis}")
