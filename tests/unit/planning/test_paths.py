"""No name in a configuration, and none in an archive, makes a path that leaves its folder."""

import json
import shutil
from pathlib import Path

import pytest
import yaml
from made_up_plans import made_up_plan

from reprise.analysis.reference_export import _folder_name
from reprise.data.addresses import file_name
from reprise.errors import InputError
from reprise.planning.data_files import downloaded_files
from reprise.planning.plan import Plan
from reprise.rendering.results import Results
from reprise.studies.cell import Cell
from reprise.studies.names import is_below
from reprise.studies.plan_storage import VERSION, read_artefact, shared_content

ROOT = Path(__file__).parents[3]
WAYS_OUT = ["../../x", "/etc/x", "a/b", "..", ".", "", "x\n", "a b", "a\x1b[31m", "C:\\x", "~", "ä"]


@pytest.fixture
def project(tmp_path):
    """A copy of the configuration that a test may spoil."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    return tmp_path


def refusal(project: Path, **config) -> str:
    with pytest.raises(InputError) as caught:
        Plan.of({"studies": "mclain", **config}, project)
    assert str(caught.value).isprintable()
    return str(caught.value)


def rename(project: Path, file: str, name: str, *keys: str) -> None:
    """Give the first entry below some keys of a YAML file another name."""
    path = project / "config" / file
    content = yaml.safe_load(path.read_text())
    inner = content
    for key in keys:
        inner = inner[key]
    inner[name] = inner.pop(next(iter(inner)))
    path.write_text(yaml.safe_dump(content, sort_keys=False))


@pytest.mark.parametrize("name", WAYS_OUT)
def test_names_given_in_the_configuration_are_known_ones(project, name):
    assert "unknown scale" in refusal(project, scale=repr(name)) or name in ("..", ".")
    assert "unknown study" in refusal(project, studies=[repr(name)])


@pytest.mark.parametrize("name", WAYS_OUT)
def test_a_scale_has_a_plain_name(project, name):
    rename(project, "scales.yaml", name)
    assert "A name of letters, digits and underscores" in refusal(project)


@pytest.mark.parametrize("name", [*WAYS_OUT, "claims", "deviations"])
def test_an_artefact_has_a_plain_name(project, name):
    rename(project, "studies/mclain.yaml", name, "artefacts")
    found = refusal(project)
    assert "mclain.yaml: artefacts: found" in found
    assert "A name of letters, digits and underscores" in found


@pytest.mark.parametrize("name", WAYS_OUT)
def test_a_claim_has_a_plain_name(project, name):
    rename(project, "studies/mclain.yaml", name, "claims")
    assert "mclain.yaml: claims: found" in refusal(project)


@pytest.mark.parametrize("name", ["a b", "a.b", "a|b", "x\n", "cells", "logs", "preview"])
def test_a_file_of_a_study_has_a_plain_name(project, name):
    studies = project / "config" / "studies"
    (studies / "mclain.yaml").rename(studies / f"{name}.yaml")
    found = refusal(project, studies="all")
    assert found.startswith("config/studies: expected a file name of letters")
    assert found.endswith(f"found {name + '.yaml'!r}: rename it")


@pytest.mark.parametrize("name", WAYS_OUT)
def test_a_data_set_and_its_variant_have_plain_names(project, name):
    own = yaml.safe_load((ROOT / "config" / "datasets.yaml").read_text())["digits"]
    assert "datasets in the configuration" in refusal(project, datasets={name: own})
    assert "digits.variant: found" in refusal(project, datasets={"digits": {"variant": name}})
    rename(project, "datasets.yaml", name)
    assert "datasets.yaml" in refusal(project)


@pytest.mark.parametrize("checksum", ["../" * 21 + "x", "a" * 64 + "\n"])
def test_a_checksum_that_names_a_download_is_one(project, checksum):
    files = [{"url": "x.zip", "sha256": checksum}]
    found = refusal(project, datasets={"digits": {"files": files, "variant": "other"}})
    assert "sha256: found" in found


@pytest.mark.parametrize(
    "address", ["https://h/..%2f..%2fx", "https://h/a/x\n.zip", "/a/$(x) `y`", "https://h/a/..;x"]
)
def test_an_address_names_one_plain_file(address):
    name = file_name(address)
    assert set(name) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
    assert name.strip(".")


@pytest.mark.parametrize("address", ["https://h/..", "https://h/", "..", "a/..", "https://h"])
def test_an_address_of_no_file_is_refused(address):
    with pytest.raises(InputError, match="must end in the name of a file"):
        file_name(address)


def test_arguments_lead_no_cell_out_of_its_folder():
    words = {"shortcut": "../../x", "other": ["..", "/"], "more": {"name": "../y"}, "a/../b": 1}
    choice = {"name": "resnet18", **words}
    cell = Cell.of(
        {
            "dataset": "cifar10", "model": choice, "norm": choice, "optimizer": "sgd",
            "schedule": choice, "momentum": 0.9, "batch_size": 2, "epochs": 1,
        }
    )  # fmt: skip
    assert is_below(cell.folder)
    assert len(cell.folder.split("/")) == 7


def test_everything_that_is_planned_lies_below():
    plan = Plan.of({"seeds": 1}, ROOT)
    folders = [*plan.cells, *plan.probe_runs]
    downloads = [file for source in plan.sources.values() for file in downloaded_files(source)]
    assert len(folders) > 100
    assert all(map(is_below, [*folders, *downloads, *plan.prepared]))


@pytest.mark.parametrize("path", ["../x", "a/../../x", "/x", "", "a\nb", "a/.."])
def test_paths_that_lead_out(path):
    assert not is_below(path)


def archived(folder: Path, study: str = "s", artefact: str = "a", run: str = "cells/x") -> Path:
    """A results folder of somebody else's."""
    rows = [{"axes": {}, "arm": "as run", "folders": {"1": run}}]
    artefacts = [{"id": artefact, "axes": [], "rows": rows}]
    content = made_up_plan({"id": study, "artefacts": artefacts})
    (of_study,) = content["studies"]
    (folder / "plan.json").write_text(json.dumps(shared_content(content)))
    (folder / "s").mkdir()
    (folder / "s" / "plan.json").write_text(json.dumps({"version": VERSION, **of_study}))
    return folder


@pytest.mark.parametrize(
    "names", [{"study": "../x"}, {"artefact": "../../x"}, {"run": "../../x"}, {"run": "/etc"}]
)
def test_the_plan_of_an_archive_names_nothing_outside(tmp_path, names):
    folder = archived(tmp_path, **names)
    with pytest.raises(InputError, match=r"plan\.json: expected .* as the run wrote it"):
        _ = Results(folder).plan
    with pytest.raises(InputError, match=r"plan\.json: expected .* as the run wrote it"):
        read_artefact(folder / "s" / "plan.json", "a")


def test_a_table_of_an_archive_names_no_run_outside(tmp_path):
    (tmp_path / "failure.json").write_text('{"error": "a secret"}')
    (tmp_path / "scale").mkdir()
    results = Results(archived(tmp_path / "scale"))
    for read in (results.failure, results.history):
        with pytest.raises(
            InputError, match=r"expected the folder of a run below it, found '\.\.'"
        ):
            read("..")


def test_the_folder_of_reference_runs_is_one_name():
    run = {"dataset": "a/../b", "data_variant": "..", "device": "cpu", "threads": "1/../../x",
           "device_name": "../../CPU", "precision": "../x"}  # fmt: skip
    assert "/" not in _folder_name("paper", run)
