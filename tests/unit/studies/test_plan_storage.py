"""plan.json is written and read in one place, and only as this version writes it."""

import json
from pathlib import Path

import pytest
from made_up_artefacts import artefacts
from made_up_records import made_up_artefact

from reprise.errors import InputError
from reprise.studies.artefact_records import FigureRecord
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice
from reprise.studies.claims import read_claims
from reprise.studies.measure_forms import Settled
from reprise.studies.plan_records import PlanRecord, Remark, ScaleRecord, StudyRecord
from reprise.studies.plan_storage import (
    VERSION,
    content_of,
    plan_of,
    read_artefact,
    read_plan,
    read_study,
    write_plan,
)
from reprise.studies.reported_epochs import ReportedEpochs

WHERE = Path("plan.json")
CELL = {
    "dataset": "digits", "model": {"name": "mgnet"}, "norm": {"name": "batch"}, "batch_size": 8,
    "optimizer": {"name": "sgd"}, "schedule": {"name": "constant", "learning_rate": 0.1},
    "momentum": 0.9, "epochs": 2, "augmentation": [{"name": "flip"}],
}  # fmt: skip


@pytest.fixture
def plan() -> PlanRecord:
    claim = {"kind": "threshold", "artefact": "sweep", "cells": {"rate": "low"}, "above": 9}
    row = {
        "axes": {}, "arm": "as run", "cell": CELL, "folders": {"1": "cells/a/seed1"},
        "metric": {"series": "test_loss", "settled": {"change": 0.1, "epochs": 3}},
        "report": {"epochs": "mean", "count": 4},
    }  # fmt: skip
    drawn = {"figure": {"kind": "curves", "lines": ["rate"]}, "probe": {"name": "range_test"}}
    study = StudyRecord(
        id="lantern", subject="lanterns", title="Lanterns", authors=("A. Wick",), year=None,
        citation="A. Wick, 2021.", summary="",
        artefacts=(made_up_artefact({"id": "sweep", "rows": [row], **drawn}),),
        claims=read_claims({"bright": claim}, artefacts(), "lantern.yaml"),
        notes=(Remark(id="oil", text="Of oil nothing is said.", artefacts=("sweep",)),),
    )  # fmt: skip
    scale = ScaleRecord(name="short", title="Short", rung="short")
    return PlanRecord(
        scale=scale, seeds=(1, 2), device="cpu", software={}, datasets=(), studies=(study,)
    )


def test_a_plan_comes_back_from_its_file(plan, tmp_path):
    write_plan(content_of(plan), tmp_path)
    found = read_plan(tmp_path)
    assert found == plan
    assert (found.rung.name, found.studies[0].notes[0].artefacts) == ("short", ("sweep",))
    path = tmp_path / "lantern" / "plan.json"
    assert read_study(path) == plan.studies[0]
    assert read_artefact(path, "sweep") == plan.studies[0].artefacts[0]
    artefact = found.studies[0].artefacts[0]
    (row,) = artefact.rows
    assert (row.cell, row.metric.rule) == (Cell.of(CELL), Settled(change=0.1, epochs=3))
    assert row.report == ReportedEpochs(epochs="mean", count=4)
    assert artefact.figure == FigureRecord(kind="curves", arguments={"lines": ["rate"]})
    assert artefact.probe == Choice("range_test")
    with pytest.raises(InputError, match=r"artefact 'swep' is not in it; did you mean 'sweep'"):
        read_artefact(path, "swep")


def test_a_study_whose_plan_is_absent_is_named(plan, tmp_path):
    write_plan(content_of(plan), tmp_path)
    (tmp_path / "lantern" / "plan.json").unlink()
    with pytest.raises(InputError, match=r"lantern holds none"):
        read_plan(tmp_path)


def test_a_study_that_leads_out_is_not_read(plan, tmp_path):
    write_plan(content_of(plan), tmp_path)
    shared = json.loads((tmp_path / "plan.json").read_text())
    (tmp_path / "plan.json").write_text(json.dumps({**shared, "studies": ["../x"]}))
    with pytest.raises(InputError, match=r"expected ids of letters"):
        read_plan(tmp_path)


def changed(plan, change):
    content = json.loads(json.dumps(content_of(plan)))
    change(content)
    return content


def artefact_in(content):
    return content["studies"][0]["artefacts"][0]


def row_in(content):
    return artefact_in(content)["rows"][0]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda c: c.clear(), "expected the plan of a run"),
        (lambda c: c.update(version=VERSION + 1), f"expected a plan of version {VERSION}, found"),
        (lambda c: c.pop("version"), f"expected a plan of version {VERSION}, found None"),
        (lambda c: c.pop("seeds"), r"expected the key 'seeds', found none"),
        (lambda c: c.update(seeds="1"), r"seeds: expected a list, found '1'"),
        (lambda c: c.update(seeds=["1"]), r"seeds\[0\]: expected int, found '1'"),
        (lambda c: c["scale"].update(verdicts=1), r"scale\.verdicts: expected bool, found 1"),
        (lambda c: c["scale"].update(colour="red"), r"scale: expected one of name, .* 'colour'"),
        (lambda c: c["studies"][0].pop("claims"), r"studies\[0\]: expected the key 'claims'"),
        (
            lambda c: c["studies"][0]["claims"][0]["rule"].update(kind="treshold"),
            "unknown claim kind 'treshold'; did you mean 'threshold'",
        ),
        (
            lambda c: c["studies"][0]["claims"][0]["rule"]["terms"][0].pop("selections"),
            r"rule\.terms\[0\]: expected the key 'selections'",
        ),
        (
            lambda c: c["studies"][0]["artefacts"][0].pop("rows"),
            r"artefacts\[0\]: expected the key 'rows', found none",
        ),
        (lambda c: c["studies"][0].update(id="../x"), "expected ids of letters"),
        (lambda c: artefact_in(c)["figure"].pop("kind"), r"figure: the key 'kind' is missing"),
        (lambda c: artefact_in(c).update(probe={}), r"probe: expected a name or a mapping"),
        (
            lambda c: row_in(c)["report"].update(epochs="first"),
            r"report\.epochs: expected one of last, mean, best, found 'first'",
        ),
        (lambda c: row_in(c)["metric"].update(series="loss"), r"metric\.series: unknown series"),
        (lambda c: row_in(c)["cell"].update(epoch=3), r"cell: .*'epoch'"),
        (lambda c: row_in(c)["cell"].pop("model"), r"cell: .*'model'"),
    ],
)
def test_what_is_no_plan_of_this_version_is_one_sentence(plan, change, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        plan_of(changed(plan, change), WHERE)
    assert str(caught.value).startswith("plan.json: ")
    assert "\n" not in str(caught.value)
