"""plan.json is written and read in one place, and only as this version writes it."""

import json
from pathlib import Path

import pytest
from made_up_artefacts import artefacts

from reprise.errors import InputError
from reprise.studies.claims import read_claims
from reprise.studies.plan_records import PlanRecord, Remark, ScaleRecord, StudyRecord
from reprise.studies.plan_storage import VERSION, content_of, plan_of, read_plan, read_study

WHERE = Path("plan.json")


@pytest.fixture
def plan() -> PlanRecord:
    claim = {"kind": "threshold", "artefact": "sweep", "cells": {"rate": "low"}, "above": 9}
    row = {"axes": {}, "arm": "as run", "folders": {"1": "cells/a/seed1"}}
    study = StudyRecord(
        id="lantern", subject="lanterns", title="Lanterns", authors=("A. Wick",), year=None,
        citation="A. Wick, 2021.", summary="", artefacts=({"id": "sweep", "rows": [row]},),
        claims=read_claims({"bright": claim}, artefacts(), "lantern.yaml"),
        notes=(Remark(id="oil", text="Of oil nothing is said.", artefacts=("sweep",)),),
    )  # fmt: skip
    scale = ScaleRecord(name="short", title="Short", rung="short")
    return PlanRecord(
        scale=scale, seeds=(1, 2), device="cpu", software={}, datasets=(), studies=(study,)
    )


def test_a_plan_comes_back_from_its_file(plan, tmp_path):
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(content_of(plan)))
    found = read_plan(path)
    assert found == plan
    assert (found.rung.name, found.studies[0].notes[0].artefacts) == ("short", ("sweep",))
    assert read_study(path, "lantern") == plan.studies[0]
    with pytest.raises(InputError, match=r"study 'lanter' is not in it; did you mean 'lantern'"):
        read_study(path, "lanter")


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
            "unknown claim kind 'treshold': did you mean 'threshold'",
        ),
        (
            lambda c: c["studies"][0]["claims"][0]["rule"]["terms"][0].pop("selections"),
            r"rule\.terms\[0\]: expected the key 'selections'",
        ),
        (lambda c: c["studies"][0]["artefacts"][0].pop("rows"), r"found another \('rows'\)"),
        (lambda c: c["studies"][0].update(id="../x"), "expected ids of letters"),
    ],
)
def test_what_is_no_plan_of_this_version_is_one_sentence(plan, change, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        plan_of(changed(plan, change), WHERE)
    assert str(caught.value).startswith("plan.json: ")
    assert "\n" not in str(caught.value)
