"""Runs that another machine has made without Snakemake, and that Snakemake takes over."""

import csv
import json
import os
import shutil
import subprocess
import sys

import pytest

COMMIT = "0123456789" * 4
HERE = {"REPRISE_COMMIT": COMMIT}


@pytest.fixture
def emptied(finished):
    """The small study with its data and without what was run."""
    shutil.rmtree(finished.path("results"))
    shutil.rmtree(finished.path("report"))
    return finished


def listed(project, *targets):
    """The runs of a list, each as its probe's name or its model's."""
    said = project.run("jobs", *targets, **HERE)
    runs = json.loads(project.path("results/mini/jobs.json").read_text())["runs"]
    assert f"results/mini/jobs.json: {len(runs)} runs" in said
    return sorted(run.get("probe", run["cell"]["model"])["name"] for run in runs)


def run_elsewhere(project, folder):
    """Work through the project's list in a folder that has the scripts, the data and the list."""
    shutil.copytree(project.path("workflow/scripts"), folder / "workflow/scripts")
    shutil.copytree(project.path("resources/prepared"), folder / "resources/prepared")
    (folder / "results/mini").mkdir(parents=True)
    shutil.copy(project.path("results/mini/jobs.json"), folder / "results/mini")
    return subprocess.run(
        [sys.executable, "workflow/scripts/run_jobs.py", "results/mini/jobs.json"],
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1", **HERE},
        capture_output=True,
        text=True,
        timeout=600,
    )


def bring_back(folder, project):
    shutil.copytree(folder / "results", project.path("results"), dirs_exist_ok=True)


def metrics(project):
    found = project.folder.glob("results/mini/[cp]*/**/metrics.json")
    return {path.relative_to(project.folder): path.read_bytes() for path in found}


def test_ids_of_artefacts_claims_and_studies_name_runs(emptied):
    assert listed(emptied, "mini/table1") == ["mgnet", "mgnet", "resnet56", "resnet56"]
    assert listed(emptied, "mini/momentum_lowers_the_loss") == ["range_test"] * 2
    everything = ["example_images", *["mgnet"] * 2, *["range_test"] * 3, *["resnet56"] * 2]
    assert listed(emptied, "mini") == sorted(everything)
    assert listed(emptied) == sorted(everything)
    # Nothing was run.
    assert metrics(emptied) == {}


def test_what_is_there_is_not_listed(finished):
    [gone, *_] = finished.folder.glob("results/mini/cells/mgnet*/**/metrics.json")
    gone.unlink()
    said = finished.run("jobs", "mini/table1", **HERE)
    assert "results/mini/jobs.json: 1 run\n" in said


def test_only_ids_stand_beside_jobs(emptied):
    answer = emptied.snakemake("jobs", "results/mini/metrics.csv")
    assert answer.returncode == 1
    assert "expected ids of studies, artefacts or claims beside `jobs`" in answer.stderr


def test_snakemake_takes_over_what_another_machine_made(emptied, tmp_path):
    listed(emptied)
    answer = run_elsewhere(emptied, tmp_path / "elsewhere")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    bring_back(tmp_path / "elsewhere", emptied)
    before = metrics(emptied)
    assert len(before) == 8
    planned = emptied.planned()
    assert "collect_artefact" in planned
    assert not {"train", "run_probe", "prepare"} & planned.keys()
    emptied.run()
    assert metrics(emptied) == before
    assert "run_jobs.py" in emptied.path("report/mini.html").read_text()
    said = emptied.run("plan")
    assert "results/mini/jobs.json lists 8 runs for a machine without Snakemake: 8 are back" in said
    emptied.run("export_reference")
    with next(emptied.path("reference").glob("*/metrics.csv")).open() as stream:
        assert {row["commit"] for row in csv.DictReader(stream)} == {COMMIT}


def test_runs_of_other_code_or_of_no_commit_are_not_taken_over(emptied, tmp_path):
    listed(emptied)
    assert run_elsewhere(emptied, tmp_path / "elsewhere").returncode == 0
    bring_back(tmp_path / "elsewhere", emptied)
    emptied.edit(
        "workflow/scripts/reprise/nets/mgnet.py", "features.mean((2, 3))", "features.mean((3, 2))"
    )
    assert emptied.planned()["train"] == 2
    assert "runs are not of today's version of the code" in emptied.run("export_reference")
    path = next(emptied.folder.glob("results/mini/probes/**/metrics.json"))
    content = json.loads(path.read_text())
    content["provenance"]["commit"] = None
    path.write_text(json.dumps(content))
    answer = emptied.snakemake("export_reference")
    assert answer.returncode == 1
    assert "expected the commit of the code that made this run, found none" in answer.stderr


def test_other_code_refuses_the_list(emptied, tmp_path):
    listed(emptied)
    emptied.edit(
        "workflow/scripts/reprise/nets/mgnet.py", "features.mean((2, 3))", "features.mean((3, 2))"
    )
    answer = run_elsewhere(emptied, tmp_path / "elsewhere")
    assert answer.returncode == 2
    (sentence,) = answer.stderr.splitlines()
    assert "of its code, found" in sentence
    assert not (tmp_path / "elsewhere/results/mini/cells").exists()
