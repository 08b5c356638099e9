"""What notes rest on is read from YAML, and a mistake is one sentence before anything runs."""

import pytest
from made_up_artefacts import artefacts

from reprise.errors import InputError
from reprise.studies.claims.evidence import Evidence, read_evidence

ROW = {"artefact": "table1", "subject": {"setting": "a", "shown": "accuracy"}}
OTHER = {"other": {"setting": "b", "shown": "accuracy"}}
NUMBER = {"about": 1.0, "within": 0.1}

MISTAKES = {
    "nothing to look at": (
        {**NUMBER},
        r": expected one of the keys 'claim' and 'subject', found neither",
    ),
    "a row and a claim": (
        {**ROW, "claim": "wins", "verdict": ["holds"]},
        r": expected one of the keys 'claim' and 'subject', found both",
    ),
    "unknown claim": (
        {"claim": "winz", "verdict": ["holds"]},
        r"\.claim: unknown claim 'winz'; did you mean 'wins'\?",
    ),
    "claim without a verdict": (
        {"claim": "wins"},
        r": expected the key 'verdict' beside 'claim', found none",
    ),
    "number of a claim": (
        {"claim": "wins", "verdict": ["holds"], **NUMBER},
        r": expected no 'about' beside 'claim'; it is said of rows",
    ),
    "verdict of a row": (
        {**ROW, "verdict": ["holds"], **NUMBER},
        r": expected the key 'claim' beside 'verdict', found 'subject'",
    ),
    "nothing said": (
        {**ROW},
        r": expected one of the keys about, is, diverged, runs, source, found none",
    ),
    "number without a tolerance": (
        {**ROW, "about": 1.0},
        r": expected both of the keys 'about' and 'within', found one",
    ),
    "difference without a number": (
        {**ROW, **OTHER, "runs": 1},
        r": expected the key 'about' beside 'other', found none",
    ),
    "place of a difference": (
        {**ROW, **OTHER, **NUMBER, "is": "highest"},
        r": expected one of the keys 'is' and 'other', found both",
    ),
    "ratio of one row": (
        {**ROW, **NUMBER, "ratio": True},
        r": expected the key 'other' beside 'ratio', found none",
    ),
    "several rows": (
        {"artefact": "table1", "subject": {"shown": "accuracy"}, **NUMBER},
        r"\.subject: expected one row of table1, found 2; name a value of every axis",
    ),
    "no row": (
        {"artefact": "table1", "subject": {"setting": "z"}, **NUMBER},
        r"\.subject\.setting: unknown value 'z'",
    ),
    "rows of two metrics": (
        {**ROW, "other": {"setting": "b", "shown": "time"}, **NUMBER},
        r": expected rows of one metric, found test_accuracy and validation_accuracy",
    ),
}


def read(evidence: dict) -> Evidence:
    notes = {"note": {"evidence": [{"rung": "paper", **evidence}]}}
    return read_evidence(notes, artefacts(), ["wins"], "lantern.yaml")["note"][0]


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_sentence(name: str) -> None:
    evidence, sentence = MISTAKES[name]
    with pytest.raises(InputError, match=r"^lantern\.yaml: notes\.note\.evidence\.0" + sentence):
        read(evidence)


def test_evidence_names_its_rows() -> None:
    found = read({**ROW, **OTHER, **NUMBER, "ratio": True, "source": "paper-x", "runs": 2})
    rows = artefacts()["table1"].rows
    assert rows[found.subject.rows[0]].axes == {"setting": "a", "shown": "accuracy"}
    assert rows[found.other.rows[0]].axes == {"setting": "b", "shown": "accuracy"}
    assert rows[found.subject.rows[0]].arm == "as run"
    assert (found.about, found.within, found.ratio, found.runs) == (1.0, 0.1, True, 2)
    assert (found.source, found.rung, found.claim) == ("paper-x", "paper", "")


def test_a_claim_may_have_come_to_several_verdicts() -> None:
    found = read({"claim": "wins", "verdict": ["holds", "same direction"], "rung": "laptop"})
    assert (found.claim, found.verdicts) == ("wins", ("holds", "same direction"))
    assert (found.subject, found.rung) == (None, "laptop")
