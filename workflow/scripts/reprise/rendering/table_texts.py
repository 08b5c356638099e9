"""An artefact's table as text that people paste elsewhere: CSV, Markdown and LaTeX.

A text has the columns that the page shows at first: of each arm the reported number, what runs
gave, and the difference.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from reprise.rendering import numbers
from reprise.rendering.entries import MeasuredNumber, TableEntry
from reprise.rendering.tables import Column, Group, Table
from reprise.studies.statuses import DIVERGED

PLUS_MINUS = "\N{PLUS-MINUS SIGN}"
LATEX_CHARACTERS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "&%$#_"},
    numbers.MINUS: "$-$",
    numbers.EN_DASH: "--",
    numbers.NOTHING: "---",
    numbers.THIN_SPACE: r"\,",
    PLUS_MINUS: r"$\pm$",
    "×": r"$\times$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
}
SUPERSCRIPTS = dict(zip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789", strict=True))


@dataclass(frozen=True)
class TableTexts:
    """One table in three notations."""

    csv: str
    markdown: str
    latex: str


def table_texts(table: Table, title: str, note: str) -> TableTexts:
    """A table in all notations.

    Args:
        title: the artefact's, which is the caption of the LaTeX table.
        note: what the numbers are, a sentence or more.
    """
    heads, rows = text_heads(table), list(text_rows(table))
    return TableTexts(
        as_csv(heads, rows),
        as_markdown(heads, rows, title, note),
        as_latex(latex_heads(table), rows, title, note),
    )


def shown_columns(group: Group) -> list[Column]:
    """The columns of a group that a text has."""
    return [column for column in group.columns if not column.is_detail]


def text_heads(table: Table) -> list[str]:
    """The heads of a text's columns in one line, each with its group."""
    heads = [*table.row_heads]
    for group in table.groups:
        heads += [
            f"{group.label}: {column.head}" if group.label else capitalised(column.head)
            for column in shown_columns(group)
        ]
    return heads


def text_rows(table: Table) -> Iterable[list[str]]:
    """The fields of each row."""
    for row in table.rows:
        fields = [*row.heads]
        for group, entries in zip(table.groups, row.groups, strict=True):
            fields += [field_text(c, entries.get(c.arm)) for c in shown_columns(group)]
        yield fields


def field_text(column: Column, entry: TableEntry | None) -> str:
    """One field; empty where the row lacks the combination or the number."""
    if entry is None:
        return ""
    if column.kind in ("reported", "cited"):
        value = getattr(entry, column.kind)
        return "" if value is None else numbers.number(value, entry.decimals)
    if column.kind == "difference":
        return entry.written_difference
    shown = entry.evidence(column.kind)
    if not shown.is_known:
        return "" if shown.is_reference else entry.status
    text = DIVERGED if shown.has_diverged else number_text(shown.number, entry.decimals)
    is_named = column.kind != "reproduced" and shown.rung.name != "paper"
    return f"{text}, {shown.rung.evidence}" if is_named and not shown.number.is_exact else text


def number_text(measured: MeasuredNumber, decimals: int | str) -> str:
    """``93.10 ± 0.12 (3)``: mean or median, standard deviation, number of runs."""
    center, spread = measured.written(decimals)
    if measured.is_exact:
        return center
    return (
        f"{center} {PLUS_MINUS} {spread} ({measured.n})" if spread else f"{center} ({measured.n})"
    )


def as_csv(heads: list[str], rows: list[list[str]]) -> str:
    """A CSV whose numbers programs read: plain minus signs, thousands without spaces."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(heads)
    plain = str.maketrans({numbers.MINUS: "-", numbers.THIN_SPACE: None})
    writer.writerows([field.translate(plain) for field in row] for row in rows)
    return made.getvalue()


def as_markdown(heads: list[str], rows: list[list[str]], title: str, note: str) -> str:
    """A table in Markdown between its title and its note."""
    lines = [heads, ["---"] * len(heads), *rows]
    table = "\n".join(f"| {' | '.join(map(markdown_field, line))} |" for line in lines)
    return f"**{markdown_field(title)}**\n\n{table}\n\n{markdown_field(note)}\n"


def markdown_field(text: str) -> str:
    """Text that no sign of Markdown ends or changes."""
    return "".join(f"\\{c}" if c in "|\\`*_<[" else c for c in " ".join(text.split()))


def latex_heads(table: Table) -> list[str]:
    """The lines of a LaTeX table's head: groups with rules below them, if there are any, and then
    columns."""
    lines = []
    place = len(table.row_heads) + 1
    if table.is_grouped:
        fields, rules = [""] * len(table.row_heads), []
        for group in table.groups:
            width = len(shown_columns(group))
            fields.append(rf"\multicolumn{{{width}}}{{c}}{{{latex_text(group.label)}}}")
            rules.append(rf"\cmidrule(lr){{{place}-{place + width - 1}}}")
            place += width
        lines = [latex_row(fields), " ".join(rules)]
    columns = [capitalised(c.head) for group in table.groups for c in shown_columns(group)]
    return [*lines, latex_row(map(latex_text, [*table.row_heads, *columns]))]


def as_latex(heads: list[str], rows: list[list[str]], title: str, note: str) -> str:
    """A ``table`` that needs the package booktabs.

    Args:
        heads: the lines of its head.
    """
    columns = "l" + "r" * (len(rows[0]) - 1 if rows else 0)
    body = [r"\toprule", *heads, r"\midrule", *(latex_row(map(latex_text, row)) for row in rows)]
    return "\n".join(
        [
            r"\begin{table}",
            r"  \centering",
            rf"  \caption{{{latex_text(title)}. {latex_text(note)}}}",
            rf"  \begin{{tabular}}{{{columns}}}",
            *(f"    {line}" for line in (*body, r"\bottomrule")),
            r"  \end{tabular}",
            r"\end{table}",
            "",
        ]
    )


def latex_row(fields: Iterable[str]) -> str:
    """One line of a tabular from fields in LaTeX."""
    return " & ".join(fields) + r" \\"


def latex_text(text: str) -> str:
    """Text in which every character means itself."""
    made = []
    for character in " ".join(text.split(" ")):
        if character in SUPERSCRIPTS:
            made.append(rf"$^{{{SUPERSCRIPTS[character]}}}$")
        else:
            made.append(LATEX_CHARACTERS.get(character, character))
    return "".join(made)


def capitalised(text: str) -> str:
    """Text with a capital first letter, the rest as it is."""
    return f"{text[:1].upper()}{text[1:]}"
