"""A study with rows that are not run, from its plan to the report."""

from html_tree import read_page, text_of

from reprise.analysis.claims import evaluate_study
from reprise.analysis.collecting import collect_runs
from reprise.analysis.summaries import summarise
from reprise.planning.plan_file import plan_content
from reprise.rendering.report import render_report
from reprise.studies.plan_storage import read_artefact, read_study, write_plan


def test_rows_that_are_not_run_stand_with_what_is_reported(plan_study, left_out_study, tmp_path):
    folder = tmp_path / "results" / "paper"
    (folder / "left_out").mkdir(parents=True)
    write_plan(plan_content(plan_study(left_out_study)), folder)
    artefact = read_artefact(folder / "left_out" / "plan.json", "results")
    runs = collect_runs(artefact.rows, folder)
    runs.to_csv(folder / "left_out" / "results.runs.csv", index=False)
    summarise(runs, artefact.rows).to_csv(folder / "left_out" / "results.csv", index=False)
    claims = evaluate_study(read_study(folder / "left_out" / "plan.json"), folder)
    assert claims["verdict"].tolist() == ["missing"]
    claims.to_csv(folder / "claims.csv", index=False)
    render_report(folder, tmp_path / "report.html")
    page = read_page(tmp_path / "report.html")
    (table,) = page.all("table", inside="left_out/results")
    shown = [[text_of(cell) for cell in row] for row in table.find("tbody")]
    assert shown[0][:2] == ["Large", "70.00"]
    assert shown[0][2].startswith("not runImageNet (ILSVRC 2012) cannot be downloaded freely.")
    assert shown[1][:3] == ["Small", "90.00", "missingall 2 runs"]
    assert shown[2][:3] == ["Speech", "80.00", "not runSpeech is no image."]
