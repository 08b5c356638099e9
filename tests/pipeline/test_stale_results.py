"""What belongs to another plan, other code or other data is computed anew, whatever Snakemake
remembers and whatever the times of files are; what does not is left alone."""

import json
import os
import shutil

import pytest
from conftest import copied_project, copy_of
from PIL import Image

CELLS, PROBE_RUNS = 4, 4
TABLE = "mini/table1"
CHEAP = {
    "collect_artefact", "collect_metrics", "draw_figure", "draw_learning_curves", "gather_claims",
    "judge_claims", "measure_deviations", "compute_artefact", "render_report", "all", "write_plan",
    "write_study_plan",
}  # fmt: skip


def forget(project):
    shutil.rmtree(project.path(".snakemake"))


def give_times(project, time, *folders):
    for folder in folders:
        for file in project.path(folder).rglob("*"):
            os.utime(file, (time, time))


def in_a_clone(project, tmp_path):
    """The results in a fresh clone, with new times in no order that means anything."""
    clone = copied_project(tmp_path / "clone", project.folder)
    for name in ("results", "report"):
        shutil.copytree(project.path(name), clone.path(name), copy_function=shutil.copyfile)
    return clone


def metrics(project):
    found = project.path("results/mini").rglob("metrics.json")
    return {file.relative_to(project.folder): file.read_bytes() for file in found}


@pytest.fixture
def forgotten(finished):
    """The finished small study, of which Snakemake remembers nothing."""
    forget(finished)
    return finished


def test_without_records_nothing_is_done(forgotten):
    assert forgotten.planned() == {}


@pytest.mark.parametrize(
    "options", [(), ("--rerun-triggers", "mtime"), ("--ignore-incomplete",)], ids=str
)
def test_more_seeds_are_noticed_without_records(forgotten, options):
    planned = forgotten.planned(*options, "--config", "seeds=3")
    assert planned["train"] == CELLS * 2
    assert planned["run_probe"] == PROBE_RUNS * 2
    assert planned["write_plan"] == planned["write_study_plan"] == planned["render_report"] == 1
    assert "prepare" not in planned


def test_changed_code_is_noticed_without_records(forgotten):
    forgotten.edit(
        "workflow/scripts/reprise/nets/mgnet.py", "features.mean((2, 3))", "features.mean((3, 2))"
    )
    planned = forgotten.planned()
    assert planned["train"] == 2
    assert planned["render_report"] == 1
    reasons = forgotten.path("results/mini/logs/out_of_date.txt").read_text()
    assert reasons.count("another version of the code") == planned["train"] + planned["run_probe"]


def test_changed_code_is_noticed_after_touch(finished):
    """Touching makes everything look new."""
    finished.edit(
        "workflow/scripts/reprise/nets/mgnet.py", "features.mean((2, 3))", "features.mean((3, 2))"
    )
    before = finished.planned()
    finished.run("--touch")
    assert finished.planned() == before


def test_outputs_from_the_future_are_noticed(forgotten):
    forgotten.edit("config/studies/mini.yaml", "Two schedules on two networks.", "Other words.")
    give_times(forgotten, 4e9, "results", "report")
    planned = forgotten.planned()
    assert planned["write_study_plan"] == planned["render_report"] == 1
    assert "train" not in planned


def test_an_edited_table_is_made_anew(forgotten):
    table = forgotten.path("results/mini/mini/table1.csv")
    before = table.read_text()
    table.write_text(before.replace("finished", "finisht"))
    forgotten.run()
    assert table.read_text() == before


def test_a_run_put_in_the_place_of_another_is_trained_anew(forgotten):
    (one, other, *_) = sorted(forgotten.path("results/mini/cells").rglob("metrics.json"))
    shutil.copy(other, one)
    assert forgotten.planned()["train"] == 1
    assert "train" in forgotten.planned("--config", "seeds=[1]")


def test_a_run_that_does_not_belong_is_refused_by_name(finished):
    """Where options choose what runs, nothing is gathered that is not asked for."""
    (one, other, *_) = sorted(finished.path("results/mini/cells").rglob("metrics.json"))
    shutil.copy(other, one)
    answer = finished.snakemake(
        "--allowed-rules", "collect_artefact", "collect_metrics", "--forcerun", "collect_metrics"
    )
    assert answer.returncode != 0
    folder = one.parent.relative_to(finished.folder)
    assert f"{folder} was expected to hold the run that is asked for" in answer.stderr


def test_a_preview_leaves_out_what_does_not_belong(finished):
    (one, other, *_) = sorted(finished.path("results/mini/cells").rglob("metrics.json"))
    shutil.copy(other, one)
    finished.run("preview")
    folder = one.parent.relative_to(finished.path("results/mini"))
    assert not (finished.path("results/mini/preview") / folder / "metrics.json").exists()


def test_an_archive_rendered_as_it_is_is_not_taken_for_the_report_of_today(forgotten):
    forgotten.edit("config/studies/mini.yaml", "Two schedules on two networks.", "Other words.")
    forgotten.run("render")
    assert "Other words." not in forgotten.path("report/mini.html").read_text()
    forgotten.run()
    assert "Other words." in forgotten.path("report/mini.html").read_text()


