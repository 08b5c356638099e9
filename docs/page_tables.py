"""The computed tables of README.md and of docs/results.md.

    make tables

A table of an artefact stands between the comments ``<!-- table: study/artefact -->`` and
``<!-- end -->``: reference runs, or numbers that are counted without a run, beside the reported
ones. One of all studies stands between ``<!-- studies -->`` and ``<!-- end -->``.
"""

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "workflow" / "scripts"), str(ROOT / "docs")]

from page_claims import claim_lines, judged_claims, words_of_verdicts  # noqa: E402

from reprise.analysis.reference import Reference, read_reference  # noqa: E402
from reprise.analysis.summaries import collect_and_summarise  # noqa: E402
from reprise.data.integrity import write_whole  # noqa: E402
from reprise.errors import InputError, choose_among  # noqa: E402
from reprise.planning.fingerprints import artefact_fingerprints  # noqa: E402
from reprise.planning.plan import Plan  # noqa: E402
from reprise.planning.plan_file import plan_content, plan_record  # noqa: E402
from reprise.probes.computed_table import computed_table, probe_entry  # noqa: E402
from reprise.rendering.agreements import reference_agreement_sentences  # noqa: E402
from reprise.rendering.entries import Entry  # noqa: E402
from reprise.rendering.numbers import NOTHING, number  # noqa: E402
from reprise.rendering.results import Results  # noqa: E402
from reprise.rendering.tables import Table, TableRow, build_table  # noqa: E402
from reprise.studies.artefact_records import ArtefactRecord  # noqa: E402
from reprise.studies.plan_storage import write_plan  # noqa: E402
from reprise.studies.rows import DEFAULT_ARM  # noqa: E402
from reprise.studies.rungs import RUNGS  # noqa: E402
from reprise.studies.study import Study  # noqa: E402

