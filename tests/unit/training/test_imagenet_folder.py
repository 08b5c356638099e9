"""A folder laid out as ImageNet is, from its photographs to trained epochs."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.transforms.functional import center_crop, resize

from reprise.data.augmentations.resized_crop import scaled_boxes
from reprise.data.catalogue import load_entries
from reprise.data.cell_data import load_resident
from reprise.data.preparation import prepare
from reprise.data.prepared import open_prepared
from reprise.data.sources import Source
from reprise.folders import WORKFLOW
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice
from reprise.training.epoch_images import augmented_batches
from reprise.training.jobs.cell_job import run_cell
from reprise.training.loop import start_run
from reprise.training.randomness import ORDER, generator

COLORS = {"n01440764": (200, 40, 40), "n01443537": (40, 200, 40), "n01484850": (40, 40, 200)}
SIZES = [(75, 50), (50, 60), (64, 64), (90, 48)]
TRAIN, TEST = 8, 4
"""Photographs of each class."""


@pytest.fixture(scope="module")
def imagenet(tmp_path_factory) -> Path:
    """JPEGs of several sizes in train/<id>/ and val/<id>/, named as the official ones are; each
    class is noise around a color of its own."""
    root = tmp_path_factory.mktemp("data") / "imagenet"
    generator = np.random.default_rng(0)
    for split, count in (("train", TRAIN), ("val", TEST)):
        for wnid, color in COLORS.items():
            folder = root / split / wnid
            folder.mkdir(parents=True)
            for number in range(count):
                width, height = SIZES[number % len(SIZES)]
                noise = generator.integers(-40, 41, (height, width, 3))
                photograph = Image.fromarray((noise + color).clip(0, 255).astype(np.uint8))
                photograph.save(folder / file_name(split, wnid, number), "JPEG", quality=90)
    return root


def file_name(split, wnid, number):
    if split == "train":
        return f"{wnid}_{number}.JPEG"
    return f"ILSVRC2012_val_{int(wnid[1:]) % 10_000 * 10 + number:08}.JPEG"


@pytest.fixture(scope="module")
def prepared(imagenet, tmp_path_factory) -> Path:
    """ImageNet as config/datasets.yaml describes it, of three classes and at 32 pixels."""
    changes = {
        "folder": str(imagenet),
        "variant": "three-32px",
        "classes": list(COLORS),
        "pixels": 32,
        "train_images": TRAIN * 3,
        "test_images": TEST * 3,
    }
    entries = load_entries(WORKFLOW / "config" / "datasets.yaml", {"imagenet": changes})
    path = tmp_path_factory.mktemp("prepared") / "imagenet.safetensors"
    prepare(Source.of("imagenet", entries["imagenet"]), [], path)
    return path


@pytest.fixture
def cell():
    return Cell.of(
        {
            "dataset": "imagenet",
            "data_variant": "three-32px",
            "model": {"name": "imagenet_resnet18", "width": 8, "blocks_per_stage": 1},
            "norm": "batch",
            "optimizer": {"name": "sgd", "weight_decay": 1e-4},
            "momentum": 0.9,
            "schedule": {"name": "constant", "learning_rate": 0.01},
            "batch_size": 8,
            "epochs": 2,
            "augmentation": ["random_resized_crop", "flip"],
            "seed": 1,
        }
    )


def test_photographs_are_prepared_with_a_margin(imagenet, prepared):
    data = open_prepared(prepared)
    assert (data.pixels, data.seen_pixels) == (37, 32)
    assert data.train_images.shape == (24, 3, 37, 37)
    assert data.train_labels.tolist() == [0] * 8 + [1] * 8 + [2] * 8


def test_what_is_tested_is_what_torchvisions_recipe_tests(imagenet, prepared, cell):
    """The short side scaled, and the centre cut out."""
    data = open_prepared(prepared)
    # The third of each class is square, so that no rounding of the long side comes between.
    path = imagenet / "val" / "n01443537" / file_name("val", "n01443537", 2)
    with Image.open(path) as photograph:
        expected = center_crop(resize(photograph, 37), [32, 32])
    row = TEST + 2
    found = np.moveaxis(data.test_images[row, :, 2:34, 2:34], 0, -1)
    assert np.array_equal(found, np.asarray(expected))


def test_two_epochs_streamed_and_resident(prepared, cell, make_job, without_timing):
    histories = {}
    for placement, share in (("streamed", 0), ("resident", 1)):
        job = make_job(cell, placement, prepared) | {"resident_share": share}
        run_cell(job)
        metrics = json.loads(Path(job["metrics"]).read_text())
        assert metrics["provenance"]["data"]["placement"] == placement
        assert (metrics["status"], metrics["epochs"], metrics["updates"]) == ("finished", 2, 6)
        histories[placement] = without_timing(Path(job["history"]))
    assert len(histories["streamed"]) == 2
    assert histories["streamed"] == histories["resident"]


def test_training_takes_boxes_of_whole_images_and_others_the_centre(prepared, cell):
    whole_box = Choice.of({"name": "random_resized_crop", "area": [1, 1], "aspect": [1, 1]})
    data = open_prepared(prepared)
    stored = torch.from_numpy(np.array(data.train_images))
    tops = torch.zeros(len(stored), dtype=torch.int64)
    sides = torch.full((len(stored),), 37.0)
    expected = {
        (whole_box,): scaled_boxes(stored, tops, sides, tops, sides, (32, 32)),
        (): stored[:, :, 2:34, 2:34],
    }
    for augmentation, images in expected.items():
        changed = replace(cell, augmentation=augmentation)
        run = start_run(changed, load_resident(data, changed, torch.device("cpu"), share=0))
        found = torch.cat([batch for batch, _ in augmented_batches(run, 0)])
        order = torch.randperm(24, generator=generator(1, ORDER, 0))
        assert torch.equal(found, images[run.data.train.rows[order]])
