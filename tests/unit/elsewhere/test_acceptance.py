"""Lists that do not belong to the code or the data of a machine: one sentence, and nothing runs."""

import json

import pytest
from other_machine import probing, training

from reprise.commits import VARIABLE
from reprise.elsewhere import acceptance
from reprise.elsewhere.job_list import JobList
from reprise.errors import InputError


@pytest.fixture
def refused(machine, run_jobs, capsys):
    """The one sentence with which a list is refused."""

    def run() -> str:
        before = sorted(machine.folder.rglob("*"))
        assert run_jobs() == 2
        said = capsys.readouterr()
        assert said.out == ""
        (sentence,) = said.err.splitlines()
        assert sorted(machine.folder.rglob("*")) == before
        return sentence

    return run


def test_the_commit_is_that_of_the_list(machine, run_jobs, commit):
    machine.ask_for(training(), commit=commit)
    assert run_jobs() == 0


def test_another_commit_is_refused(machine, refused, commit):
    machine.ask_for(training(), commit="f" * 40)
    sentence = refused()
    assert sentence.startswith(f"Error: jobs.json: expected the code of commit {'f' * 40}, found")
    assert commit in sentence


@pytest.mark.parametrize("named", [None, "e" * 40, "main"])
def test_without_a_repository_the_variable_names_it(machine, refused, monkeypatch, tmp_path, named):
    monkeypatch.setattr(acceptance, "WORKFLOW", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    machine.ask_for(training(), commit="f" * 40)
    if named is None:
        monkeypatch.delenv(VARIABLE, raising=False)
    else:
        monkeypatch.setenv(VARIABLE, named)
    sentence = refused()
    if named == "e" * 40:
        assert f"found that of {'e' * 40}" in sentence
    else:
        assert f"set REPRISE_COMMIT={'f' * 40}" in sentence


def test_another_version_of_the_code_is_refused(machine, refused):
    machine.ask_for(training(), training(seed=2))
    content = json.loads(machine.list.read_text())
    content["runs"][1]["fingerprint"] = "000000000000"
    machine.edit(**content)
    assert f"{training(seed=2).folder}: expected version 000000000000 of its code" in refused()


def test_what_the_code_does_not_have_is_refused(machine, refused):
    machine.ask_for(training())
    content = json.loads(machine.list.read_text())
    content["runs"][0]["cell"]["model"]["name"] = "plain_cnm"
    machine.edit(**content)
    assert "unknown model 'plain_cnm'; did you mean 'plain_cnn'?" in refused()


def test_other_data_is_refused(machine, refused):
    machine.ask_for(training())
    content = bytearray(machine.prepared.read_bytes())
    content[-1] ^= 1
    machine.prepared.write_bytes(content)
    assert "expected data with the SHA-256" in refused()


def test_missing_data_is_named(machine, refused):
    machine.ask_for(training())
    machine.prepared.unlink()
    assert "digits-8px.safetensors: expected the prepared data that runs read" in refused()


def test_a_missing_list_is_named(refused):
    assert "found no such file" in refused()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda text: text[:300], "no JSON, or cut short"),
        (lambda text: "[]", "JSON of another kind"),
        (lambda text: "\x00", "no JSON, or cut short"),
        (lambda text: text.replace('"format": 2', '"format": 9'), "of format 2, found 9"),
        (lambda text: text.replace('"runs"', '"run"'), "something of another form"),
        (lambda text: text.replace('"fingerprint"', '"print"'), "something of another form"),
        (lambda text: text.replace('"batch_size": 50', '"batch_size": "x"'), "another form"),
        (lambda text: text.replace('"epochs"', '"epoch"'), "something of another form"),
        (lambda text: text.replace('"cpu"', '"tpu"'), "the device 'tpu'"),
        (lambda text: text.replace('"mini"', '"../mini"'), "the scale '../mini'"),
        (lambda text: text.replace('"8px"', '"../8px"'), "a run on 'digits-../8px'"),
        (lambda text: text.replace("digits-8px", "../8px"), "the data '../8px'"),
        (lambda text: text.replace('"origin"', '"start"'), "something of another form"),
    ],
    ids=range(13),
)
def test_a_damaged_list_is_refused(machine, refused, damage, said):
    machine.ask_for(training())
    text = machine.list.read_text()
    assert damage(text) != text
    machine.list.write_text(damage(text))
    sentence = refused()
    assert sentence.startswith("Error: jobs.json: expected a")
    assert said in sentence


def test_a_list_is_read_as_it_was_written(machine):
    jobs = machine.ask_for(training(), probing(), commit="a" * 40, cuda_graphs=True)
    assert JobList.read(machine.list) == jobs


def test_images_are_streamed_where_the_list_asks_for_it(machine, run_jobs):
    machine.ask_for(training())
    machine.edit(resident_share=0)
    run_jobs()
    metrics = json.loads(machine.path(training(), "metrics.json").read_text())
    assert metrics["provenance"]["data"]["placement"] == "streamed"


@pytest.mark.parametrize("options", [["--workers", "0"], ["--seconds", "-1"], ["--seconds", "x"]])
def test_a_wrong_option_is_refused(machine, run_jobs, options):
    with pytest.raises(SystemExit) as end:
        run_jobs(*options)
    assert end.value.code == 2


def test_the_reason_names_the_file(machine):
    with pytest.raises(InputError, match=r"no\.json"):
        JobList.read(machine.folder / "no.json")
