"""The description of a run and its address."""

import dataclasses

import pytest

from reprise.errors import InputError
from reprise.studies.canonical import canonical_json
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice, freeze, thaw

PLAIN = {
    "dataset": "cifar10",
    "data_variant": "official",
    "model": {"name": "mgnet", "channels": 64, "iterations": [2, 2]},
    "norm": {"name": "group", "groups": 4},
    "optimizer": {"name": "sgd", "weight_decay": 5e-4},
    "schedule": {"name": "sigmoid", "learning_rate": 0.1},
    "momentum": 0.9,
    "batch_size": 128,
    "epochs": 120,
    "augmentation": [{"name": "crop", "padding": 4}, {"name": "flip"}],
    "seed": 3,
}


@pytest.fixture
def cell():
    return Cell.of(PLAIN)


def test_plain_data_comes_back(cell):
    assert cell.plain() == PLAIN
    assert Cell.of(cell.plain()) == cell


def test_equal_descriptions_are_one_cell_whatever_the_order_of_keys(cell):
    reordered = dict(reversed(PLAIN.items()))
    reordered["model"] = {"iterations": [2, 2], "channels": 64, "name": "mgnet"}
    assert Cell.of(reordered) == cell
    assert hash(Cell.of(reordered)) == hash(cell)
    assert Cell.of(reordered).folder == cell.folder


def test_the_folder_follows_the_axes_of_the_work(cell):
    parts = cell.folder.split("/")
    assert parts[:5] == [
        "cells",
        "mgnet_channels64_iterations2.2",
        "group_groups4",
        "sigmoid",
        "bs128",
    ]
    assert parts[5].startswith("cifar10-official-120epochs-")
    assert parts[6] == "seed3"


@pytest.mark.parametrize(
    "change",
    [
        {"momentum": 0.95},
        {"precision": "other"},
        {"schedule_interval": 0.0},
        {"train_images": 100},
        {"augmentation": ()},
        {"optimizer": Choice.of({"name": "sgd", "weight_decay": 1e-4})},
        {"schedule": Choice.of({"name": "sigmoid", "learning_rate": 0.2})},
    ],
)
def test_any_difference_gives_another_folder(cell, change):
    assert dataclasses.replace(cell, **change).folder != cell.folder


def test_seeds_share_all_but_the_last_part(cell):
    other = dataclasses.replace(cell, seed=4)
    assert other.folder.rsplit("/", 1)[0] == cell.folder.rsplit("/", 1)[0]


@pytest.mark.parametrize("seed", [0, 3, 4])
def test_a_cell_with_another_seed_is_that_of_its_own_description(cell, seed):
    assert cell.folder and cell.canonical()
    other, fresh = cell.with_seed(seed), Cell.of({**PLAIN, "seed": seed})
    assert other == fresh
    assert other.canonical() == fresh.canonical() == canonical_json(fresh.plain())
    assert other.folder == fresh.folder
    assert other.with_seed(3).folder == cell.folder


def test_the_published_id_forgets_the_copy_of_the_data_and_the_seed(cell):
    copy = dataclasses.replace(cell, data_variant="jpeg", seed=9)
    assert copy.published_id == cell.published_id
    assert dataclasses.replace(cell, epochs=60).published_id != cell.published_id


def test_a_new_field_at_its_default_changes_no_address(cell):
    assert "train_images" not in cell.plain()
    assert "train_images" in dataclasses.replace(cell, train_images=5).plain()


def test_an_unknown_name_names_the_closest(cell):
    wrong = dataclasses.replace(cell, norm=Choice("bach"))
    with pytest.raises(InputError, match=r"study\.yaml\.norm: unknown norm 'bach'.*'batch'"):
        wrong.entries("study.yaml")


def test_choices_are_read_from_names_and_mappings():
    assert Choice.of("flip") == Choice.of({"name": "flip"})
    with pytest.raises(InputError, match="expected a name or a mapping"):
        Choice.of({"padding": 4}, "here")


def test_freezing_keeps_lists_and_mappings_apart():
    value = {"pieces": [{"until": 3}, {"until": 5, "factor": 0.1}], "empty": []}
    assert thaw(freeze(value)) == value
