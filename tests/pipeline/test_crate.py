"""The results of a scale as an RO-Crate."""

import hashlib
import json
import zipfile
from datetime import datetime

import pytest
from conftest import copy_of
from rocrate.rocrate import ROCrate

from reprise.data.catalogue import load_entries
from reprise.data.sources import Source
from reprise.rendering.crate import data_entity

RUN_FILES = {"cell.yaml", "metrics.json", "history.csv"}


@pytest.fixture(scope="module")
def archive(mini_project, tmp_path_factory):
    project = copy_of(mini_project, tmp_path_factory.mktemp("crate") / "project")
    project.run("crate")
    with zipfile.ZipFile(project.path("report/mini.crate.zip")) as packed:
        yield project, packed


@pytest.fixture(scope="module")
def graph(archive):
    """The entities by id."""
    _, packed = archive
    content = json.loads(packed.read("ro-crate-metadata.json"))
    return {entity["@id"]: entity for entity in content["@graph"]}


def ids(value):
    return [entry["@id"] for entry in (value if isinstance(value, list) else [value])]


def actions(graph):
    return {name: entity for name, entity in graph.items() if entity["@type"] == "CreateAction"}


def test_it_names_its_profiles_and_its_workflow(graph):
    root = graph["./"]
    assert {"name", "description", "license", "datePublished"} <= root.keys()
    assert "https://w3id.org/ro/wfrun/workflow/0.5" in ids(root["conformsTo"])
    (main,) = ids(root["mainEntity"])
    assert main == "workflow/Snakefile"
    assert set(graph[main]["@type"]) == {"File", "SoftwareSourceCode", "ComputationalWorkflow"}
    (language,) = ids(graph[main]["programmingLanguage"])
    assert graph[language]["name"] == "Snakemake"


def test_every_file_is_described_with_its_checksum(archive, graph):
    project, packed = archive
    files = {name for name in packed.namelist() if not name.endswith("/")}
    described = {name for name in graph if name in files}
    assert files - described <= {"ro-crate-preview.html"}
    for name in described - {"README.md", "ro-crate-metadata.json", "ro-crate-preview.html"}:
        content = packed.read(name)
        assert graph[name]["sha256"] == hashlib.sha256(content).hexdigest(), name
        assert project.path(name).read_bytes() == content
    expected = {"report/mini.html", "results/mini/claims.csv", "config/studies/mini.yaml"}
    expected |= {"results/mini/mini/table1.csv", "workflow/scripts/reprise/training/loop.py"}
    assert expected <= described
    assert not [name for name in files if "preview/" in name or "/logs/" in name or "/." in name]


def test_every_run_says_what_it_used_and_made(archive, graph):
    project, _ = archive
    found = {name: entity for name, entity in actions(graph).items() if name.startswith("#run-c")}
    found |= {name: entity for name, entity in actions(graph).items() if name.startswith("#run-p")}
    cells = [path.parent for path in project.folder.glob("results/mini/[cp]*/**/metrics.json")]
    assert len(found) == len(cells) == 8
    for name, action in found.items():
        folder = f"results/mini/{name.removeprefix('#run-')}"
        used, made = ids(action["object"]), ids(action["result"])
        assert {f.rpartition("/")[2] for f in (*used, *made) if f[0] != "#"} == RUN_FILES
        assert all(f.startswith(folder) for f in (*used, *made) if f[0] != "#")
        assert "#data-digits-8px" in used
        assert set(used) | set(made) <= graph.keys()
        started, ended = (datetime.fromisoformat(action[at]) for at in ("startTime", "endTime"))
        assert started <= ended
        (tool,) = ids(action["instrument"])
        probe = "/probes/" in folder
        assert tool == f"workflow/scripts/{'run_probe' if probe else 'train'}.py"
        assert "SoftwareSourceCode" in graph[tool]["@type"]
        assert graph[ids(action["environment"])[0]]["value"] == "1"
    metrics = json.loads((cells[0] / "metrics.json").read_text())
    data = graph["#data-digits-8px"]
    assert data["sha256"] == metrics["provenance"]["data"]["sha256"]


def test_the_whole_is_one_action_of_the_workflow(graph):
    whole = graph["#run-of-the-workflow"]
    assert ids(whole["instrument"]) == ["workflow/Snakefile"]
    used, made = ids(whole["object"]), ids(whole["result"])
    assert {"config/config.yaml", "#scale=mini", "#data-digits-8px"} <= set(used)
    assert {"report/mini.html", "results/mini/claims.csv"} <= set(made)
    assert whole["name"] == "snakemake --config scale=mini"
    assert set(ids(graph["./"]["mentions"])) == actions(graph).keys()


def test_data_that_are_downloaded_have_an_address(archive):
    """What every file of the sources of a plan gets; the small study has embedded data alone."""
    project, _ = archive
    entry = load_entries(project.path("config/datasets.yaml"), {})["cifar10"]
    source = Source.of("cifar10", entry)
    entity = data_entity(ROCrate(), "cifar10", "official", "0" * 64, source)
    (file,) = entity["isBasedOn"]
    assert file.id == source.files[0].urls[0]
    assert file["sha256"] == source.files[0].sha256