def test_removed_prepared_data_train_nothing_again(forgotten):
    for file in forgotten.path("resources/prepared").iterdir():
        file.unlink()
    assert forgotten.planned() == {}
    planned = forgotten.planned("--config", "seeds=2")
    assert planned["prepare"] == 1
    assert planned["train"] == CELLS


@pytest.mark.parametrize("time", [1e9, 3e9])
def test_new_times_train_nothing(finished, time):
    give_times(finished, time, "resources", "config", "workflow")
    assert finished.planned().keys() <= CHEAP
    give_times(finished, time, "results")
    assert finished.planned().keys() <= CHEAP


def test_results_in_a_fresh_clone_are_extended(finished, tmp_path):
    """Which has no prepared data either."""
    clone = in_a_clone(finished, tmp_path)
    before = metrics(clone)
    assert clone.planned().keys() <= CHEAP
    clone.run("--config", "seeds=2")
    after = metrics(clone)
    assert before.items() <= after.items()
    assert len(after) == 2 * len(before)
    assert clone.planned("--config", "seeds=2") == {}


def test_results_on_other_data_in_a_fresh_clone_are_trained_anew(finished, tmp_path):
    clone = in_a_clone(finished, tmp_path)
    clone.edit("config/datasets.yaml", "mean: [0.3", "mean: [0.4")
    assert clone.planned()["train"] == CELLS


def test_data_that_are_prepared_again_and_stay_the_same_train_nothing(finished):
    """Another version of what prepares them, which gives the same file."""
    before = metrics(finished)
    finished.edit(
        "workflow/scripts/reprise/data/preparation.py",
        "result = source.resized(pixels)",
        "result = source.resized(pixels if pixels else None)",
    )
    finished.run("--until", "train", "run_probe")
    assert metrics(finished) == before
    logs = finished.path("results/mini/logs/cells").rglob("seed1.log")
    assert all("taken over" in log.read_text() for log in logs)


def test_prepared_data_that_were_written_to_are_prepared_again(finished):
    (prepared,) = finished.path("resources/prepared").iterdir()
    before = prepared.read_bytes()
    prepared.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
    assert finished.planned()["prepare"] == 1
    assert "train" not in finished.planned()
    finished.run()
    assert prepared.read_bytes() == before


def test_runs_name_the_data_that_they_saw(finished):
    (kept,) = finished.path("resources/checksums").iterdir()
    known = json.loads(kept.read_text())
    for content in metrics(finished).values():
        data = json.loads(content)["provenance"]["data"]
        assert (data["sha256"], data["origin"]) == (known["sha256"], known["origin"])


@pytest.fixture(scope="module")
def project_of_pets(mini_project, tmp_path_factory):
    """The small study, finished on images in a folder of the user's. Tests copy it."""
    project = copy_of(mini_project, tmp_path_factory.mktemp("pets") / "project")
    write_images(project.path("pets/a"), {"cat": 60, "dog": 180})
    config = "datasets:\n" + OWN_FOLDER.format("pets/a")
    project.edit("config/config.yaml", "datasets: {}", config)
    project.edit("config/studies/mini.yaml", "dataset: digits", "dataset: pets")
    data = "data: {dataset: digits, pixels: 8, train_images: 100, test_images: 50}"
    project.edit("config/scales.yaml", data, "data: null")
    project.run(TABLE)
    assert project.planned(TABLE) == {}
    return project


@pytest.fixture
def own_folder(project_of_pets, tmp_path):
    """A copy of the study that is finished on a user's images."""
    return copy_of(project_of_pets, tmp_path / "project")


def write_images(folder, levels):
    for split, count in (("train", 40), ("val", 10)):
        for label, level in levels.items():
            (folder / split / label).mkdir(parents=True)
            for number in range(count):
                picture = Image.new("L", (8, 8), level + number)
                picture.save(folder / split / label / f"{number:03}.png")


OWN_FOLDER = """\
  pets:
    title: Pets
    layout: image-folder
    folder: {}
    files: []
    classes: [cat, dog]
    channels: 1
    pixels: 8
    train_images: 80
    test_images: 20
    mean: [0.5]
    std: [0.5]
    citation: none
"""


def test_a_folder_that_points_elsewhere_is_prepared_again(own_folder):
    write_images(own_folder.path("pets/b"), {"cat": 10, "dog": 90})
    own_folder.edit("config/config.yaml", "pets/a", "pets/b")
    planned = own_folder.planned(TABLE)
    assert planned["prepare"] == 1
    assert planned["train"] == CELLS
    own_folder.run(TABLE)
    assert own_folder.planned(TABLE) == {}


def test_the_same_images_in_another_folder_renew_nothing(own_folder):
    pets = own_folder.path("pets")
    shutil.copytree(pets / "a", pets / "copy", copy_function=shutil.copyfile)
    own_folder.edit("config/config.yaml", "pets/a", "pets/copy")
    assert own_folder.planned(TABLE) == {}


def test_a_folder_that_is_gone_leaves_its_prepared_file(own_folder):
    shutil.rmtree(own_folder.path("pets/a"))
    planned = own_folder.planned(TABLE)
    assert not {"prepare", "train", "run_probe"} & planned.keys()


def test_an_image_that_was_replaced_is_noticed(own_folder):
    Image.new("L", (8, 8), 255).save(own_folder.path("pets/a/train/cat/000.png"))
    assert own_folder.planned(TABLE)["prepare"] == 1
