"""Reference runs: what is kept of runs on real hardware, and where they were made."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from reprise.rendering.cells import RunState, counted_kinds, values
from reprise.rendering.numbers import count, listed, ranges
from reprise.rendering.overview import Fact, filled, run_facts
from reprise.rendering.results import Results, read_csv, read_json
from reprise.studies.statuses import MISSING


@dataclass(frozen=True)
class ReferenceRuns:
    """One folder of reference runs: its name, and what is to be said of it."""

    name: str
    facts: list[Fact]


def reference_runs(folder: Path | None, results: Results) -> list[ReferenceRuns]:
    """The reference runs in a folder, or in the folders directly below it."""
    if folder is None:
        return []
    candidates = [folder, *sorted(folder.glob("[!.]*/"))]
    places = shown_in(results)
    return [
        describe(path, places.get(path.name, []))
        for path in candidates
        if (path / "metrics.csv").is_file()
    ]


def shown_in(results: Results) -> dict[str, list[Markup]]:
    """Where reference runs are shown, by their folder: a line for each study, with links."""
    lines: dict[str, list[Markup]] = {}
    for study in results.plan.studies:
        links: dict[str, list[Markup]] = {}
        for artefact in study.artefacts:
            table = results.table(study.id, artefact)
            named = table.get("reference_source", [])
            for source in dict.fromkeys(name for name in named if isinstance(name, str)):
                link = Markup('<a href="#{}/{}">{}</a>').format(
                    study.id, artefact.id, artefact.name
                )
                links.setdefault(source, []).append(link)
        for source, places in links.items():
            line = Markup("{}: {}").format(study.id, Markup(", ").join(places))
            lines.setdefault(source, []).append(line)
    return lines


def describe(folder: Path, places: list[Markup]) -> ReferenceRuns:
    """What ``metrics.csv`` and ``provenance.json`` say of one folder of reference runs.

    Args:
        places: lines that say where they are shown.
    """
    runs = [
        RunState(str(row.get("folder")), row.get("status") or MISSING, row)
        for row in read_csv(folder / "metrics.csv").to_dict("records")
    ]
    datasets = {
        f"{run.metrics['dataset']} ({run.metrics.get('data_variant') or 'as it is'})"
        for run in runs
        if run.metrics.get("dataset")
    }
    kept = read_json(folder / "provenance.json")
    measured = [
        ("Runs", counted_kinds(runs)),
        ("Data", sorted(datasets)),
        ("Seeds", seeds_in_words(runs)),
        *run_facts(runs),
    ]
    nowhere = "in no table: where there are several runs of a cell, those in float32 count first"
    measured.append(("Shown in", places or [nowhere]))
    # What was written down about the runs goes before what their metrics let one infer.
    facts = {**dict(measured), **{term_of(key): [text_of(kept[key])] for key in sorted(kept)}}
    return ReferenceRuns(folder.name, filled(list(facts.items())))


def seeds_in_words(runs: list[RunState]) -> list[str]:
    """How many runs there are of each seed: ``seed 1: 40 runs``, ``seeds 2–3: 2 runs each``."""
    of_seed = Counter(int(seed) for seed in values(runs, "seed"))
    by_number: dict[int, list[int]] = {}
    for seed in sorted(of_seed):
        by_number.setdefault(of_seed[seed], []).append(seed)
    return [
        f"seeds {ranges(seeds)}: {count(number, 'run')} each"
        if len(seeds) > 1
        else f"seed {ranges(seeds)}: {count(number, 'run')}"
        for number, seeds in by_number.items()
    ]


def term_of(key: str) -> str:
    """A key of a file as a term."""
    return f"{key[:1].upper()}{key[1:]}".replace("_", " ")


def text_of(value: Any) -> str:
    """A value of a file in words."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {text_of(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return listed(text_of(inner) for inner in value)
    return "" if value is None else str(value)
