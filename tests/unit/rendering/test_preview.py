"""The report of a grid of which much is missing, and of one that is large."""

import json
import shutil
import time
from pathlib import Path

import pandas as pd
import pytest

from reprise.planning.plan import Plan
from reprise.planning.plan_file import plan_content
from reprise.rendering.cells import planned_folders
from reprise.rendering.preview import render_preview
from reprise.studies.plan_storage import plan_of

ROOT = Path(__file__).parents[3]
STUDY = "mclain"
# Of 76 cells each.
MANY_SEEDS = 2
SECONDS_A_CELL = 50 / 1000
# Whatever the number of cells.
SECONDS_AT_ALL = 10


@pytest.fixture(scope="session")
def write_grid():
    """Make up the results of all cells of a study at full length; its plan."""

    def write(results, seeds):
        config = {"scale": "paper", "studies": STUDY, "seeds": seeds}
        plan = Plan.of(config, ROOT)
        for number, (folder, cell) in enumerate(plan.cells.items()):
            write_run(results / folder, cell, top=60 + number % 37)
        return plan_content(plan)

    return write


def write_run(folder, cell, top):
    folder.mkdir(parents=True)
    history = pd.DataFrame({"epoch": range(1, cell.epochs + 1)})
    for name in ("train", "validation", "test"):
        history[f"{name}_loss"] = 2 / history["epoch"]
        history[f"{name}_accuracy"] = top - 50 / history["epoch"]
    history.to_csv(folder / "history.csv", index=False)
    last = history.iloc[-1].drop("epoch").to_dict()
    counts = {"epochs": cell.epochs, "updates": 10, "parameters": 10, "wall_seconds": 1.0}
    metrics = {"status": "finished", **last, **counts, "cell": cell.plain(), "provenance": {}}
    (folder / "metrics.json").write_text(json.dumps(metrics))


def folders_of(content):
    """The folders of the training runs of a plan, as plan.json has it."""
    return planned_folders(plan_of(content, Path("plan.json")))


def render(plan, results, page):
    """The tables of the artefacts and the claims of a preview, with everything as text."""
    fingerprints = {
        study["id"]: {a["id"]: {} for a in study["artefacts"]} for study in plan["studies"]
    }
    render_preview(plan, results, page, ROOT / "reference", fingerprints)
    folder = results / "preview"
    tables = {
        path.stem: pd.read_csv(path, dtype=str, keep_default_na=False)
        for path in (folder / STUDY).glob("*.csv")
        if not path.stem.endswith(".runs")
    }
    claims = pd.read_csv(folder / "claims.csv", dtype=str, keep_default_na=False)
    return tables, claims.set_index("claim")


@pytest.fixture(scope="module")
def partial(write_grid, tmp_path_factory):
    """A preview of all cells, and one after a third of them was lost or failed."""
    results = tmp_path_factory.mktemp("results") / "paper"
    plan = write_grid(results, seeds=2)
    page = results.parent / "preview.html"
    whole = render(plan, results, page)
    folders = folders_of(plan)
    lost, failed = folders[::6], folders[1::6]
    for folder in (*lost, *failed):
        shutil.rmtree(results / folder)
    for number, folder in enumerate(failed):
        (results / folder).mkdir()
        failure = {"status": "failed", "error": f"sentence {number} of a failure"}
        (results / folder / "failure.json").write_text(json.dumps(failure))
    log = results / "logs" / f"{lost[0]}.log"
    log.parent.mkdir(parents=True)
    log.write_text("\n".join(f"epoch {number} of <many>" for number in range(1, 200)) + "\n")
    return plan, set(lost) | set(failed), whole, render(plan, results, page), page.read_text()


def test_numbers_of_rows_whose_runs_are_there_stay_as_they_are(partial):
    plan, gone, (before, _), (after, _), _ = partial
    kept = changed = 0
    for artefact in plan["studies"][0]["artefacts"]:
        if artefact["id"] not in before:
            continue
        old, new = before[artefact["id"]], after[artefact["id"]]
        for place, row in enumerate(artefact["rows"]):
            runs = set(row["folders"].values())
            if not runs & gone:
                assert old.iloc[place].equals(new.iloc[place])
                kept += bool(runs)
            else:
                changed += 1
                there = len(runs - gone)
                assert new["n"][place] == str(there)
                assert new["status"][place] in ("partial", "missing", "failed")
                assert bool(new["mean"][place]) == (there > 0)
    assert kept > 10
    assert changed > 10


def test_verdicts_are_drawn_from_whole_artefacts_only(partial):
    plan, gone, (_, before), (_, after), _ = partial
    drawn = {"holds", "contradicted", "undecided"}
    assert len(before[before["verdict"].isin(drawn)]) > 5
    whole = {
        artefact["id"]
        for artefact in plan["studies"][0]["artefacts"]
        if not gone.intersection(f for row in artefact["rows"] for f in row["folders"].values())
    }
    for claim in plan["studies"][0]["claims"]:
        row = after.loc[claim["id"]]
        if not whole.issuperset(claim["artefacts"]) and row["n"] != "":
            assert row["verdict"] in ("not drawn", "missing")
    counted = after["basis"].str.fullmatch(r"\d+ of \d+ runs of \w+(, \w+)* missing or failed")
    assert counted.sum() > 5


def test_the_page_names_what_is_absent_and_why(partial):
    _, gone, _, _, page = partial
    for folder in gone:
        assert folder.replace("/", "/<wbr>") in page
    assert "sentence 3 of a failure" in page
    # The last lines of a log, and no more of it.
    assert "epoch 199 of &lt;many&gt;</pre>" in page
    assert "epoch 194 of" in page
    assert "epoch 193 of" not in page


def test_a_run_that_starts_anew_meanwhile_is_missing(write_grid, tmp_path):
    results = tmp_path / "paper"
    plan = write_grid(results, seeds=1)
    plan["studies"][0]["artefacts"] = plan["studies"][0]["artefacts"][:1]
    plan["studies"][0]["claims"] = plan["studies"][0]["deviations"] = []
    (folder, *_) = folders_of(plan)
    (results / folder / "history.csv").unlink()
    render(plan, results, tmp_path / "page.html")
    metrics = pd.read_csv(results / "preview/metrics.csv").set_index("folder")
    assert metrics["status"][folder] == "missing"
    assert (metrics["status"].drop(folder) == "finished").all()


def test_cells_take_less_than_a_minute_a_thousand(write_grid, tmp_path):
    results = tmp_path / "paper"
    plan = write_grid(results, MANY_SEEDS)
    cells = len(folders_of(plan))
    assert cells > 150
    started = time.process_time()
    render(plan, results, tmp_path / "page.html")
    assert time.process_time() - started < cells * SECONDS_A_CELL + SECONDS_AT_ALL
