"""Tables of the report against the files that they are computed from."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from html_tree import Page, read_page, text_of
from made_up_plans import made_up_plan
from made_up_records import made_up_artefact

from reprise.rendering.entries import MeasuredNumber, remark
from reprise.rendering.report import render_report
from reprise.rendering.results import Results
from reprise.rendering.table_texts import table_texts
from reprise.rendering.tables import build_table
from reprise.studies.plan_storage import read_content, write_plan


def cells_of(page: Page, artefact: str) -> list[list[str]]:
    table = page.all("table", inside=artefact)[0]
    return [[text_of(cell) for cell in row] for row in table.find("tbody")]


def heads_of(page: Page, artefact: str) -> list[str]:
    table = page.all("table", inside=artefact)[0]
    return [text_of(head) for head in list(table.find("thead"))[-1]]


def test_every_number_is_that_of_the_file(several_seeds: Path, several_seeds_page: Page) -> None:
    table = pd.read_csv(several_seeds / "lantern" / "table4.csv")
    shown = cells_of(several_seeds_page, "lantern/table4")
    assert len(shown) == table["batch"].nunique()
    for row, (_, group) in zip(shown, table.groupby("batch", sort=False), strict=True):
        assert row[0] == f"Batch {group['batch'].iloc[0]}"
        for start, entry in zip((1, 6, 11), group.itertuples(), strict=True):
            reported, best, reference, reproduced, difference = row[start : start + 5]
            assert reported == f"{entry.reported:.2f}"
            far = not entry.reference_low <= entry.reported <= entry.reference_high
            assert reference == f"{'†' * far}{entry.reference_mean:.2f} ± 0.18 (3)"
            assert best == f"{entry.reference_mean:.2f} ± 0.18 (3)reference"
            assert reproduced == f"{entry.mean:.2f} ± {entry.std:.2f} ({entry.n})"
            gap = f"{entry.reference_mean - entry.reported:+.2f}".replace("-", "−")
            assert difference.rstrip("†") in (gap, "0.00")
            assert difference.endswith("†") == far


def test_the_reference_is_a_column_only_where_there_is_one(
    several_seeds_page: Page, one_seed_page: Page
) -> None:
    assert heads_of(several_seeds_page, "lantern/table1")[1:6] == [
        "Reported", "Best evidence", "Reference runs", "This run", "Difference",
    ]  # fmt: skip
    assert "Reference runs" not in heads_of(several_seeds_page, "lantern/table2")
    assert "Reference runs" not in heads_of(one_seed_page, "lantern/table1")


def test_kinds_of_evidence_do_not_mix_in_one_column(tmp_path: Path, several_seeds: Path) -> None:
    copied = tmp_path / "results"
    shutil.copytree(several_seeds, copied)
    path = copied / "lantern" / "tail.csv"
    table = pd.read_csv(path)
    table["reference_mean"], table["reference_n"] = [55.1, None], [1, 0]
    table["reference_evidence"] = ["paper", None]
    table["mean"] = [98.5, 98.25]
    table.to_csv(path, index=False)
    artefact = Results(copied).plan.studies[0].artefacts_by_id["tail"]
    drawn = build_table(Results(copied), "lantern", artefact)
    assert not any(column.is_detail for column in drawn.groups[0].columns)
    render_report(copied, tmp_path / "report.html")
    page = read_page(tmp_path / "report.html")
    heads = ["Ending", "Reported", "Reference runs", "This run", "Difference"]
    assert heads_of(page, "lantern/tail") == heads
    first, second = cells_of(page, "lantern/tail")
    assert (first[2], first[3][:5]) == ("55.10 (1)", "98.50")
    assert (second[2], second[3][:5]) == ("—", "98.25")
    texts = table_texts(drawn, "A tail", "Means.").csv.splitlines()
    assert texts[0] == "Ending,Reported,Reference runs,This run,Difference"
    assert texts[1].split(",")[2:3] == ["55.10 (1)"]
    assert texts[2].split(",")[2:3] == [""]


def test_numbers_of_a_lower_rung_are_compared_with_no_reported_one(
    tmp_path: Path, several_seeds: Path
) -> None:
    copied = tmp_path / "results"
    shutil.copytree(several_seeds, copied)
    path = copied / "lantern" / "table4.csv"
    table = pd.read_csv(path)
    table[[name for name in table if name.startswith("reference_")]] = None
    table.to_csv(path, index=False)
    plan = read_content(copied)
    for rung, compared in (("short", True), ("laptop", False), ("demo", False)):
        plan["scale"] |= {"rung": rung, "verdicts": True}
        write_plan(plan, copied)
        page = tmp_path / f"{rung}.html"
        render_report(copied, page)
        read = read_page(page)
        assert ("Difference" in heads_of(read, "lantern/table4")) == compared
        assert ("no number is compared with a reported one" in read.text("top")) != compared


def test_nothing_reported_means_no_columns_for_it(several_seeds_page: Page) -> None:
    assert heads_of(several_seeds_page, "lantern/range_of_c") == ["c", "This run"]


def test_rows_without_a_mean_say_why_and_show_no_number(
    several_seeds_page: Page, one_seed_page: Page
) -> None:
    rows = cells_of(several_seeds_page, "lantern/table1")
    assert rows[0][14] == "missingall 3 runs"
    assert rows[2][9] == "divergedall 3 runs"
    failed = cells_of(one_seed_page, "lantern/table2")[1]
    assert failed[0] == "4"
    assert failed[2] == "failed"


def test_a_failure_is_told_with_its_row_seeds_and_sentence(several_seeds_page: Page) -> None:
    said = several_seeds_page.text("lantern/table2")
    sentence = "expected 64 channels to divide by 5 groups, found 64: choose a divisor"
    assert f"Failed: 4, [1, g, 1, 1], batch 128, seeds 1–3: {sentence}" in said


def test_lost_seeds_are_counted_beside_the_mean(several_seeds_page: Page) -> None:
    rows = cells_of(several_seeds_page, "lantern/table3")
    assert rows[0][2].endswith("(2)1 diverged of 3 runs")
    assert rows[1][8].endswith("(2)1 missing of 3 runs")


def test_a_combination_that_the_study_lacks_stays_empty(several_seeds_page: Page) -> None:
    rows = cells_of(several_seeds_page, "lantern/table2")
    last = next(row for row in rows if row[0] == "64")
    assert last[-3:] == ["", "", ""]


def test_other_arms_stand_beside_the_one_that_is_compared(
    several_seeds: Path, several_seeds_page: Page
) -> None:
    heads = heads_of(several_seeds_page, "lantern/table2")
    assert heads == ["Groups", *["Reported", "As run", "Difference"] * 2, "As described",
                     "Reported", "As run", "Difference"]  # fmt: skip
    table = pd.read_csv(several_seeds / "lantern" / "table2.csv")
    described = table[table["arm"] == "as described"]
    shown = [row[7] for row in cells_of(several_seeds_page, "lantern/table2")]
    assert shown == [f"{r.mean:.2f} ± {r.std:.2f} ({r.n})" for r in described.itertuples()]


def test_rows_sort_by_their_place_on_the_axis(several_seeds_page: Page) -> None:
    table = several_seeds_page.all("table", inside="lantern/table3")[0]
    ranks = [next(iter(row)).get("data-value") for row in table.find("tbody")]
    assert ranks == ["0", "1", "2", "3", "4"]


def test_without_its_files_a_table_is_all_missing(tmp_path: Path, several_seeds: Path) -> None:
    write_plan(read_content(several_seeds), tmp_path)
    results = Results(tmp_path)
    artefact = results.plan.studies[0].artefacts[1]
    table = build_table(results, "lantern", artefact)
    assert {entry.status for entry in table.entries} == {"missing"}
    assert all(entry.reported is not None for entry in table.entries)
    assert all(entry.reproduced == MeasuredNumber(None, None, 0) for entry in table.entries)


def test_a_reported_median_is_compared_with_the_median(tmp_path: Path) -> None:
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "a.csv").write_text(
        "x,arm,reported,mean,median,statistic,std,n,status,reference_mean,reference_median\n"
        "1,as run,90,91,92,median,1,3,finished,93,94\n"
    )
    artefact = {"id": "a", "axes": [{"id": "x", "label": "x", "values": [{"id": "1"}]}],
                "rows": [{"axes": {"x": "1"}, "arm": "as run", "folders": {}}]}  # fmt: skip
    write_plan(made_up_plan(), tmp_path)
    (entry,) = build_table(Results(tmp_path), "study", made_up_artefact(artefact)).entries
    assert entry.reproduced == MeasuredNumber(92.0, 1.0, 3, is_median=True)
    assert entry.reference == MeasuredNumber(94.0, None, 0, is_median=True)
    assert entry.difference == 2.0


def test_reference_runs_that_diverged_are_told(tmp_path: Path, several_seeds: Path) -> None:
    results = tmp_path / "results"
    shutil.copytree(several_seeds, results)
    path = results / "lantern" / "table4.csv"
    table = pd.read_csv(path)
    table["reference_runs"], table["reference_diverged"] = 3, 0
    names = ["reference_mean", "reference_std", "reference_n", "reference_diverged"]
    table.loc[0, names] = [None, None, 0, 3]
    table.loc[1, ["reference_runs", "reference_diverged"]] = [4, 1]
    table.loc[2, names] = [None, None, 0, 1]
    table.to_csv(path, index=False)
    render_report(results, tmp_path / "report.html")
    shown, *others = cells_of(read_page(tmp_path / "report.html"), "lantern/table4")
    # This run speaks for the third group of columns alone, so that both kinds have columns.
    assert shown[2] == "divergedall 3 runs"
    assert shown[6].endswith("± 0.18 (3)1 diverged of 4 runs")
    assert shown[10] == "—1 diverged of 3 runs"
    assert not any("diverged" in cell for row in others for cell in (row[2], row[6], row[10]))


@pytest.mark.parametrize(
    ("first", "second", "named"),
    [
        ("median", "median", "median"),
        ("mean", "mean", "mean"),
        ("median", "mean", "mean, or median where it says so,"),
    ],
)
def test_a_table_says_what_its_numbers_are(
    tmp_path: Path, first: str, second: str, named: str
) -> None:
    (tmp_path / "study").mkdir()
    lines = [f"{x},as run,91,92,{s},1,3,finished" for x, s in (("1", first), ("2", second))]
    (tmp_path / "study" / "a.csv").write_text(
        "\n".join(["x,arm,mean,median,statistic,std,n,status", *lines])
    )
    values = [{"id": "1", "label": "1", "x": None}, {"id": "2", "label": "2", "x": None}]
    rows = [{"axes": {"x": v["id"]}, "arm": "as run", "folders": {}, "reported": None,
             "cited": None, "metric": None} for v in values]  # fmt: skip
    artefact = {"id": "a", "kind": "table", "title": "A", "where": "Table 1", "caption": "",
                "axes": [{"id": "x", "label": "x", "values": values}], "rows": rows}  # fmt: skip
    study = {"id": "study", "title": "S", "artefacts": [artefact]}
    scale = {"name": "short", "title": "Short", "rung": "short"}
    plan = made_up_plan(study, scale=scale, seeds=[1, 2, 3])
    write_plan(plan, tmp_path)
    assert build_table(Results(tmp_path), "study", made_up_artefact(artefact)).statistic == named
    render_report(tmp_path, tmp_path / "report.html")
    said = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert f"This run: {named} ± standard deviation over seeds (runs)." in said


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        (["finished"] * 3, ""),
        (["diverged"], ""),
        (["failed", "failed"], "all 2 runs"),
        (["finished", "diverged", "missing"], "1 diverged and 1 missing of 3 runs"),
        ([], ""),
    ],
)
def test_remark(statuses: list[str], said: str) -> None:
    assert remark([{"status": status} for status in statuses]) == said
