"""What was run: the first thing that a reader of the report has to know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reprise.rendering.cells import CellState, count_states, values
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
from reprise.studies.statuses import DIVERGED, FAILED, MISSING

Fact = tuple[str, list[str]]

COMMIT_LENGTH = 10
"""Characters of a commit that are shown."""


@dataclass(frozen=True)
class Overview:
    """``evidence`` says how far the runs speak for the studies, where that is less far than runs of
    published size. ``facts`` are pairs of a term and what is to be said; ``states`` counts the
    cells."""

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

    @property
    def total(self) -> int:
        """How many cells were asked for."""
        return sum(self.states.values())


def overview(results: Results, cells: list[CellState]) -> Overview:
    """What was run at a scale, from its plan and its cells."""
    plan = results.plan
    scale = plan.scale
    facts = [
        ("Data", [data_sentence(data) for data in plan.datasets]),
        ("Seeds", [seeds_sentence(plan.seeds)]),
        *run_facts(cells),
        ("Software", software(plan.software, cells)),
    ]
    return Overview(
        heading=heading(plan.studies),
        title=scale.title or scale.name,
        name=scale.name,
        description=scale.description,
        label=scale.label,
        facts=filled(facts),
        states=count_states(cells),
        done=done_sentence(count_states(cells), plan.seeds),
        citations=[
            f"{data_sentence(data)}. {data.citation}" for data in plan.datasets if data.citation
        ],
        evidence=evidence_sentence(results),
    )


def evidence_sentence(results: Results) -> str:
    """What verdicts of a lower rung are worth; nothing on the rungs of published size."""
    if results.rung.compares_numbers:
        return ""
    data = listed(sorted({data.title or data.name for data in results.plan.datasets}))
    return (
        f"The verdicts say what holds of the networks of this scale on {data or 'its data'}, by "
        "the same rules as at published size. The numbers behind them are compared with none that "
        "the studies report."
    )


def done_sentence(states: dict[str, int], seeds: Sequence[int]) -> str:
    """How much of it ran, in a sentence."""
    total = sum(states.values())
    if not total:
        return "Nothing is to be trained."
    lost = listed(f"{states[s]} {s}" for s in (DIVERGED, FAILED, MISSING) if states.get(s))
    ended = f"{states.get('finished', 0)} of {count(total, 'cell')} finished"
    return f"{ended}{', ' + lost if lost else ''}, {count(len(seeds), 'seed')} each."


def heading(studies: Sequence[StudyRecord]) -> str:
    """What the report is about, in a line."""
    if len(studies) == 1:
        return f"{studies[0].title}: run again"
    return f"{count(len(studies), 'study', 'studies')}, run again"


def filled(facts: list[Fact]) -> list[Fact]:
    """The facts of which something is known."""
    return [(term, [line for line in said if line]) for term, said in facts if any(said)]


def run_facts(cells: list[CellState]) -> list[Fact]:
    """What the cells that ran say of epochs, hardware and compute."""
    epochs = list(values(cells, "epochs"))
    return [
        ("Epochs", [span(epochs)] if epochs else []),
        ("Hardware", hardware(cells)),
        ("Compute", compute(cells)),
    ]


def compute(cells: list[CellState]) -> list[str]:
    """What the cells took on the clock, and of processors where that is known of any."""
    wall = list(values(cells, "wall_seconds"))
    processor = list(values(cells, "processor_seconds"))
    if not wall:
        return []
    by_the_clock = f"{duration(sum(wall))} in {count(len(wall), 'cell')}, by the clock"
    if not processor:
        return [by_the_clock]
    some = "" if len(processor) == len(wall) else f" in {len(processor)} of them"
    return [by_the_clock, f"{duration(sum(processor))} of processor time{some}"]


def data_sentence(data: DataRecord) -> str:
    """A data set with its variant, and what it stands for where it is not itself."""
    name = f"{data.title or data.name} ({data.name}, {data.variant})"
    others = [other for other in data.stands_for if other != data.name]
    return f"{name}, standing in for {listed(others)}" if others else name


def seeds_sentence(seeds: Sequence[int]) -> str:
    """How many seeds and which."""
    return f"{count(len(seeds), 'seed')}: {ranges(seeds)}" if seeds else ""


def hardware(cells: list[CellState]) -> list[str]:
    """The devices that trained, with threads, the most used first."""
    counted: dict[str, int] = {}
    for cell in cells:
        device = cell.metrics.get("device_name") or cell.metrics.get("device")
        if not device:
            continue
        threads = cell.metrics.get("threads")
        name = f"{device}, {count(int(threads), 'thread')}" if is_number(threads) else str(device)
        counted[name] = counted.get(name, 0) + 1
    ordered = sorted(counted, key=lambda name: (-counted[name], name))
    if len(ordered) < 2:
        return ordered
    return [f"{name} ({count(counted[name], 'cell')})" for name in ordered]


def software(planned: Mapping[str, str], cells: list[CellState]) -> list[str]:
    """What planned and rendered, from which commits cells were trained, and with what."""
    commits = sorted(
        {
            f"{short_commit(cell.metrics['commit'])}{local_changes(cell.metrics.get('modified'))}"
            for cell in cells
            if cell.metrics.get("commit")
        }
    )
    libraries = [
        f"{name} {listed(sorted(set(values(cells, name))))}"
        for name in ("python", "torch")
        if any(values(cells, name))
    ]
    return [
        planned_by(planned),
        f"cells trained at {listed(commits)}" if commits else "",
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
