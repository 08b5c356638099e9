"""An archive of results renders on a machine without torch, data and the times of its files."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Project, copied_project

# What downloads, prepares and trains needs, and requirements-report.txt does not install.
ABSENT = ("torch", "torchvision", "pytorch_optimizer", "safetensors", "sklearn", "pooch")


@pytest.fixture
def bare_machine(tmp_path) -> dict[str, str]:
    """The environment of a machine that lacks these packages, for all processes of a workflow."""
    for name in ABSENT:
        package = tmp_path / "absent" / name
        package.mkdir(parents=True)
        (package / "__init__.py").write_text(f"raise ModuleNotFoundError('No module named {name}')")
    return {"PYTHONPATH": str(tmp_path / "absent")}


@pytest.fixture(params=["kept", "lost"])
def archive(request, mini_project, tmp_path) -> Project:
    """The results of the finished small study in a clone, with their times or all from long ago:
    older than the configuration, and cells no older than what was made of them."""
    project = copied_project(tmp_path / "elsewhere", mini_project.folder)
    results = project.path("results")
    shutil.copytree(mini_project.path("results"), results)
    if request.param == "lost":
        for file in results.rglob("*"):
            os.utime(file, (1e9, 1e9))
    return project


def everything_below(folder: Path) -> dict[str, bytes]:
    """The contents of all files of results, without logs and previews."""
    left_out = (folder / "mini" / "logs", folder / "mini" / "preview")
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and not any(file.is_relative_to(path) for path in left_out)
    }


def test_the_bare_machine_is_bare(bare_machine):
    for name in ABSENT:
        importing = [sys.executable, "-c", f"import {name}"]
        answer = subprocess.run(importing, env={**os.environ, **bare_machine}, capture_output=True)
        assert b"ModuleNotFoundError" in answer.stderr


def test_an_archive_gives_the_same_report(archive, mini_project, bare_machine):
    before = everything_below(archive.path("results"))
    archive.run("render", **bare_machine)
    page = archive.path("report/mini.html").read_text()
    assert page == mini_project.path("report/mini.html").read_text()
    assert everything_below(archive.path("results")) == before
    assert not archive.path("resources").exists()


@pytest.mark.parametrize("archive", ["lost"], indirect=True)
def test_an_archive_can_be_computed_anew_from_its_cells(archive, mini_project, bare_machine):
    archive.run("preview", **bare_machine)
    page = archive.path("report/mini-preview.html").read_text()
    assert page == mini_project.path("report/mini.html").read_text()
    assert not archive.path("resources").exists()


def test_tables_and_figures_are_enough(mini_project, tmp_path, bare_machine):
    project = copied_project(tmp_path / "elsewhere", mini_project.folder)
    ignored = shutil.ignore_patterns("cells", "probes", "logs")
    shutil.copytree(mini_project.path("results"), project.path("results"), ignore=ignored)
    project.run("render", **bare_machine)
    page = project.path("report/mini.html").read_text()
    assert page == mini_project.path("report/mini.html").read_text()


def test_a_folder_without_a_plan_is_one_sentence(fresh_project):
    answer = fresh_project.snakemake("render")
    assert answer.returncode != 0
    assert "a results folder holds a plan.json, and results/demo holds none" in answer.stderr


STAND_IN = """\
#!/usr/bin/env python3
import subprocess, sys
if "--version" in sys.argv:
    print("apptainer version 1.4.0")
else:
    print(*sys.argv, file=open("apptainer.log", "a"))
    sys.exit(subprocess.run(sys.argv[-3:]).returncode)
"""


@pytest.mark.parametrize("archive", ["kept"], indirect=True)
def test_jobs_run_in_the_image_with_apptainer(archive, tmp_path):
    stand_in = tmp_path / "bin" / "apptainer"
    stand_in.parent.mkdir()
    stand_in.write_text(STAND_IN)
    stand_in.chmod(0o755)
    archive.path("containers").mkdir()
    archive.path("containers/reprise.sif").touch()
    # In place of the Python of the image, that of the tests.
    path = os.pathsep.join(
        [str(stand_in.parent), str(Path(sys.executable).parent), os.environ["PATH"]]
    )
    archive.run("render", "--sdm", "apptainer", "--apptainer-args=--nv", PATH=path)
    asked = archive.path("apptainer.log").read_text()
    assert "exec" in asked and "--nv" in asked and "containers/reprise.sif" in asked
    assert archive.path("report/mini.html").exists()
