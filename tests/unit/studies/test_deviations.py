"""Deviations are read once, and mean rows from then on."""

import pytest
from made_up_artefacts import artefacts

from reprise.errors import InputError
from reprise.studies.claims import Deviation, read_deviations

SAID = {"difference": "Loss", "arm": "as described", "against": "as run"}


def at(setting: str, artefact: str = "table1") -> dict[str, str]:
    return {"artefact": artefact, "setting": setting, "shown": "accuracy"}


def read(**content: object) -> Deviation:
    (found,) = read_deviations({"deviation": {**SAID, **content}}, artefacts(), "lantern.yaml")
    return found


def test_a_side_is_in_the_arm_that_is_named_where_there_is_one():
    found = read(subject=at("a"), other=at("a"))
    assert [side[0].rows for side in (found.subject, found.other)] == [(1,), (0,)]
    # table2 has no arm of that name.
    found = read(subject=at("a", "table2"), other=at("b"))
    assert [side[0].rows for side in (found.subject, found.other)] == [(0,), (4,)]


def test_both_sides_report_the_same_epochs():
    sides = {"subject": at("a", "averaged"), "other": at("b")}
    assert read(**sides).arm == "as described"
    sentence = r"^lantern\.yaml: deviations\.deviation: expected rows that report the same epochs"
    with pytest.raises(InputError, match=sentence):
        read(**sides, arm="plain")


def test_a_mistake_is_one_sentence():
    sentence = r"^lantern\.yaml: deviations\.deviation\.other\.setting: unknown value 'z'"
    with pytest.raises(InputError, match=sentence):
        read(subject=at("a"), other=at("z"))


def test_both_sides_are_in_one_unit():
    sentence = r"^lantern\.yaml: deviations\.deviation: expected rows of metrics in one unit"
    with pytest.raises(InputError, match=sentence):
        read(subject=at("a"), other={**at("b"), "metric": "wall_seconds"})
