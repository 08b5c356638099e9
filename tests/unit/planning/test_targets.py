"""Targets that are misspelt, or of a study that is left out."""

import pytest

from reprise.errors import InputError
from reprise.planning.targets import check_targets

IDS = {"mclain": ["table1", "tail_adds"], "shen": ["fig9"]}
RULES = ["all", "preview", "mclain", "shen", "mclain/table1", "mclain/tail_adds", "shen/fig9"]
AVAILABLE = ["kth", "mclain", "shen"]


def check(*targets):
    check_targets(targets, RULES, IDS, AVAILABLE)


@pytest.mark.parametrize(
    "target", ["all", "mclain", "mclain/table1", "results/demo/plan.json", "report/demo.html"]
)
def test_what_is_known_or_a_file_is_left_to_snakemake(target):
    check(target)


def test_a_file_that_is_there_is_no_misspelt_id(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Makefile").touch()
    check("Makefile")


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("mclain/tabel1", "mclain has no artefact or claim of that id; did you mean 'table1'"),
        ("shen/table1", "shen has no artefact or claim of that id; known are fig9"),
        ("mclian/table1", "there is no study of that id; did you mean 'mclain'"),
        ("mclian", "there is no study or rule of that name; did you mean 'mclain'"),
        ("previw", "there is no study or rule of that name; did you mean 'preview'"),
        ("kth/fig9", "expected a study that the configuration asks for .mclain, shen., found kth"),
        ("kth", "leave `studies` out, or add kth to it"),
    ],
)
def test_what_was_meant(target, message):
    with pytest.raises(InputError, match=message):
        check("all", target)
