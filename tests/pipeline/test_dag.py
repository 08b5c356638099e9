"""What Snakemake plans for this project's own configuration."""

import resource
import shutil
from pathlib import Path

import pytest
from conftest import Project

from reprise.planning.plan import Plan

ROOT = Path(__file__).parents[2]


def test_the_paper_scale_with_five_seeds(fresh_project):
    config = ("--config", "scale=paper", "seeds=5", "studies=mclain")
    # The promise is 4 s; a slow machine gets twice that.
    assert processor_seconds(fresh_project, *config) < 8
    planned = fresh_project.planned(*config)
    assert planned["train"] == 380
    assert planned["collect_artefact"] == 8
    assert planned["compute_artefact"] == 1
    assert planned["download"] == planned["prepare"] == 1


BARE_GRID = """\
FILES = ["cell.yaml", "metrics.json", "history.csv"]
rule gather:
    input: expand("results/{run}/{file}", run=range(1260), file=FILES)
rule run:
    output: expand("results/{{run}}/{file}", file=FILES)
    shell: "true"
"""


def test_everything_at_paper_costs_little_more_than_a_bare_grid(fresh_project, tmp_path):
    """A ratio to as many jobs of which nothing is said but their files, since machines differ, and
    of processor time, since they are shared. It was 1.6 on an Intel Xeon and 2.0 on an AMD EPYC,
    and 2.5 on the first while Python looked for garbage as often as by default. What comes out
    too high is measured once more."""
    bare = Project(tmp_path / "bare")
    shutil.copytree(fresh_project.path("profiles"), bare.path("profiles"))
    bare.path("Snakefile").write_text(BARE_GRID)
    config = ("--config", "scale=paper", "seeds=3")
    ratios = (processor_seconds(fresh_project, *config) / processor_seconds(bare) for _ in "ab")
    assert any(ratio < 2.3 for ratio in ratios)


def processor_seconds(project, *arguments):
    """What a dry run costs."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = project.start("-n", "--quiet", "rules", *arguments)
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.parametrize(
    ("scale", "made"),
    [
        # A run on other digits gives them, and both halves of the digits are prepared.
        ("demo", {"start_weights": 1, "prepare": 2, "train": 3}),
        ("paper", {"start_weights": 1, "download": 2, "prepare": 1, "train": 3}),
    ],
)
def test_starting_weights_are_made_before_the_runs_that_need_them(fresh_project, scale, made):
    config = ("--config", f"scale={scale}", "seeds=1", "studies=cappa")
    planned = fresh_project.planned("cappa/transfer", *config)
    assert {rule: planned.get(rule, 0) for rule in made} == made
    assert scale == "paper" or "download" not in planned


def test_probes_run_beside_training(fresh_project):
    planned = fresh_project.planned("--config", "scale=paper", "seeds=3", "studies=kth")
    # Range tests of seven pairs of network and data, and the searches on one of them.
    assert planned["run_probe"] == 3 * len(range_tests("kth", scale="paper"))
    assert planned["compute_artefact"] == 1  # what they found
    assert planned["prepare"] == 3


def test_a_table_of_searches_needs_no_training(fresh_project):
    planned = fresh_project.planned("kth/table1", "--config", "studies=kth")
    searches = ["lr_range", "momentum_pairs", "wd_coarse", "wd_fine"]
    asked = Plan.of({"studies": "kth", "scale": "demo", "seeds": 1}, ROOT)
    runs = {folder for name in searches for folder in asked.artefact_folders("kth", name)}
    assert planned["run_probe"] == len(runs) == 35
    assert planned["collect_artefact"] == len(searches)
    assert "train" not in planned


def test_layers_need_neither_runs_nor_data(fresh_project):
    planned = fresh_project.planned("yang_huang/model", "--config", "studies=yang_huang")
    assert planned == {
        "write_plan": 1, "write_study_plan": 1, "compute_artefact": 1, "draw_figure": 1,
        "yang_huang/model": 1,
    }  # fmt: skip


def range_tests(study, scale):
    asked = Plan.of({"studies": study, "scale": scale, "seeds": 1}, ROOT)
    return [run for run in asked.probe_runs.values() if run.probe.name == "range_test"]


def test_the_demo_needs_no_download(fresh_project):
    planned = fresh_project.planned("--config", "studies=mclain")
    assert "download" not in planned
    assert planned["train"] == 76


@pytest.mark.parametrize(
    ("target", "cells"),
    [("mclain", 76), ("mclain/table1", 15), ("mclain/table4", 15), ("mclain/schedules", None),
     ("mclain/tail_adds", 2), ("mclain/sigmoid_best_120", 15)],
)  # fmt: skip
def test_ids_are_targets(fresh_project, target, cells):
    assert fresh_project.planned(target).get("train") == cells


def test_the_slurm_profile_is_found_and_capped_by_nothing(fresh_project):
    output = fresh_project.run("-n", "--profile", "slurm", "--quiet", "rules")
    assert "train" in output
    default = fresh_project.path("profiles/default/config.yaml").read_text()
    assert "resources:" not in default


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ("scale=papr", "unknown scale 'papr'; did you mean 'paper'"),
        ("sedes=3", "config/config.yaml: unknown key 'sedes'; did you mean 'seeds'"),
        ("seeds=[]", "seeds: found []"),
        ("studies=mclane", "unknown study 'mclane'; did you mean 'mclain'"),
    ],
)
def test_a_bad_configuration_ends_in_one_sentence(fresh_project, config, sentence):
    answer = fresh_project.snakemake("-n", "--config", config)
    assert answer.returncode != 0
    assert sentence in answer.stderr
    assert "Traceback" not in answer.stderr


def test_one_id_may_be_trained_in_one_study_and_computed_in_another(fresh_project):
    study = fresh_project.path("config/studies/mclain.yaml").read_text()
    probe = "    probe: {name: schedule_curves}\n    figure: {kind: schedules}\n"
    assert probe in study
    fresh_project.path("config/studies/other.yaml").write_text(study.replace(probe, ""))
    both = ("--config", "studies=mclain,other")
    assert fresh_project.planned("other/schedules", *both)["train"] == 8
    computed = fresh_project.planned("mclain/schedules", *both)
    assert computed == {
        "write_plan": 1, "write_study_plan": 2, "compute_artefact": 1, "draw_figure": 1,
        "mclain/schedules": 1,
    }  # fmt: skip


def test_a_key_that_is_given_twice_is_one_sentence(fresh_project):
    with fresh_project.path("config/config.yaml").open("a") as stream:
        stream.write("seeds: 3\n")
    answer = fresh_project.snakemake("-n")
    assert answer.returncode != 0
    assert "config/config.yaml, line" in answer.stderr
    assert "the key 'seeds' is given twice" in answer.stderr


def test_jobs_on_this_machine_are_cores(finished):
    """The profile says that all of them may be used."""
    output = finished.run("-j", "1", "--forcerun", "gather_claims", "results/mini/claims.csv")
    assert "Provided cores: 1 " in output


def test_a_misspelt_target_is_one_sentence(fresh_project):
    answer = fresh_project.snakemake("-n", "mclain/tabel1")
    assert answer.returncode != 0
    assert "did you mean 'table1'?" in answer.stderr
    assert "Traceback" not in answer.stderr
