"""Claims on rows that show several metrics, checked before anything runs."""

from pathlib import Path

import pytest
import yaml

from reprise.errors import InputError
from reprise.planning.claim_checks import check_claims
from reprise.studies.study import load_study

TIME = {"series": "validation_accuracy", "settled": {"change": 1, "epochs": 4}}


def artefact(where: str, **more: object) -> dict:
    axes = {
        "setting": {"label": "Setting", "values": {"a": {}, "b": {"set": {"epochs": 3}}}},
        "shown": {
            "label": "Shown",
            "values": {"accuracy": {}, "time": {"metric": TIME, "unit": "epoch"}},
        },
    }
    return {"kind": "table", "title": where, "where": where, "recipe": "base", "axes": axes, **more}


def check(tmp_path: Path, **claim: object) -> None:
    recipe = {
        "dataset": "mnist", "model": "m", "norm": "n", "optimizer": "o", "schedule": "s",
        "momentum": 0.9, "batch_size": 8, "epochs": 2,
    }  # fmt: skip
    arms = {"as run": {}, "as described": {"epochs": 5}}
    said = {"text": "It is so.", "source": "Table 1", "origin": "stated", "artefact": "table1"}
    study = {
        "title": "T", "authors": ["A"], "year": 2020, "citation": "C", "summary": "S",
        "recipes": {"base": recipe}, "claims": {"claim": {**said, **claim}},
        "artefacts": {"table1": artefact("Table 1", arms=arms), "table2": artefact("Table 2")},
    }  # fmt: skip
    path = tmp_path / "lantern.yaml"
    path.write_text(yaml.safe_dump(study))
    check_claims(load_study(path, "lantern.yaml"))


SIDES = {"subject": {"setting": "a"}, "other": {"setting": "b"}}
ONE = {key: {**side, "shown": "accuracy"} for key, side in SIDES.items()}
OTHERS = {"subject": ONE["subject"], "others": [ONE["other"], {"artefact": "table2"}]}


@pytest.mark.parametrize(
    "claim",
    [
        {"kind": "difference", **ONE},
        {"kind": "difference", "metric": "test_loss", **SIDES},
        {"kind": "difference", "for_each": {"shown": ["accuracy", "time"]}, **SIDES},
        {"kind": "difference", "for_each": {"artefact": ["table1", "table2"]}, **ONE},
        {"kind": "best_of", "metric": {**TIME}, **OTHERS},
        {"kind": "diverges", "subject": ONE["subject"], "or_below": 20},
        {
            "kind": "rank_among",
            "rank_at_most": 1,
            "subject": ONE["subject"],
            "others": ONE["other"],
        },
        {"kind": "difference", **ONE, "other": {**ONE["other"], "arm": ["as run", "as described"]}},
    ],
)
def test_claims_that_can_be_judged(tmp_path: Path, claim: dict) -> None:
    check(tmp_path, **claim)


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        (
            {"kind": "difference", **SIDES},
            r"claim\.subject: expected rows of one metric, found those of several along 'shown'",
        ),
        ({"kind": "best_of", **OTHERS}, r"claim\.others\[1\]: expected rows of one metric"),
        (
            {"kind": "difference", "metric": {"series": "accuracy", "epoch": 1}, **SIDES},
            r"claim\.metric\.series: unknown series 'accuracy'",
        ),
        (
            {"kind": "time_to", "settled": {"change": 1}, **ONE},
            r"claim\.settled: expected the keys change and epochs",
        ),
        (
            {"kind": "time_to", "target": 9, "series": "loss", **ONE},
            r"claim\.series: unknown series 'loss'",
        ),
        (
            {"kind": "difference", "for_each": {"artefact": ["table1"], "colour": ["a"]}, **ONE},
            r"claim\.for_each: table1 has no axis 'colour'",
        ),
        (
            {"kind": "difference", "arm": "as described", "artefact": "table2", **ONE},
            r"no cell of table2 is at .*'as described'",
        ),
        ({"kind": "rank_among", **OTHERS}, "needs the keys subject, others, rank_at_most"),
    ],
)
def test_what_cannot_be_judged_is_one_sentence(tmp_path: Path, claim: dict, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as caught:
        check(tmp_path, **claim)
    assert "\n" not in str(caught.value)
