"""The tables and figures of a study with the numbers that are kept or counted of them."""

from collections import Counter
from collections.abc import Iterable, Iterator

from pages.kept import KeptStudy, is_counted
from pages.markdown import code, paragraphs, plain, table
from reprise.estimates.work import work_of
from reprise.probes.computed_table import probe_entry
from reprise.rendering.agreements import agreement_sentences, reference_agreement_sentences
from reprise.rendering.entries import TableEntry
from reprise.rendering.numbers import NOTHING, count, number
from reprise.rendering.provenance import made_by
from reprise.rendering.quantities import quantity_sentences, unit_clause
from reprise.rendering.studies import artefact_table
from reprise.rendering.table_texts import capitalised, field_text, shown_columns
from reprise.rendering.tables import Column, Group, Table
from reprise.rendering.unlearned import unlearned_sentences
from reprise.studies.artefact_records import ArtefactRecord, RowRecord

NUMBERS = (
    "A number is a {statistic} over seeds ± its standard deviation, and the number of runs in "
    "brackets."
)
SMALL = (
    "A number marked “laptop” or “miniature” is of a small network on small data, and is compared "
    "with no reported one."
)
MISSING = (
    "With one seed, at the scale `paper`. Updates are those of the runs that are missing. A run "
    "that two tables share is counted in both. `snakemake {first} --config scale=paper seeds=1` "
    "runs the first of them, and `snakemake plan --config scale=paper seeds=1` says how long all "
    "of them take on your machine."
)
DRAWN = "These need no run of their own. The report draws or computes them."
STALE = "Some of these runs were made by an older version of the code."


def tables_section(kept: KeptStudy) -> str:
    """A section for each artefact of which some number is kept or counted."""
    sections = [_section(kept, artefact) for artefact in kept.study.artefacts]
    found = [section for section in sections if section]
    return paragraphs("## Tables and figures", *found) if found else ""


def missing_section(kept: KeptStudy) -> str:
    """A line for each artefact of which runs are missing, for what is not run, and for each
    artefact of which no runs are asked for."""
    missing = {a.id: _missing_line(kept, a) for a in kept.study.artefacts if a.has_runs}
    first = next((f"{kept.id}/{name}" for name, line in missing.items() if line), "")
    rest = [a for a in kept.study.artefacts if not a.has_runs and not _shown_table(kept, a)]
    left_out = [artefact for artefact in kept.study.artefacts if _reasons(artefact)]
    drawn = [artefact for artefact in rest if artefact not in left_out]
    return paragraphs(
        *_list("## Still to be run", MISSING.format(first=first), filter(None, missing.values())),
        *_list(
            "## Not run",
            "",
            (f"- {_named(kept, a)}{plain(reason)}" for a in left_out for reason in _reasons(a)),
        ),
        *_list("## Without numbers here", DRAWN, (f"- {_named(kept, a)}" for a in drawn)),
    )


def _list(heading: str, words: str, lines: Iterable[str]) -> tuple[str, ...]:
    text = "\n".join(lines)
    return (heading, words, text) if text else ()


def _reasons(artefact: ArtefactRecord) -> list[str]:
    """Why rows of it are not run. Names the rows, unless the reason holds for all."""
    rows: dict[str, list[str]] = {}
    for row in artefact.rows:
        if row.not_run:
            rows.setdefault(row.not_run.rstrip("."), []).append(_row_name(artefact, row))
    if len(rows) == 1 and not any(row.not_run is None for row in artefact.rows):
        return [f": {reason}." for reason in rows]
    return [f", {'; '.join(dict.fromkeys(names))}: {reason}." for reason, names in rows.items()]


def _row_name(artefact: ArtefactRecord, row: RowRecord) -> str:
    return ", ".join(artefact.label(axis, value) for axis, value in row.axes.items())


def _section(kept: KeptStudy, artefact: ArtefactRecord) -> str:
    shown = _shown_table(kept, artefact)
    if shown is None:
        return ""
    where = (kept.results, kept.id, artefact)
    counted = is_counted(artefact)
    agree = agreement_sentences if counted else reference_agreement_sentences
    made = [] if counted else made_by(*where, kept.references[artefact.id])
    return paragraphs(
        f"### {plain(artefact.heading(': '))}",
        f"{code(f'{kept.id}/{artefact.id}')}. {plain(artefact.caption)}".rstrip(),
        plain(" ".join([*quantity_sentences(artefact), *_legend(artefact, shown)])),
        plain(" ".join([*made, *([STALE] if shown.some_stale else [])])),
        _markdown(shown),
        *map(plain, agree(*where)),
        *([] if counted else map(plain, unlearned_sentences(*where))),
    )


