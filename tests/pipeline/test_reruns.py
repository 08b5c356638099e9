"""What runs again after a change, and what does not."""


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
    assert finished.planned("--config", "seeds=3")["train"] == 4 * 2
    assert finished.planned("--config", "seeds=[1,7]")["train"] == 4


def test_an_edited_note_trains_nothing(finished):
    finished.edit("config/studies/mini.yaml", "Two schedules on two networks.", "Other words.")
    planned = finished.planned()
    assert "train" not in planned
    assert planned["render_report"] == 1


def test_raising_the_engine_version_trains_everything(finished):
    finished.edit(
        "workflow/scripts/reprise/fingerprint.py", "ENGINE_VERSION = 1", "ENGINE_VERSION = 2"
    )
    assert finished.planned()["train"] == 4


def test_a_deleted_cell_is_the_only_one_to_train(finished):
    (metrics, *_) = sorted(finished.path("results/mini/cells").rglob("metrics.json"))
    metrics.unlink()
    assert finished.planned(str(metrics.relative_to(finished.folder))) == {"train": 1}
