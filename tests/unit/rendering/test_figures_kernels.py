"""Pictures of kernels: their pixels, their order, and whose they are."""

import base64
import io
import re
from pathlib import Path

import numpy as np
import pytest
from figure_results import MISSING, FigureResults, Run, Values
from matplotlib.image import imread

from reprise.errors import InputError
from reprise.rendering.figures.kernels import mosaic, picture

NETWORKS = {"small": "Small net", "large": "Large net"}
EMBEDDED = re.compile(r'href="data:image/png;base64,\s*([^"]+)"')


def left(kernels: np.ndarray, status: str = "finished") -> Run:
    """Kernels (channels, inputs, rows, columns) as a table of weights."""
    names = ("channel", "input", "row", "column")
    return Run(
        [
            {**{name: at + 1 for name, at in zip(names, place, strict=True)}, "weight": weight}
            for place, weight in np.ndenumerate(kernels)
        ],
        status,
    )


def pictures(folder: Path, **changes: object) -> FigureResults:
    figure = {"kind": "kernels", "columns": 4}
    wish = {"axes": {"net": NETWORKS}, "figure": figure, "metric": "mean_magnitude"}
    return FigureResults(folder, **{**wish, **changes})


def test_kernels_of_three_inputs_have_the_colors_of_images(tmp_path: Path) -> None:
    kernels = np.random.default_rng(0).normal(size=(5, 3, 2, 2))
    results = pictures(tmp_path, axes={"net": {"small": "Small net"}})
    results.write_runs(lambda values, arm, seed: left(kernels))
    drawn = results.draw().read_text()
    (found,) = EMBEDDED.findall(drawn)
    pixels = imread(io.BytesIO(base64.b64decode(found)), format="png")
    assert pixels.shape == (2 * 3 - 1, 4 * 3 - 1, 4)
    third = (kernels[2] - kernels[2].min()) / np.ptp(kernels[2])
    assert pixels[:2, 6:8, :3] == pytest.approx(np.moveaxis(third, 0, -1), abs=0.01)
    fifth = (kernels[4] - kernels[4].min()) / np.ptp(kernels[4])
    assert pixels[3:, :2, :3] == pytest.approx(np.moveaxis(fifth, 0, -1), abs=0.01)
    assert (pixels[2, :, 3] == 0).all()
    assert (pixels[3:, 3:, 3] == 0).all()
    assert "pixelated" in drawn


def test_other_kernels_are_grey(tmp_path: Path) -> None:
    two = picture(np.array([[[0.0, 4.0]], [[2.0, 2.0]]]))
    assert two.tolist() == [[[0, 0, 0], [1, 1, 1]]]


def test_a_constant_kernel_is_black() -> None:
    assert picture(np.full((3, 2, 2), 0.7)).tolist() == np.zeros((2, 2, 3)).tolist()


def test_each_kernel_has_its_own_range() -> None:
    joined = mosaic([picture(scale * np.arange(3.0).reshape(3, 1, 1)) for scale in (1, 100)], 2)
    assert joined[0, 0].tolist() == joined[0, 2].tolist() == [0, 0.5, 1, 1]
    assert joined[0, 1].tolist() == [0, 0, 0, 0]


def test_the_first_finished_seed_is_shown_and_named(tmp_path: Path) -> None:
    def run(values: Values, arm: str, seed: int) -> Run:
        if seed == 1:
            return MISSING if values["net"] == "small" else left(np.ones((4, 1, 2, 2)), "diverged")
        return left(np.ones((4, 1, 2, 2)))

    results = pictures(tmp_path, seeds=(1, 2, 3))
    results.write_runs(run)
    assert results.words() == ["Small net (seed 2)", "Large net (seed 2)"]


def test_a_row_without_kernels_says_why(tmp_path: Path) -> None:
    results = pictures(tmp_path)
    diverged = left(np.ones((4, 1, 2, 2)), "diverged")
    results.write_runs(lambda values, arm, seed: MISSING if values["net"] == "small" else diverged)
    assert sorted(results.words()) == ["Large net", "Small net", "diverged", "missing"]


def test_a_history_of_something_else_is_refused(tmp_path: Path) -> None:
    results = pictures(tmp_path)
    results.write_runs(lambda values, arm, seed: Run([{"epoch": 1, "weights": 0.5}]))
    with pytest.raises(InputError, match=r"small_as_run/seed1/history.csv has no column 'channel'"):
        results.draw()
