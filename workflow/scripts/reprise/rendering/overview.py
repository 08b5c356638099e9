"""What was run: the first thing that a reader of the report has to know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reprise.rendering.cells import (
    PLURALS,
    RunState,
    by_kind,
    count_states,
    counted_kinds,
    values,
)
from reprise.rendering.numbers import (
    count,
    duration,
    is_number,
    listed,
    ranges,
    span,
)
from reprise.rendering.results import Results
from reprise.studies.plan_records import DataRecord, StudyRecord
from reprise.studies.statuses import DIVERGED, FAILED, FINISHED, MISSING

Fact = tuple[str, list[str]]

COMMIT_LENGTH = 10
"""Characters of a commit that are shown."""


@dataclass(frozen=True)
class Overview:
    """``evidence`` says how far the runs speak for the studies, where that is less far than runs of
    published size. ``facts`` are pairs of a term and what is to be said; ``states`` counts the
    runs of cells and of probes."""

    heading: str
    title: str
    name: str
    description: str
    label: str
    facts: list[Fact]
    states: dict[str, int]
    citations: list[str]
    done: str = ""
    evidence: str = ""
    kinds: Sequence[str] = ()

    @property
    def total(self) -> int:
        """How many runs were asked for."""
        return sum(self.states.values())


def overview(results: Results, runs: list[RunState]) -> Overview:
    """What was run at a scale, from its plan and its runs."""
    plan = results.plan
    scale = plan.scale
    facts = [
        ("Data", [data_sentence(data) for data in plan.datasets]),
        ("Seeds", [seeds_sentence(plan.seeds)]),
        *run_facts(runs),
        ("Software", software(plan.software, runs)),
    ]
    return Overview(
        heading=heading(plan.studies),
        title=scale.title or scale.name,
        name=scale.name,
        description=scale.description,
        label=scale.label,
        facts=filled(facts),
        states=count_states(runs),
        done=done_sentence(runs, plan.seeds),
        citations=[
            f"{data_sentence(data)}. {data.citation}" for data in plan.datasets if data.citation
        ],
        evidence=evidence_sentence(results),
        kinds=counted_kinds(runs),
    )


def evidence_sentence(results: Results) -> str:
    """What verdicts of a lower rung are worth, and what epochs mean in runs of another length than
    published; nothing of runs of published size."""
    return " ".join(filter(None, [worth_sentence(results), epochs_sentence(results.plan.studies)]))


def epochs_sentence(studies: Sequence[StudyRecord]) -> str:
    """That epochs which are named are those of the study, where some run has others."""
    rows = (row for study in studies for artefact in study.artefacts for row in artefact.rows)
    if not any(row.epochs and row.epochs.run != row.epochs.published for row in rows):
        return ""
    return (
        "Epochs in claims, notes and captions are those of the study. In shorter runs they lie at "
        "the same share of the length."
    )


def worth_sentence(results: Results) -> str:
    """What verdicts of a lower rung are worth; nothing on the rungs of published size."""
    if results.rung.compares_numbers:
        return ""
    return (
        "These verdicts are about the networks and the data of this scale, by the same rules as at "
        "published size. Of an effect only its direction counts: no number is compared with a "
        "reported one."
    )


def done_sentence(runs: list[RunState], seeds: Sequence[int]) -> str:
    """How much of it ran, in a sentence: ``394 of 396 runs finished (308 cells and 88 runs of
    probes), 2 diverged, 1 seed each.``"""
    if not runs:
        return "Nothing is to be trained."
    states = count_states(runs)
    lost = listed(f"{states[s]} {s}" for s in (DIVERGED, FAILED, MISSING) if states[s])
    kinds = counted_kinds(runs)
    asked = kinds[0] if len(kinds) == 1 else count(len(runs), "run")
    of_what = f" ({listed(kinds)})" if len(kinds) > 1 else ""
    ended = f"{states[FINISHED]} of {asked} finished{of_what}"
    return f"{ended}{', ' + lost if lost else ''}, {count(len(seeds), 'seed')} each."


def heading(studies: Sequence[StudyRecord]) -> str:
    """What the report is about, in a line."""
    if len(studies) == 1:
        return f"{studies[0].title}: run again"
    return f"{count(len(studies), 'study', 'studies')}, run again"


def filled(facts: list[Fact]) -> list[Fact]:
    """The facts of which something is known."""
    return [(term, [line for line in said if line]) for term, said in facts if any(said)]


def run_facts(runs: list[RunState]) -> list[Fact]:
    """What runs say of epochs, hardware and compute."""
    return [("Epochs", epochs(runs)), ("Hardware", hardware(runs)), ("Compute", compute(runs))]


def epochs(runs: list[RunState]) -> list[str]:
    """How many epochs cells have, and how many the runs of probes."""
    known = {noun: list(values(of_kind, "epochs")) for noun, of_kind in by_kind(runs).items()}
    return [
        span(numbers) + (f" in {PLURALS[noun]}" if len(known) > 1 else "")
        for noun, numbers in known.items()
        if numbers
    ]


def compute(runs: list[RunState]) -> list[str]:
    """What the runs of each kind took on the clock, and all of processors where that is known of
    any."""
    lines = [
        f"{duration(sum(wall))} in {count(len(wall), noun, PLURALS[noun])}, by the clock"
        for noun, of_kind in by_kind(runs).items()
        if (wall := list(values(of_kind, "wall_seconds")))
    ]
    processor = list(values(runs, "processor_seconds"))
    if not lines or not processor:
        return lines
    timed = len(list(values(runs, "wall_seconds")))
    some = "" if len(processor) == timed else f" in {len(processor)} of them"
    return [*lines, f"{duration(sum(processor))} of processor time{some}"]


def data_sentence(data: DataRecord) -> str:
    """A data set with its variant, and what it stands for where it is not itself."""
    name = f"{data.title or data.name} ({data.name}, {data.variant})"
    others = [other for other in data.stands_for if other != data.name]
    return f"{name}, standing in for {listed(others)}" if others else name


def seeds_sentence(seeds: Sequence[int]) -> str:
    """How many seeds and which."""
    return f"{count(len(seeds), 'seed')}: {ranges(seeds)}" if seeds else ""


def hardware(runs: list[RunState]) -> list[str]:
    """The devices that trained, with threads, the most used first."""
    counted: dict[str, int] = {}
    for run in runs:
        device = run.metrics.get("device_name") or run.metrics.get("device")
        if not device:
            continue
        threads = run.metrics.get("threads")
        name = f"{device}, {count(int(threads), 'thread')}" if is_number(threads) else str(device)
        counted[name] = counted.get(name, 0) + 1
    ordered = sorted(counted, key=lambda name: (-counted[name], name))
    if len(ordered) < 2:
        return ordered
    return [f"{name} ({count(counted[name], 'run')})" for name in ordered]


def software(planned: Mapping[str, str], runs: list[RunState]) -> list[str]:
    """What planned and rendered, from which commits runs were made, and with what."""
    commits = sorted(
        {
            f"{short_commit(run.metrics['commit'])}{local_changes(run.metrics.get('modified'))}"
            for run in runs
            if run.metrics.get("commit")
        }
    )
    libraries = [
        f"{name} {listed(sorted(set(values(runs, name))))}"
        for name in ("python", "torch")
        if any(values(runs, name))
    ]
    return [
        planned_by(planned),
        f"runs made at {listed(commits)}" if commits else "",
        ", ".join(libraries),
    ]


def planned_by(planned: dict[str, Any]) -> str:
    """Version, commit, and whether files were changed since that commit, as far as known."""
    version = f"reprise {planned['reprise']}" if planned.get("reprise") else ""
    commit = f" at {short_commit(planned['commit'])}" if planned.get("commit") else ""
    return f"{version}{commit}{local_changes(planned.get('modified'))}".strip()


def local_changes(modified: Any) -> str:
    """A tail for a commit that does not hold all that ran."""
    return " with local changes" if str(modified) == "True" else ""


def short_commit(commit: str) -> str:
    """As much of a commit as tells it from others."""
    return str(commit)[:COMMIT_LENGTH]
