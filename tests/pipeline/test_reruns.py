"""What runs again after a change, and what does not."""

import hashlib
import io
import shutil
import tarfile

from PIL import Image


def test_a_finished_run_has_nothing_to_do(finished):
    assert finished.planned() == {}


def test_a_new_schedule_is_one_function_and_one_line(finished):
    """It appears as a new row of every table with that axis, and only its cells are scheduled."""
    with finished.path("workflow/scripts/reprise/optim/schedules.py").open("a") as stream:
        stream.write(
            '\n\n@schedules.register("linear")\n'
            "def linear(progress: Progress, *, learning_rate: float) -> float:\n"
            '    """Linear decay to zero."""\n'
            "    return learning_rate * (1 - progress.epoch / progress.epochs)\n"
        )
    finished.edit(
        "config/studies/mini.yaml",
        "      sigmoid: {label: Sigmoid,",
        "      linear: {label: Linear, set: {schedule: {name: linear, learning_rate: 0.1}}}\n"
        "      sigmoid: {label: Sigmoid,",
    )
    planned = finished.planned()
    assert planned["train"] == 2  # one cell for each network
    finished.run()
    table = finished.path("results/mini/mini/table1.csv").read_text()
    assert sum(line.startswith("linear,") for line in table.splitlines()) == 2
    assert "Linear" in finished.path("report/mini.html").read_text()
    assert finished.planned() == {}


def test_editing_a_model_trains_its_cells_and_no_others(finished):
    finished.edit(
        "workflow/scripts/reprise/nets/mgnet.py", "features.mean((2, 3))", "features.mean((3, 2))"
    )
    assert finished.planned()["train"] == 2
    assert all("mgnet" in job for job in trained(finished))


def trained(project):
    output = project.run("-n")
    return [line for line in output.splitlines() if "/metrics.json" in line and "output" in line]


def test_a_comment_in_a_model_or_a_script_trains_nothing(finished):
    finished.edit(
        "workflow/scripts/reprise/nets/mgnet.py", "class MgNet", "# A comment.\nclass MgNet"
    )
    with finished.path("workflow/scripts/train.py").open("a") as stream:
        stream.write("# A comment.\n")
    assert "train" not in finished.planned()


def test_editing_the_rendering_renders_and_trains_nothing(finished):
    with finished.path("workflow/scripts/reprise/rendering/templates/report.css").open("a") as css:
        css.write("\n/* A comment. */\n")
    planned = finished.planned()
    assert planned["render_report"] == 1
    assert "train" not in planned


def test_adding_seeds_runs_only_the_added_ones(finished):
    planned = finished.planned("--config", "seeds=3")
    assert planned["train"] == 4 * 2
    assert planned["run_probe"] == 4 * 2
    assert finished.planned("--config", "seeds=[1,7]")["train"] == 4


def test_an_edited_note_trains_nothing(finished):
    finished.edit("config/studies/mini.yaml", "Two schedules on two networks.", "Other words.")
    planned = finished.planned()
    assert not {"train", "run_probe"} & planned.keys()
    assert planned["render_report"] == 1


def test_an_edited_note_of_one_study_renews_nothing_of_another(finished):
    """The other study has the same runs, and its own tables, figures and verdicts."""
    mini = finished.path("config/studies/mini.yaml")
    shutil.copy(mini, mini.with_name("other.yaml"))
    finished.run()
    finished.edit("config/studies/other.yaml", "Two schedules on two networks.", "Other words.")
    planned = finished.planned()
    assert not {"train", "run_probe", "write_plan"} & planned.keys()
    tables = [*finished.path("results/mini/mini").glob("*.runs.csv")]
    assert planned["collect_artefact"] == len(tables)
    assert planned["write_study_plan"] == planned["judge_claims"] == planned["render_report"] == 1


def test_raising_the_engine_version_runs_everything(finished):
    finished.edit(
        "workflow/scripts/reprise/fingerprint.py", "ENGINE_VERSION = ", "ENGINE_VERSION = 1000 + "
    )
    planned = finished.planned()
    assert planned["train"] == 4
    assert planned["run_probe"] == 4


def test_editing_the_training_loop_alone_runs_nothing(finished):
    """That is what the engine's version is for."""
    finished.edit(
        "workflow/scripts/reprise/training/update.py", "run.updates += 1", "run.updates += 1 + 0"
    )
    assert finished.planned() == {}