PAGES = ("README.md", "docs/results.md")
STUDIES = re.compile(r"(<!-- studies -->\n).*?(<!-- end -->)", re.DOTALL)
BLOCK = re.compile(r"(<!-- table: (\w+)/(\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def with_tables(text: str, root: Path = ROOT) -> str:
    """A page with the tables of its blocks made anew.

    Args:
        text: Markdown.
        root: the folder that holds ``config/`` and ``reference/``.

    Raises:
        InputError: a block names a study or an artefact that is not there.
    """
    studies = sorted({study for _, study, _, _ in BLOCK.findall(text)})
    if not studies:
        return text
    plan = Plan.of({"scale": "paper", "seeds": [1], "studies": studies}, root)
    planned = {study.id: study for study in plan_record(plan).studies}
    verdicts = {
        study: judged_claims(plan, content, root / "reference")
        for study, content in planned.items()
    }

    def made(results: Path, block: re.Match[str]) -> str:
        start, study, artefact, end = block.groups()
        known = planned[study].artefacts_by_id
        if artefact not in known:
            raise InputError(
                f"a block names the artefact {study}/{artefact}, which is not there: "
                f"{choose_among(artefact, known)}"
            )
        fingerprints = artefact_fingerprints(plan, study, artefact)
        reference = read_reference(root / "reference", fingerprints)
        section = _section(results, study, known[artefact], reference)
        said = claim_lines(planned[study], artefact, verdicts[study])
        return f"{start}\n{section}{said}\n{end}"

    with TemporaryDirectory() as results:
        write_plan(plan_content(plan), Path(results))
        return BLOCK.sub(partial(made, Path(results)), text)


def _section(results: Path, study: str, artefact: ArtefactRecord, reference: Reference) -> str:
    table = _counted(artefact)
    if table is None:
        _, table = collect_and_summarise(artefact, results, reference)
    table.to_csv(results / study / f"{artefact.id}.csv", index=False)
    read = Results(results)
    shown = build_table(read, study, artefact)
    sentences = reference_agreement_sentences(read, study, artefact)
    return _markdown(shown) + "".join(f"\n{sentence}\n" for sentence in sentences)


def _counted(artefact: ArtefactRecord) -> pd.DataFrame | None:
    """The tidy data of an artefact whose numbers need no run; None of all others."""
    if not artefact.probe:
        return None
    is_exact = probe_entry(artefact, "README.md").description.get("exact")
    return computed_table(artefact, "README.md") if is_exact else None


@dataclass(frozen=True)
class _Column:
    """One column of numbers. ``shown`` says which: those of an arm's runs ("reference"), or of the
    main arm what the study reports or cites, or what is counted."""

    heading: str
    group: int
    arm: str
    shown: str = "reference"

    def text(self, row: TableRow) -> str:
        """The number of a row; that of runs stands behind a mean of several."""
        entry = row.groups[self.group].get(self.arm)
        if entry is None:
            return NOTHING
        decimals = 2 if entry.decimals is None else entry.decimals
        if self.shown in ("reported", "cited"):
            return number(getattr(entry, self.shown), decimals)
        if self.shown == "counted":
            return number(entry.reproduced.center, decimals)
        found = entry.reference
        if found.all_diverged:
            return "diverged"
        runs = f"{found.n}, {found.diverged} diverged" if found.diverged else f"{found.n}"
        return number(found.center, decimals) + (f" ({runs})" if found.runs > 1 else "")


def _columns(table: Table) -> Iterable[_Column]:
    """Those of each group: what is reported and cited, if anything is, then what is counted, or the
    main arm and other arms of which there are reference runs."""
    here = DEFAULT_ARM if any(other_arms(row.groups) for row in table.rows) else "here"
    for place, group in enumerate(table.groups):
        filled = [row.groups[place] for row in table.rows]
        others = other_arms(filled)
        main = [each[DEFAULT_ARM] for each in filled if DEFAULT_ARM in each]
        for shown in ("reported", "cited"):
            if any(getattr(entry, shown) is not None for entry in main):
                yield _Column(f"{group.label} {shown}".strip(), place, DEFAULT_ARM, shown)
        if table.is_exact:
            yield _Column(f"{group.label} counted".strip(), place, DEFAULT_ARM, "counted")
            continue
        yield _Column(f"{group.label} {here}".strip(), place, DEFAULT_ARM)
        yield from (_Column(f"{group.label} {arm}".strip(), place, arm) for arm in others)


def other_arms(entries: Iterable[Mapping[str, Entry]]) -> list[str]:
    """The arms beside the main one of which there are reference runs."""
    found = (
        arm
        for by_arm in entries
        for arm, entry in by_arm.items()
        if arm != DEFAULT_ARM and entry.reference.is_known
    )
    return list(dict.fromkeys(found))


def _markdown(table: Table) -> str:
    """Reported and reference numbers side by side."""
    columns = list(_columns(table))
    heads = [*table.row_heads, *(column.heading for column in columns)]
    rows = [[*row.heads, *(column.text(row) for column in columns)] for row in table.rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (heads, ["---"] * len(heads), *rows))


def with_studies(text: str, root: Path = ROOT) -> str:
    """A page with the table of all studies made anew: what each has, what is kept of it on
    each rung, and what its claims came to.

    Args:
        text: Markdown.
        root: the folder that holds ``config/`` and ``reference/``.
    """
    if not STUDIES.search(text):
        return text
    plan = Plan.of({"scale": "paper", "seeds": [1]}, root)
    reference = read_reference(root / "reference")
    studies = plan_record(plan).studies
    kept = {
        study.id: reference.count_runs(row for a in study.artefacts for row in a.rows)
        for study in studies
    }
    rungs = [name for name in RUNGS if any(counted[name] for counted in kept.values())]
    heads = ["study", "tables and figures", "runs a seed", *(f"kept at `{name}`" for name in rungs),
             "claims", "what the kept runs say of them"]  # fmt: skip
    rows = [heads, ["---"] * len(heads)]
    for study in studies:
        planned = plan.studies[study.id]
        verdicts = judged_claims(plan, study, root / "reference")
        rows.append(
            [
                f"`{study.id}`: {planned.content['subject']}",
                str(len(study.artefacts)),
                str(len(_folders(plan, planned))),
                *(str(kept[study.id][name]) for name in rungs),
                str(len(study.claims)),
                words_of_verdicts(verdicts) or "nothing yet",
            ]
        )
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    return STUDIES.sub(lambda block: f"{block[1]}\n{table}\n{block[2]}", text)


def _folders(plan: Plan, study: Study) -> set[str]:
    """Of all cells and probes that a study trains."""
    return set().union(*(plan.artefact_folders(study.id, name) for name in study.artefacts))


def main() -> None:
    """Write all pages anew."""
    try:
        for name in PAGES:
            path = ROOT / name
            text = path.read_text(encoding="utf-8")
            write_whole(path, with_studies(with_tables(text)))
    except InputError as error:
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main()
