"""Example images: their pixels, their classes, and what is said where there are none."""

import base64
import io
import re
from pathlib import Path

import numpy as np
import pytest
from figure_results import MISSING, FigureResults, Run, Values
from matplotlib.image import imread, imsave

from reprise.errors import InputError

EMBEDDED = re.compile(r'href="data:image/png;base64,\s*([^"]+)"')


def png(pixels: np.ndarray) -> str:
    """An image of bytes as PNG in base64."""
    file = io.BytesIO()
    imsave(file, pixels, format="png")
    return base64.b64encode(file.getvalue()).decode()


def squares(side: int = 3) -> np.ndarray:
    """A colour image each pixel of which is another colour."""
    values = np.arange(side * side * 3, dtype=np.uint8).reshape(side, side, 3)
    return values * (255 // values.max())


def examples(classes: list[str]) -> Run:
    pixels = png(squares())
    return Run(
        [
            {"epoch": 0, "image": i, "data": "made up", "class": name, "png": pixels}
            for i, name in enumerate(classes)
        ]
    )


def data_sets(folder: Path, **changes: object) -> FigureResults:
    axes = {"data": {"mnist": "MNIST", "cifar10": "CIFAR-10"}}
    figure = {"kind": "images", "columns": 4}
    return FigureResults(folder, **{"axes": axes, "figure": figure, "metric": "images", **changes})


def test_each_data_set_has_its_images_with_their_classes(tmp_path: Path) -> None:
    def run(values: Values, arm: str, seed: int) -> Run:
        digits = values["data"] == "mnist"
        return examples(["0", "1", "2"] if digits else ["cat", "dog", "frog", "ship", "truck"])

    results = data_sets(tmp_path)
    results.write_runs(run)
    titles = [f"{name} (images of made up)" for name in ("MNIST", "CIFAR-10")]
    names = [*titles, "0", "1", "2", "cat", "dog", "frog", "ship", "truck"]
    assert sorted(results.words()) == sorted(names)


def test_images_keep_their_pixels(tmp_path: Path) -> None:
    results = data_sets(tmp_path, axes={"data": {"mnist": "MNIST"}})
    results.write_runs(lambda values, arm, seed: examples(["cat"]))
    drawn = results.draw().read_text()
    (found,) = EMBEDDED.findall(drawn)
    pixels = imread(io.BytesIO(base64.b64decode(found)), format="png")[..., :3]
    assert np.allclose(pixels * 255, squares())
    assert "pixelated" in drawn


def test_images_of_one_seed_are_enough(tmp_path: Path) -> None:
    results = data_sets(tmp_path, seeds=(1, 2, 3), axes={"data": {"mnist": "MNIST"}})
    results.write_runs(lambda values, arm, seed: MISSING if seed == 1 else examples(["cat"]))
    assert len(EMBEDDED.findall(results.draw().read_text())) == 1


def test_a_data_set_without_images_says_why(tmp_path: Path) -> None:
    results = data_sets(tmp_path)
    failed = Run(status="failed")
    results.write_runs(
        lambda values, arm, seed: failed if values["data"] == "mnist" else examples(["cat"])
    )
    assert {"MNIST", "failed", "cat"} <= set(results.words())


def test_what_is_no_image_is_refused(tmp_path: Path) -> None:
    results = data_sets(tmp_path)
    results.write_runs(
        lambda values, arm, seed: Run([{"data": "made up", "class": "cat", "png": "bm8gaW1hZ2U="}])
    )
    with pytest.raises(InputError, match=r"runs/mnist_as_run/seed1/history.csv: column 'png'"):
        results.draw()
