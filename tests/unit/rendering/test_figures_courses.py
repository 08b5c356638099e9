"""Several columns of the histories in the course of runs."""

from pathlib import Path

import pytest
from figure_results import FigureResults, Run

from reprise.errors import InputError

SCHEDULES = {"decaying": "Decaying rate", "growing": "Growing batch"}
VIEWS = [
    {"series": "train_loss", "x": "updates", "log": True},
    {"series": "test_accuracy"},
    {"series": "noise_scale", "log": True},
]


def courses(folder: Path, views: list = VIEWS) -> FigureResults:
    results = FigureResults(
        folder, {"schedule": SCHEDULES}, {"kind": "courses", "views": views}, seeds=(1, 2)
    )
    results.write_runs(lambda values, arm, seed: course(values["schedule"], seed))
    return results


def course(schedule: str, seed: int) -> Run:
    """Four epochs of 1,000 images: the rate falls, or the batch grows, tenfold after two."""
    rows, updates = [], 0
    for epoch in range(1, 5):
        rate, batch = 0.1, 10
        if epoch > 2:
            rate, batch = (0.01, 10) if schedule == "decaying" else (0.1, 100)
        updates += 1000 // batch
        rows.append({"epoch": epoch, "updates": updates, "learning_rate": rate, "momentum": 0.5,
                     "batch_size": batch, "train_loss": 1 / epoch + seed / 100,
                     "test_accuracy": 80 + epoch})  # fmt: skip
    return Run(rows)


def test_a_panel_for_each_view_and_a_line_for_each_schedule(tmp_path: Path) -> None:
    results = courses(tmp_path)
    loss, accuracy, noise = results.figure_drawn().axes[:3]
    assert [len(panel.lines) for panel in (loss, accuracy, noise)] == [2, 2, 2]
    assert [panel.get_xlabel() for panel in (loss, accuracy, noise)] == [
        "Updates",
        "Epoch",
        "Epoch",
    ]
    assert [panel.get_yscale() for panel in (loss, accuracy, noise)] == ["log", "linear", "log"]
    assert list(loss.lines[1].get_xdata()) == [100, 200, 210, 220]
    assert loss.lines[0].get_ydata() == pytest.approx([1 / e + 0.015 for e in (1, 2, 3, 4)])
    assert {"Decaying rate", "Growing batch", "Noise scale"} <= set(results.words())


def test_without_views_there_are_the_loss_and_the_main_score_of_the_task(tmp_path: Path) -> None:
    results = FigureResults(tmp_path, {"schedule": SCHEDULES}, {"kind": "courses"})
    rows = [{"epoch": epoch, "train_loss": 1 / epoch, "test_mean_iou": 50 + epoch,
             "test_pixel_accuracy": 90 + epoch} for epoch in (1, 2)]  # fmt: skip
    results.write_runs(lambda values, arm, seed: Run(rows))
    labels = [panel.get_ylabel() for panel in results.figure_drawn().axes]
    assert labels == ["Train loss", "Test mean intersection over union (%)"]


def test_the_noise_scale_is_computed_from_the_images_of_the_run(tmp_path: Path) -> None:
    noise = courses(tmp_path).figure_drawn().axes[2]
    decaying, growing = (list(line.get_ydata()) for line in noise.lines)
    assert decaying == pytest.approx([0.2 * 99, 0.2 * 99, 0.02 * 99, 0.02 * 99])
    assert growing == pytest.approx([0.2 * 99, 0.2 * 99, 0.2 * 9, 0.2 * 9])


def test_logarithmic_ticks_are_plain_numbers(tmp_path: Path) -> None:
    said = courses(tmp_path, [{"series": "learning_rate", "log": True}]).words()
    assert {"0.1", "0.01"} & set(said)
    assert not any("10^" in word or "times" in word for word in said)


def test_a_run_that_is_missing_leaves_an_empty_panel(tmp_path: Path) -> None:
    results = FigureResults(tmp_path, {"schedule": SCHEDULES}, {"kind": "courses", "views": VIEWS})
    results.write_runs(lambda values, arm, seed: Run(status="missing"))
    assert results.words().count("no finished run") == 3


@pytest.mark.parametrize(
    ("views", "sentence"),
    [
        ([{"x": "epoch"}], "expected the keys series, x and log in each view, found x"),
        ([{"series": "test_loss", "y": "epoch"}], "found series, y"),
        ([{"series": "train_los"}], "did you mean 'train_loss'"),
    ],
)
def test_a_view_that_cannot_be_drawn(tmp_path: Path, views: list, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        courses(tmp_path, views).figure_drawn()
