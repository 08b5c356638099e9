"""What the report says of each folder of reference runs."""

from pathlib import Path

import pandas as pd
import pytest
from made_up_plans import made_up_plan

from reprise.rendering.references import ReferenceRuns, reference_runs
from reprise.rendering.results import Results
from reprise.studies.plan_storage import write_plan

SHOWN, UNSEEN = "paper-cifar10-xeon", "paper-cifar10-xeon-bfloat16"


@pytest.fixture
def described(tmp_path: Path) -> dict[str, ReferenceRuns]:
    for name in (SHOWN, UNSEEN):
        (tmp_path / "reference" / name).mkdir(parents=True)
        rows = [
            {"folder": f"cells/{net}/seed{seed}", "published": net, "seed": seed,
             "status": "finished"}
            for net, seed in (("a", 1), ("b", 1), ("b", 2), ("b", 3))
        ]  # fmt: skip
        pd.DataFrame(rows).to_csv(tmp_path / "reference" / name / "metrics.csv", index=False)
    artefacts = [
        {"id": "table1", "title": "A table", "where": "Table <1>", "axes": [], "rows": []},
        {"id": "extra", "title": "Another", "axes": [], "rows": []},
        {"id": "table2", "title": "Without", "where": "Table 2", "axes": [], "rows": []},
    ]
    results = tmp_path / "results"
    (results / "made_up").mkdir(parents=True)
    plan = made_up_plan({"id": "made_up", "artefacts": artefacts})
    write_plan(plan, results)
    for name, source in (("table1", SHOWN), ("extra", SHOWN), ("table2", "")):
        table = f"arm,mean,reference_source\nas run,1,{source}\nas run,2,\n"
        (results / "made_up" / f"{name}.csv").write_text(table)
    found = reference_runs(tmp_path / "reference", Results(results))
    return {each.name: each for each in found}


def facts(runs: ReferenceRuns) -> dict[str, list[str]]:
    return {term: [str(line) for line in said] for term, said in runs.facts}


def test_links_lead_to_where_they_are_shown(described) -> None:
    assert facts(described[SHOWN])["Shown in"] == [
        'made_up: <a href="#made_up/table1">Table &lt;1&gt;</a>, '
        '<a href="#made_up/extra">Another</a>'
    ]


def test_runs_that_no_table_shows_say_why(described) -> None:
    (said,) = facts(described[UNSEEN])["Shown in"]
    assert said.startswith("in no table: where there are several runs of a cell")


def test_runs_are_counted_by_seed(described) -> None:
    assert facts(described[SHOWN])["Seeds"] == ["seed 1: 2 runs", "seeds 2–3: 1 run each"]


def test_without_a_folder_there_are_none(described, tmp_path: Path) -> None:
    assert reference_runs(None, Results(tmp_path / "results")) == []
