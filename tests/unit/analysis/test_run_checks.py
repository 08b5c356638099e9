"""Runs that are gathered are those that are asked for, or refused by name."""

import json
from pathlib import Path

import pytest

from reprise.analysis.run_checks import check_runs
from reprise.data.prepared_checksums import PreparedChecksum
from reprise.errors import InputError
from reprise.studies.run_identity import identity_problem, run_identity

METRICS = {
    "status": "finished",
    "cell": {"epochs": 3},
    "published": "p",
    "fingerprint": "f",
    "provenance": {"data": {"name": "digits", "variant": "8px", "sha256": "s"}},
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(asked=METRICS, **changes):
    run = {**METRICS, **changes}
    Path("metrics.json").write_text(json.dumps(run))
    check_runs({".": run_identity(asked)}, Path())


def test_the_run_that_is_asked_for():
    check()
    PreparedChecksum("s", "o", None, None, 1, 1).keep("digits-8px")
    check()
    check({**METRICS, "cell": {"epochs": 3.0}})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cell": {"epochs": 4}}, "another description"),
        ({"published": "q"}, "another published cell"),
        ({"fingerprint": "g"}, "another version of the code"),
        ({"probe": {"name": "range_test"}}, "another probe"),
    ],
)
def test_another_run_is_refused(changes, words):
    assert identity_problem({**METRICS, **changes}, METRICS) == words
    with pytest.raises(InputError, match="another description or version of the code"):
        check(**changes)


def test_a_run_on_other_data_is_refused():
    PreparedChecksum("other", "o", None, None, 1, 1).keep("digits-8px")
    with pytest.raises(InputError, match="other data than resources/prepared/digits-8px"):
        check()


def test_a_run_that_is_not_there_is_not_refused(tmp_path):
    check_runs({"cells/none": "x"}, tmp_path)
