"""What the report says of the time that runs took."""

from claims_on_tables import made_up_record

from reprise.rendering.cells import RunState
from reprise.rendering.overview import compute, done_sentence, epochs, epochs_sentence


def cell(**metrics: float) -> RunState:
    return RunState("cells/a/seed1", "finished", metrics)


def test_the_score_of_a_run_is_the_main_one_of_its_task() -> None:
    assert cell(test_accuracy=91.5, test_loss=0.3).score == (91.5, "Test accuracy (%)")
    masks = cell(test_mean_iou=61.3, test_pixel_accuracy=90.0)
    assert masks.score == (61.3, "Test mean intersection over union (%)")
    assert cell(test_perplexity=12.5, test_accuracy=float("nan")).score == (12.5, "Test perplexity")
    assert cell(updates=10).score is None
    assert RunState("cells/a/seed1", "diverged", {"test_accuracy": 10.0}).score is None


def test_no_run_takes_no_time() -> None:
    assert compute([cell()]) == []


def test_older_runs_have_no_processor_time() -> None:
    assert compute([cell(wall_seconds=30), cell(wall_seconds=60)]) == [
        "90.0 s in 2 cells, by the clock"
    ]


def test_processor_time_says_of_how_many_runs_it_is_known() -> None:
    cells = [cell(wall_seconds=30, processor_seconds=20), cell(wall_seconds=60)]
    assert compute(cells) == [
        "90.0 s in 2 cells, by the clock",
        "20.0 s of processor time in 1 of them",
    ]
    assert compute(cells[:1])[1] == "20.0 s of processor time"


def test_runs_of_probes_are_counted_beside_cells() -> None:
    runs = [
        cell(wall_seconds=60, epochs=12),
        cell(wall_seconds=90, epochs=15),
        RunState("probes/range_test/a/seed1", "finished", {"wall_seconds": 30, "epochs": 2}),
        RunState("probes/range_test/b/seed1", "diverged", {"wall_seconds": 6, "epochs": 1}),
        RunState("probes/range_test/c/seed1", "missing", {}),
    ]
    assert done_sentence(runs, [1]) == (
        "3 of 5 runs finished (2 cells and 3 runs of probes), 1 diverged and 1 missing, "
        "1 seed each."
    )
    assert compute(runs) == [
        "2.50 min in 2 cells, by the clock",
        "36.0 s in 2 runs of probes, by the clock",
    ]
    assert epochs(runs) == ["12–15 in cells", "1–2 in runs of probes"]
    assert done_sentence(runs[:2], [1, 2]) == "2 of 2 cells finished, 2 seeds each."


def test_epochs_of_a_study_are_said_to_be_scaled_where_they_are() -> None:
    def study(run: int):
        row = {"axes": {}, "arm": "as run", "epochs": {"published": 160, "run": run}}
        artefact = {"id": "t", "axes": [], "rows": [row]}
        return made_up_record({"id": "s", "artefacts": [artefact]})

    assert epochs_sentence([study(160)]) == ""
    assert "those of the study" in epochs_sentence([study(160), study(16)])