def test_editing_a_probe_runs_it_again_and_nothing_else(finished):
    finished.edit(
        "workflow/scripts/reprise/probes/range_test.py",
        "lowest = min(lowest, smoothed)",
        "lowest = min(smoothed, lowest)",
    )
    planned = finished.planned()
    assert planned["run_probe"] == 3
    assert planned["collect_artefact"] == 2  # lr_range and momentum
    assert "train" not in planned


def test_editing_a_suggestion_rule_runs_the_probes_that_use_it(finished):
    rules = "workflow/scripts/reprise/probes/suggestion_rules.py"
    finished.edit(rules, "starts = positions[positions", "starts = positions[+positions")
    assert "run_probe" not in finished.planned()  # the rule "steepest", which no probe uses
    finished.edit(
        rules, "float(rates[lowest] / 10**decades)", "float(rates[lowest] * 10**-decades)"
    )
    assert finished.planned()["run_probe"] == 3


def test_editing_a_model_runs_the_probes_on_it(finished):
    finished.edit(
        "workflow/scripts/reprise/nets/resnet.py",
        "self.blocks(features).mean((2, 3))",
        "self.blocks(features).mean((3, 2))",
    )
    planned = finished.planned()
    assert planned["train"] == 2
    assert planned["run_probe"] == 1
    assert planned["compute_artefact"] == 3  # the layers, what was found, and the schedules


def test_another_argument_of_a_probe_is_another_run(finished):
    finished.edit("config/studies/mini.yaml", "decades: 0.5", "decades: 0.25")
    assert finished.planned()["run_probe"] == 3
    finished.run("mini/lr_range", "mini/momentum")
    folders = {path.name for path in finished.path("results/mini/probes").glob("range_test_*")}
    assert len(folders) == 2
    finished.edit("config/studies/mini.yaml", "decades: 0.25", "decades: 0.5")
    assert "run_probe" not in finished.planned()


def test_a_finer_search_runs_only_what_is_new(finished):
    finished.edit(
        "config/studies/mini.yaml",
        '          m90: {label: "0.9", x: 0.9}\n',
        '          m90: {label: "0.9", x: 0.9}\n'
        '          m95: {label: "0.95", x: 0.95, set: {momentum: 0.95}}\n',
    )
    planned = finished.planned()
    assert planned["run_probe"] == 1
    assert "train" not in planned


def test_a_deleted_cell_is_the_only_one_to_train(finished):
    (metrics, *_) = sorted(finished.path("results/mini/cells").rglob("metrics.json"))
    metrics.unlink()
    assert finished.planned(str(metrics.relative_to(finished.folder))) == {"train": 1}


def test_another_mirror_of_the_same_file_renews_nothing(finished, tmp_path):
    """Two folders with one archive of images: the second address is a mirror of the first."""
    archive = tmp_path / "images.tar"
    checksum = write_image_tree(archive)
    tree = "datasets:\n" + TREE.format(archive, checksum)
    finished.edit("config/config.yaml", "datasets: {}", tree)
    finished.edit("config/studies/mini.yaml", "dataset: digits", "dataset: letters")
    data = "data: {dataset: digits, pixels: 8, train_images: 100, test_images: 50}"
    finished.edit("config/scales.yaml", data, "data: null")
    finished.run("mini/table1")
    mirror = tmp_path / "mirror" / "images.tar"
    mirror.parent.mkdir()
    mirror.write_bytes(archive.read_bytes())
    finished.edit("config/config.yaml", str(archive), str(mirror))
    assert finished.planned("mini/table1") == {}


TREE = """\
  letters:
    title: Letters
    layout: image-tree
    files: [{{url: {}, sha256: {}}}]
    classes: [a, b]
    channels: 1
    pixels: 8
    train_images: 80
    test_images: 20
    mean: [0.5]
    std: [0.5]
    citation: none
"""


def write_image_tree(archive):
    """An archive of small grey images of two classes; its SHA-256."""
    with tarfile.open(archive, "w") as tar:
        for split, count in (("train", 40), ("test", 10)):
            for label, level in (("a", 60), ("b", 180)):
                for number in range(count):
                    picture = io.BytesIO()
                    Image.new("L", (8, 8), level + number).save(picture, "PNG")
                    member = tarfile.TarInfo(f"{split}/{label}/{number:03}.png")
                    member.size = picture.tell()
                    picture.seek(0)
                    tar.addfile(member, picture)
    return hashlib.sha256(archive.read_bytes()).hexdigest()
