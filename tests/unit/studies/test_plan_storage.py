"""plan.json is written and read in one place, and only as this version writes it."""

import json
from pathlib import Path

import pytest
from made_up_artefacts import artefacts
from made_up_records import made_up_artefact

from reprise.errors import InputError
from reprise.studies.claims import read_claims
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

WHERE = Path("plan.json")


@pytest.fixture
def plan() -> PlanRecord:
    claim = {"kind": "threshold", "artefact": "sweep", "cells": {"rate": "low"}, "above": 9}
    row = {"axes": {}, "arm": "as run", "folders": {"1": "cells/a/seed1"}}
    study = StudyRecord(
        id="lantern", subject="lanterns", title="Lanterns", authors=("A. Wick",), year=None,
        citation="A. Wick, 2021.", summary="",
        artefacts=(made_up_artefact({"id": "sweep", "rows": [row]}),),
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
    ],
)
def test_what_is_no_plan_of_this_version_is_one_sentence(plan, change, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        plan_of(changed(plan, change), WHERE)
    assert str(caught.value).startswith("plan.json: ")
    assert "\n" not in str(caught.value)
