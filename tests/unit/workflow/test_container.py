"""The definition of the Apptainer image, and what the documentation says of it."""

import re

import pytest
from environment_files import ROOT, requirements

DEFINITION = (ROOT / "containers" / "reprise.def").read_text()
SECTIONS = {"files", "post", "environment", "test", "labels", "runscript", "help"}


@pytest.fixture(scope="module")
def parts() -> dict[str, list[str]]:
    """The lines of the header (its name is empty) and of each section, without comments."""
    found: dict[str, list[str]] = {"": []}
    name = ""
    for line in DEFINITION.splitlines():
        if line.startswith("%"):
            name = line[1:]
            assert name in SECTIONS and name not in found
            found[name] = []
        elif line.strip() and not line.strip().startswith("#"):
            found[name].append(line.strip())
    return found


def test_the_header_names_a_python_that_reprise_runs_on(parts):
    header = dict(line.split(": ") for line in parts[""])
    assert header["Bootstrap"] == "docker"
    major, minor = re.match(r"python:(\d+)\.(\d+)-slim", header["From"]).groups()
    assert (int(major), int(minor)) >= (3, 11)


def test_everything_that_is_installed_from_is_copied(parts):
    copied = [line.split() for line in parts["files"]]
    assert all((ROOT / source).is_file() and target.endswith(source) for source, target in copied)
    names = {source for source, _ in copied}
    included = re.findall(r"^-r (\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert names == {"constraints.txt", "requirements.txt", *included}
    (install,) = [line for line in parts["post"] if "pip install" in line]
    assert install.endswith("-c constraints.txt -r requirements.txt")


def test_the_test_of_the_image_imports_what_it_installs(parts):
    (line,) = parts["test"]
    imported = set(re.search(r"import (.*)\"", line)[1].split(", "))
    assert imported <= requirements().keys()


def test_the_image_is_where_the_rules_look_for_it():
    snakefile = (ROOT / "workflow" / "Snakefile").read_text()
    (path,) = re.findall(r'^container: own_file\("(.*)"\)', snakefile, re.MULTILINE)
    assert f"apptainer build {path} containers/reprise.def" in (
        (ROOT / "containers" / "README.md").read_text()
    )
    assert "*.sif" in (ROOT / ".gitignore").read_text().splitlines()
