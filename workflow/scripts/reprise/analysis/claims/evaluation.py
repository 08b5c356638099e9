"""One rule against the tables: its choices made, then judged by its kind."""

import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from reprise.analysis.claims.choosing import choose, has_choice
from reprise.analysis.claims.combining import combine
from reprise.analysis.claims.directions import LeftOut
from reprise.analysis.claims.result import ClaimResult, Outcome, judges, not_judged
from reprise.analysis.learning import depends_on_learning
from reprise.analysis.selection import Sample, samples_of
from reprise.analysis.statistics.power import MOST_SEEDS
from reprise.analysis.tables import Tables
from reprise.errors import InputError
from reprise.studies.claims.registry import Rule
from reprise.studies.claims.rules import AllOf
from reprise.studies.claims.selections import selections_of
from reprise.studies.measure_forms import LEFT_OUT, metric_name
from reprise.studies.statuses import DIVERGED

JUDGED = (Outcome.TESTED, Outcome.ONE_SEED)


def judged(rule: Rule, tables: Tables) -> ClaimResult:
    """The result of a claim's rule, whatever goes wrong with it: other claims are judged all the
    same. The trace of an error that nobody foresaw is printed."""
    try:
        return evaluate(rule, tables)
    except InputError as error:
        return not_judged(str(error))
    except Exception as error:
        traceback.print_exc()
        return not_judged(f"an error that nobody foresaw ({error!r}), whose trace is in the log")


def evaluate(rule: Rule, tables: Tables) -> ClaimResult:
    """The result of one rule, not corrected for other claims.

    Args:
        rule: of a claim, or of a part of one.
        tables: by artefact, those that the rule compares.

    Raises:
        InputError: a file of a run is damaged, or numbers are none that can be compared so.
    """
    result, diverged = _evaluated(rule, tables)
    if result.outcome not in JUDGED:
        return result
    return replace(result, basis="; ".join([result.basis, *counted_as(diverged)]))


def _evaluated(rule: Rule, tables: Tables) -> tuple[ClaimResult, list[Sample]]:
    """The result of a rule, and those of its rows of which runs diverged and count as a value."""
    if isinstance(rule, AllOf):
        parts = [(part.label, *_evaluated(part.rule, tables)) for part in rule.parts]
        result = combine([(label, of_part) for label, of_part, _ in parts])
        return result, [sample for _, _, diverged in parts for sample in diverged]
    if isinstance(rule, LeftOut):
        return ClaimResult(Outcome.LEFT_OUT, rule.reason), []
    if has_choice(rule):
        return _evaluated_choice(rule, tables)
    samples = samples_of(tuple(selections_of(rule)), tables)
    diverged = [] if "diverged" in rule.handles else [s for s in samples if s.diverged]
    if reason := _without_value(diverged):
        return ClaimResult(Outcome.UNTESTABLE, reason), []
    result = judges[rule.kind_name()](rule, tables)
    if result.outcome not in JUDGED:
        return result, []
    if "not learned" not in rule.handles and (reason := _not_learned(samples)):
        return ClaimResult(Outcome.UNTESTABLE, reason, n=result.n), []
    return result, diverged


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


def counted_as(samples: Iterable[Sample]) -> Iterator[str]:
    """What the runs that diverged count as, one clause for each value."""
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


def _evaluated_choice(rule: Rule, tables: Tables) -> tuple[ClaimResult, list[Sample]]:
    choice = choose(rule, tables)
    if isinstance(choice, ClaimResult):
        return choice, []
    result, diverged = _evaluated(choice.rule, choice.tables)

    def needs(level: float) -> int | None:
        # One half of the seeds chooses, the other is compared.
        scoring = result.needs(level)
        return None if scoring is None else min(MOST_SEEDS, 2 * scoring)

    return replace(result, needs=needs, basis=f"{choice.sentence}; {result.basis}"), diverged