def _legend(artefact: ArtefactRecord, shown: Table) -> Iterator[str]:
    """What the numbers of a table are, in sentences."""
    if shown.is_exact:
        yield from ("Counted without a run.", *shown.definitions)
    else:
        yield NUMBERS.format(statistic=shown.statistic)
    if any(_has_differences(shown, place) for place, _ in enumerate(shown.groups)):
        first = artefact.arms[0] if len(artefact.arms) > 1 else "kept runs"
        minuend = "counted" if shown.is_exact else first
        yield f"Difference: {minuend} minus reported{unit_clause(artefact)}."
    if any(_is_small(entry) for entry in shown.entries):
        yield SMALL


def _is_small(entry: TableEntry) -> bool:
    """Whether its number is of runs that are compared with no reported one."""
    best = entry.best
    return best.number.center is not None and not best.is_compared


def _shown_table(kept: KeptStudy, artefact: ArtefactRecord) -> Table | None:
    """The table of an artefact; None where nothing of it is known, or where it shows curves."""
    shown = artefact_table(kept.results, kept.id, artefact)
    if shown is None or not any(_is_known(entry) for entry in shown.entries):
        return None
    return shown


def _is_known(entry: TableEntry) -> bool:
    return entry.reference.is_known or entry.reproduced.center is not None


def _markdown(shown: Table) -> str:
    heads = [
        [name, *(row.heads[place] for row in shown.rows)]
        for place, name in enumerate(shown.row_heads)
    ]
    columns = [
        [
            _head(shown, group, column),
            *(_field(column, row.groups[place].get(column.arm)) for row in shown.rows),
        ]
        for place, group in enumerate(shown.groups)
        for column in shown_columns(group)
        if column.kind != "difference" or _has_differences(shown, place)
    ]
    first, *rows = zip(*heads, *columns, strict=True)
    return table([*map(plain, first)], ([*map(plain, row)] for row in rows))


def _has_differences(shown: Table, place: int) -> bool:
    """Whether some number of a group of columns stands beside a reported one."""
    entries = (entry for row in shown.rows for entry in row.groups[place].values())
    return any(entry.difference is not None for entry in entries)


def _head(shown: Table, group: Group, column: Column) -> str:
    names = {"best evidence": "kept runs", "this run": "counted" if shown.is_exact else "kept"}
    head = names.get(column.head, column.head)
    return f"{group.label}: {head}" if group.label else capitalised(head)


def _field(column: Column, entry: TableEntry | None) -> str:
    """A field as the report's own Markdown has it; a dash where nothing is kept."""
    text = "" if entry is None else field_text(column, entry)
    if text in ("", "missing", "finished"):
        return NOTHING
    is_partly_lost = column.kind == "best" and not entry.reference.all_diverged
    return f"{text}, {entry.reference.lost}" if is_partly_lost and entry.reference.lost else text


def _missing_line(kept: KeptStudy, artefact: ArtefactRecord) -> str:
    """How many of the runs of one seed are still to be made, with the command; empty without."""
    reference = kept.reference
    rows = [row for row in artefact.rows if row.folders]
    lacking = {
        folder
        for row in rows
        if reference is None or not reference.keeps_run_at(row, "paper")
        for folder in row.folders.values()
    }
    if not lacking:
        return ""
    asked = {folder for row in rows for folder in row.folders.values()}
    runs = count(len(lacking), "run")
    share = f"{runs}, none kept" if lacking == asked else f"{runs} of {len(asked)}"
    return f"- {_named(kept, artefact)}: {share}{_updates(kept, artefact, lacking)}."


def _updates(kept: KeptStudy, artefact: ArtefactRecord, folders: set[str]) -> str:
    """How many updates some runs have; nothing of a probe that does not train to the end."""
    if artefact.probe and not probe_entry(artefact, artefact.id).description.get("trains"):
        return ""
    cells = [kept.plan.run_cells[folder] for folder in folders]
    updates = sum(work_of(cell, kept.plan.source(cell)).updates for cell in cells)
    return f", {number(updates, 0)} updates"


def _named(kept: KeptStudy, artefact: ArtefactRecord) -> str:
    return f"{plain(artefact.heading())} ({code(f'{kept.id}/{artefact.id}')})"


def artefact_names(kept: KeptStudy, ids: Iterator[str]) -> str:
    """Where the study has some artefacts, in the order of the ids; with the id where it has
    several there."""
    known = kept.study.artefacts_by_id
    places = Counter(artefact.name for artefact in known.values())
    return ", ".join(
        plain(known[name].name) + (f": {code(name)}" if places[known[name].name] > 1 else "")
        for name in dict.fromkeys(ids)
    )
