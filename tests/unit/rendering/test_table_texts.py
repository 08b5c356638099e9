"""Tables to paste elsewhere: the numbers of the page in CSV, Markdown and LaTeX."""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from html_tree import Page, text_of

from reprise.rendering.entries import MeasuredNumber, TableEntry
from reprise.rendering.metrics import Style
from reprise.rendering.report import render_report
from reprise.rendering.table_texts import TableTexts, latex_text, table_texts
from reprise.rendering.tables import Column, Group, Table, TableRow
from reprise.studies.rungs import RUNGS

NONE = MeasuredNumber(None, None, 0)


def entry(reported: float | None, own: MeasuredNumber, kept: MeasuredNumber = NONE) -> TableEntry:
    style = Style("test_accuracy", "%", 2)
    return TableEntry(style, reported, None, kept, own, "finished", "", "", rung=RUNGS["demo"])


def columns() -> list[Column]:
    return [
        Column("reported", "as run", "reported"),
        Column("best", "as run", "best evidence"),
        Column("reference", "as run", "reference", is_detail=True),
        Column("reproduced", "as run", "this run", is_detail=True),
        Column("difference", "as run", "difference"),
    ]


@pytest.fixture
def texts() -> TableTexts:
    one, kept = MeasuredNumber(12.0, None, 1), MeasuredNumber(92.5, 0.125, 3)
    rows = [
        TableRow(["Sigmoid & 5%"], [0], [{"as run": entry(93.0, one, kept)}]),
        TableRow(["a|b_c"], [1], [{"as run": entry(None, MeasuredNumber(11.0, None, 1))}]),
        TableRow(["Absent"], [2], [{}]),
    ]
    table = Table(["Schedule"], [Group("Net {A}", columns())], rows, [])
    return table_texts(table, "Table 1, Five schedules", "Test accuracy (%).")


def test_a_csv_has_a_field_for_each_number_of_the_page_at_first(texts: TableTexts) -> None:
    heads, *rows = csv.reader(io.StringIO(texts.csv))
    assert heads == ["Schedule", "Net {A}: reported", "Net {A}: best evidence",
                     "Net {A}: difference"]  # fmt: skip
    assert rows[0] == ["Sigmoid & 5%", "93.00", "92.50 ± 0.12 (3)", "-0.50"]
    assert rows[1] == ["a|b_c", "", "11.00 (1), miniature", ""]
    assert rows[2] == ["Absent", "", "", ""]


def test_markdown_is_a_table_whatever_its_words_hold(texts: TableTexts) -> None:
    lines = texts.markdown.splitlines()
    assert lines[0] == "**Table 1, Five schedules**"
    assert lines[4] == "| Sigmoid & 5% | 93.00 | 92.50 ± 0.12 (3) | −0.50 |"
    assert lines[5].startswith(r"| a\|b\_c |")
    assert lines[-1] == "Test accuracy (%)."


def test_latex_has_its_groups_and_means_every_character(texts: TableTexts) -> None:
    lines = [line.strip() for line in texts.latex.splitlines()]
    assert r" & \multicolumn{3}{c}{Net \{A\}} \\".strip() in lines
    assert r"\cmidrule(lr){2-4}" in lines
    assert r"Sigmoid \& 5\% & 93.00 & 92.50 $\pm$ 0.12 (3) & $-$0.50 \\" in lines
    assert r"a|b\_c &  & 11.00 (1), miniature &  \\" in lines
    assert texts.latex.count("{") - texts.latex.count(r"\{") == (
        texts.latex.count("}") - texts.latex.count(r"\}")
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("7.58 × 10⁻³", r"7.58 $\times$ 10$^{-}$$^{3}$"),
        ("a\\b^~", r"a\textbackslash{}b\textasciicircum{}\textasciitilde{}"),
        ("#1 $x$", r"\#1 \$x\$"),
    ],
)
def test_signs_of_latex_are_written_out(text: str, wanted: str) -> None:
    assert latex_text(text) == wanted


def test_the_page_offers_what_the_files_hold(
    several_seeds: Path, several_seeds_page: Page, tmp_path: Path
) -> None:
    folder = several_seeds / "lantern"
    wanted = {folder / "table1.md", folder / "table1.tex"}
    try:
        render_report(several_seeds, tmp_path / "report.html", texts=wanted)
        boxes = several_seeds_page.all("textarea", inside="lantern/table1")
        shown = [box.text.strip() for box in boxes]
        assert shown[1] == (folder / "table1.md").read_text(encoding="utf-8").strip()
        assert shown[2] == (folder / "table1.tex").read_text(encoding="utf-8").strip()
        assert not (folder / "table2.md").exists()
        table = pd.read_csv(io.StringIO(shown[0]))
        reported = pd.read_csv(folder / "table1.csv")["reported"].dropna()
        columns = [name for name in table if name.endswith("reported")]
        assert sorted(table[columns].to_numpy().ravel()) == sorted(reported)
    finally:
        for file in wanted:
            file.unlink(missing_ok=True)
    assert text_of(boxes[0])
