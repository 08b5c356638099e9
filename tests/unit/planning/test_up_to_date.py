"""What belongs to today's plan, code and data, by what stands in the files."""

import json
import shutil
from pathlib import Path

import pytest

from reprise.data.prepared_checksums import PreparedChecksum, kept_checksum
from reprise.planning.plan import Plan
from reprise.planning.plan_file import plan_content
from reprise.planning.up_to_date import UpToDate
from reprise.studies.plan_storage import write_plan
from reprise.studies.run_folders import OUTPUTS, prepared_path

ROOT = Path(__file__).parents[3]
RESULTS = Path("results/demo")
NAME = "digits-16px"


@pytest.fixture(scope="module")
def plan():
    return Plan.of({"scale": "demo", "studies": "yang_huang"}, ROOT)


@pytest.fixture
def today(plan, tmp_path, monkeypatch):
    """Asked anew at every call, as by every reading of the workflow."""
    monkeypatch.chdir(tmp_path)
    return lambda: UpToDate(plan, RESULTS)


@pytest.fixture(params=["cells", "probe_runs"])
def folder(request, plan):
    return next(iter(getattr(plan, request.param)))


def write_run(today, folder, sha256="s", origin=None, **changes):
    data = {"name": "digits", "variant": "16px", "sha256": sha256, "origin": origin}
    run = today().plan.runs[folder]
    metrics = {**run.entries(run.fingerprint), "provenance": {"data": data}, **changes}
    for name in OUTPUTS:
        path = RESULTS / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(metrics) if name == "metrics.json" else "x")


def prepare(today, content=b"images", **changes):
    path = Path(prepared_path(NAME))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    kept = PreparedChecksum.of(path, today().data_origin(NAME), None, None)
    PreparedChecksum(**{**vars(kept), **changes}).keep(NAME)
    return kept


def test_a_run_on_the_prepared_data(today, folder):
    assert not today().is_current(folder)
    assert today().run_problem(folder) is None, "it is missing, not another one"
    kept = prepare(today)
    write_run(today, folder, kept.sha256)
    assert today().is_current(folder)
    Path(prepared_path(NAME)).unlink()
    assert today().is_current(folder)


def test_a_run_of_which_a_file_is_missing(today, folder):
    write_run(today, folder, prepare(today).sha256)
    (RESULTS / folder / "history.csv").unlink()
    assert not today().is_current(folder)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"fingerprint": "other"}, "another version of the code"),
        ({"cell": {"epochs": 1}}, "another description"),
        ({"published": "other"}, "another published cell"),
        ({"provenance": {}}, "damaged"),
        ({"provenance": None}, "damaged"),
    ],
)
def test_a_run_of_something_else(today, folder, changes, problem):
    write_run(today, folder, prepare(today).sha256, **changes)
    assert today().run_problem(folder) == problem


def test_a_run_on_other_data(today, folder):
    prepare(today)
    write_run(today, folder, "other", origin=today().data_origin(NAME))
    assert today().run_problem(folder) == "other data"


@pytest.mark.parametrize(
    ("origin", "problem"), [("today", None), ("x", "other data"), (None, "other data")]
)
def test_where_nothing_is_prepared_a_run_says_what_its_data_came_from(
    today, folder, origin, problem
):
    write_run(today, folder, origin=today().data_origin(NAME) if origin == "today" else origin)
    assert today().run_problem(folder) == problem


def test_what_makes_prepared_data_out_of_date(today):
    assert today().preparation_problem(NAME) is None, "there are none"
    prepare(today)
    assert today().preparation_problem(NAME) is None
    prepare(today, origin="x")
    assert "prepared from other files" in today().preparation_problem(NAME)
    prepare(today)
    Path(prepared_path(NAME)).write_bytes(b"others")
    assert today().preparation_problem(NAME) == "changed since it was prepared"


def test_new_times_of_prepared_data_are_looked_into_once(today):
    prepare(today, changed=1)
    assert kept_checksum(NAME).changed == 1
    assert today().preparation_problem(NAME) is None
    assert kept_checksum(NAME).is_of_state(Path(prepared_path(NAME)))


def test_prepared_data_that_nothing_is_known_of(today):
    prepare(today)
    Path("resources/checksums", f"{NAME}.json").write_text("[]")
    assert "nothing says" in today().preparation_problem(NAME)


def test_the_plan_on_disk(today, plan):
    assert today().plan_problem() is None, "there is none"
    RESULTS.mkdir(parents=True)
    write_plan(plan_content(plan), RESULTS)
    assert today().plan_problem() is None
    assert today().plan_problem("yang_huang") is None
    (RESULTS / "yang_huang" / "plan.json").write_text("[]")
    assert today().plan_problem("yang_huang") == "another plan"
    assert today().plan_problem() is None
    (RESULTS / "plan.json").write_text((RESULTS / "plan.json").read_text().replace("auto", "cpu"))
    assert today().plan_problem() == "another plan"
    (RESULTS / "plan.json").write_text("half of i")
    assert today().plan_problem() == "another plan"


def test_a_note_of_one_study_changes_nothing_of_another(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "config", tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    found = []
    for words in ("", "In other words. "):
        path = tmp_path / "config" / "studies" / "mclain.yaml"
        path.write_text(path.read_text().replace("Five learning", f"{words}Five learning"))
        config = {"scale": "demo", "studies": "mclain,yang_huang", "seeds": 1}
        today = UpToDate(Plan.of(config, tmp_path), RESULTS)
        asked = ({"study": "mclain"}, {"study": "yang_huang", "artefact": "table1"}, {})
        found.append([today.origin("code", **each) for each in asked])
    assert [one == other for one, other in zip(*found, strict=True)] == [False, True, False]


def test_what_is_asked_of_a_study_is_the_same_beside_others():
    both = plan_content(Plan.of({"scale": "demo", "studies": "kth,cappa", "seeds": 1}, ROOT))
    for study in both["studies"]:
        config = {"scale": "demo", "studies": study["id"], "seeds": 1}
        assert plan_content(Plan.of(config, ROOT))["studies"] == [study]


def test_an_origin_changes_with_code_plan_and_runs_alone(today, plan):
    origin = today().origin("code", study="yang_huang", artefact="table1")
    assert origin == today().origin("code", study="yang_huang", artefact="table1")
    other = Plan.of({"scale": "demo", "studies": "yang_huang", "seeds": 2}, ROOT)
    assert (
        len(
            {
                origin,
                today().origin("other code", study="yang_huang", artefact="table1"),
                today().origin("code", study="yang_huang"),
                UpToDate(other, RESULTS).origin("code", study="yang_huang", artefact="table1"),
            }
        )
        == 4
    )
