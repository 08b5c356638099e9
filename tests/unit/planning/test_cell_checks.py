"""Cells that the planner lets pass, and those that it refuses, by their norm."""

from pathlib import Path

import pytest

from reprise.data.catalogue import load_entries
from reprise.data.sources import Source
from reprise.errors import InputError
from reprise.planning.cell_checks import check_cell
from reprise.studies.cell import Cell

DATASETS = Path(__file__).parents[3] / "config" / "datasets.yaml"


@pytest.fixture(scope="module")
def check():
    """Check a cell of a ResNet-18 of 4 to 32 channels with a norm."""
    sources = {"digits": Source.of("digits", load_entries(DATASETS, {})["digits"])}

    def checked(norm="batch", augmentation=(), **changes):
        cell = Cell.of(
            {
                "dataset": "digits",
                "data_variant": "8px",
                "model": {"name": "resnet18", "width": 4},
                "norm": norm,
                "optimizer": "sgd",
                "schedule": {"name": "constant", "learning_rate": 0.1},
                "momentum": 0.9,
                "batch_size": 10,
                "epochs": 1,
                "augmentation": augmentation,
                **changes,
            }
        )
        check_cell(cell, sources, "here")

    return checked


@pytest.mark.parametrize(
    ("task", "model", "augmentation", "sentence"),
    [
        ("segmentation", "resnet18", [], "model: expected one for the task segmentation of scenes"),
        ("classification", "lstm", [], "found lstm, which is for language_modelling"),
        (
            "segmentation",
            "deeplab_v3_resnet101",
            [{"name": "rotation", "degrees": 5}],
            r"augmentation: expected one .* can follow \(crop, flip, scaled_crop\), found rotation",
        ),
    ],
)
def test_models_and_augmentations_of_another_task(task, model, augmentation, sentence):
    sources = {"scenes": Source.of("scenes", load_entries(DATASETS, {})["scenes"])}
    plain = {
        "dataset": "scenes", "model": model, "norm": "none", "optimizer": "sgd", "momentum": 0.9,
        "schedule": {"name": "constant", "learning_rate": 0.1}, "batch_size": 10, "epochs": 1,
        "augmentation": augmentation, "task": task,
    }  # fmt: skip
    with pytest.raises(InputError, match=sentence):
        check_cell(Cell.of(plain), sources, "here")


@pytest.mark.parametrize(
    "norm",
    [
        {"name": "batch_group"},
        {"name": "batch_group", "channel_groups": None, "examples": 2},
        {"name": "batch_group", "channel_groups": 4, "examples": 3, "weighing": 0.5},
        {"name": "ghost_batch", "size": 4},
    ],
)
def test_groups_that_divide_every_layer_and_groups_that_are_left_out(check, norm):
    check(norm)


@pytest.mark.parametrize(
    ("norm", "sentence"),
    [
        (
            {"name": "batch_group", "channel_groups": 8},
            r"norm\.channel_groups: expected .* divides the channels \(4\) .*, found 8",
        ),
        ({"name": "group", "groups": None}, "takes a whole number as 'groups', found None"),
        (
            {"name": "general", "groups": None},
            r"norm\.groups: expected 4 whole numbers for batch, .*, found None",
        ),
        ({"name": "ghost_batch"}, "norm 'ghost_batch' needs the argument 'size'"),
        ({"name": "ghost_batch", "size": None}, "takes a whole number as 'size', found None"),
    ],
)
def test_groups_that_do_not_divide_or_are_missing(check, norm, sentence):
    with pytest.raises(InputError, match=sentence):
        check(norm)


def test_a_micro_batch_holds_whole_groups_of_images(check):
    ghost = {"name": "ghost_batch", "size": 4}
    check(ghost, micro_batch_size=8)
    check({"name": "batch_group"}, micro_batch_size=7)
    with pytest.raises(
        InputError, match=r"micro_batch_size: expected a multiple of the 4 .* norm\.size .* found 6"
    ):
        check(ghost, micro_batch_size=6)
    # Ten images divide into five groups, four do not.
    general = {"name": "general", "groups": [5, 1, 1, 1]}
    check(general)
    with pytest.raises(InputError, match=r"divides the batch \(4\)"):
        check(general, micro_batch_size=4)


def test_what_takes_whole_images_comes_first(check):
    check(augmentation=["random_resized_crop", "flip"])
    with pytest.raises(
        InputError, match=r"augmentation\[1\]: expected random_resized_crop, which "
    ):
        check(augmentation=["flip", "random_resized_crop"])
