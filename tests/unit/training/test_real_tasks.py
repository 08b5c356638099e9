"""Data sets of other tasks as config/datasets.yaml describes them, in miniature: from a web server
to two trained epochs."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from task_archives import encoded, instances, mat, packed, palette_png, zipped
from web_server import serving

from reprise.data.catalogue import load_entries
from reprise.data.fetching import fetch
from reprise.data.integrity import sha256_of
from reprise.data.preparation import prepare
from reprise.data.prepared import open_prepared
from reprise.data.sources import Source
from reprise.folders import WORKFLOW
from reprise.studies.cell import Cell
from reprise.training.jobs.cell_job import run_cell

COMMON = {
    "momentum": 0.9,
    "schedule": {"name": "constant", "learning_rate": 0.01},
    "optimizer": {"name": "sgd", "weight_decay": 1e-4},
    "norm": "batch",
    "epochs": 2,
    "seed": 1,
}


@pytest.fixture
def prepared(tmp_path: Path) -> Callable[..., Path]:
    """Fetches files of a data set from a web server and prepares what comes."""

    def make(name: str, files: list[Path], **changes: Any) -> Path:
        with serving() as server:
            served = [
                {
                    "url": server.serve(f"/{file.name}", file.read_bytes()),
                    "sha256": sha256_of(file),
                }
                for file in files
            ]
            override = {name: {"files": served, "variant": "tiny", **changes}}
            entries = load_entries(WORKFLOW / "config" / "datasets.yaml", override)
            source = Source.of(name, entries[name])
            fetched = [tmp_path / "downloads" / file.name for file in source.files]
            for file, path in zip(source.files, fetched, strict=True):
                fetch(file.addresses(), file.sha256, path, progress=False, retries=0)
        destination = tmp_path / "prepared" / f"{name}.safetensors"
        prepare(source, fetched, destination)
        return destination

    return make


@pytest.fixture
def trained(make_job, without_timing) -> Callable[..., Mapping[str, Any]]:
    """The metrics of a cell whose images were streamed, after two epochs that are those of images
    at hand."""

    def train(prepared: Path, **changes: Any) -> Mapping[str, Any]:
        cell = Cell.of({**COMMON, "data_variant": "tiny", **changes})
        histories = []
        for placement, share in (("resident", 1), ("streamed", 0)):
            job = make_job(cell, placement, prepared) | {"resident_share": share}
            run_cell(job)
            metrics = json.loads(Path(job["metrics"]).read_text())
            assert metrics["provenance"]["data"]["placement"] == placement
            assert (metrics["status"], metrics["epochs"]) == ("finished", 2)
            histories.append(without_timing(Path(job["history"])))
        assert histories[0] == histories[1]
        return metrics

    return train


def photograph(random: np.random.Generator, size: tuple[int, int]) -> Image.Image:
    width, height = size
    return Image.fromarray(random.integers(0, 256, (height, width, 3), np.uint8))


def test_masks_of_voc(tmp_path, prepared, trained):
    random = np.random.default_rng(0)
    sizes = [(40, 30), (30, 40), (36, 36), (25, 40)]
    root = "VOCdevkit/VOC2012"
    names = [f"2007_{number:06}" for number in range(8)]
    voc, sbd = {}, {}
    for number, name in enumerate(names):
        size = sizes[number % 4]
        mask = np.full(size[::-1], 15 * (number % 2), np.uint8)
        mask[:5] = 255
        voc[f"{root}/JPEGImages/{name}.jpg"] = encoded(photograph(random, size), "JPEG")
        if number < 5:
            voc[f"{root}/SegmentationClass/{name}.png"] = palette_png(mask)
        else:
            sbd[f"benchmark_RELEASE/dataset/cls/{name}.mat"] = mat(np.where(mask == 255, 0, mask))
    lists = f"{root}/ImageSets/Segmentation"
    voc |= {
        f"{lists}/train.txt": "\n".join(names[:3]).encode(),
        f"{lists}/val.txt": "\n".join(names[3:5]).encode(),
    }
    sbd |= {
        "benchmark_RELEASE/dataset/train.txt": "\n".join(names[5:7]).encode(),
        "benchmark_RELEASE/dataset/val.txt": names[7].encode(),
    }
    archives = [packed(voc, tmp_path / "voc.tar"), packed(sbd, tmp_path / "benchmark.tgz")]
    path = prepared("voc2012", archives, pixels=41, train_images=6, test_images=2)
    assert open_prepared(path).train_labels.shape == (6, 41, 41)
    metrics = trained(
        path,
        dataset="voc2012",
        task="segmentation",
        model={
            "name": "deeplab_v3_mobilenet_v2",
            "width_multiplier": 0.25,
            "blocks": [1, 1, 1, 1, 1, 1, 1],
            "head_channels": 8,
        },
        batch_size=3,
        augmentation=["scaled_crop", "flip"],
    )
    assert metrics["updates"] == 4


def test_boxes_of_coco(tmp_path, prepared, trained):
    random = np.random.default_rng(0)
    sizes = [(60, 40), (40, 60), (50, 50)]
    archives = {}
    for split, count in (("train", 6), ("val", 2)):
        images = [(7 * n + 3, f"{7 * n + 3:012}.jpg", sizes[n % 3]) for n in range(count)]
        # The first image of a split has two objects and a crowd, and the last one nothing.
        annotations = [
            (number, 90 if place % 2 else 1, (5, 5, 20, 25), False)
            for place, (number, _, _) in enumerate(images[:-1] or images)
        ]
        annotations += [
            (images[0][0], 90, (20, 10, 15, 15), False),
            (images[0][0], 1, (0, 0, 9, 9), True),
        ]
        archives[f"annotations/instances_{split}2017.json"] = instances(
            images, annotations, {1: "person", 90: "toothbrush"}
        )
        photographs = {
            f"{split}2017/{name}": encoded(photograph(random, size), "JPEG")
            for _, name, size in images
        }
        zipped(photographs, tmp_path / f"{split}2017.zip")
    files = [zipped(archives, tmp_path / "annotations.zip")]
    files += [tmp_path / "train2017.zip", tmp_path / "val2017.zip"]
    path = prepared("coco2017", files, pixels=48, train_images=6, test_images=2)
    data = open_prepared(path)
    assert data.train_labels.shape == (6, 3, 5)
    assert data.classes[int(data.train_labels[1, 0, 0])] == "toothbrush"
    metrics = trained(
        path,
        dataset="coco2017",
        task="detection",
        model={
            "name": "ssdlite_mobilenet_v2",
            "width_multiplier": 0.25,
            "blocks": [1, 1, 1, 1, 1, 1, 1],
            "extra_channels": [16],
            "scales": [0.4, 0.7],
        },
        batch_size=3,
        augmentation=["flip"],
    )
    assert metrics["updates"] == 4


def test_words_of_one_billion(tmp_path, prepared, trained):
    """Words of 300 different ones, so that they need more than a byte and an adaptive softmax."""
    random = np.random.default_rng(0)

    def sentences(count: int) -> bytes:
        lengths = random.integers(3, 9, count)
        words = (random.zipf(1.3, length) % 300 for length in lengths)
        return "\n".join(" ".join(f"w{word}" for word in own) for own in words).encode()

    folder = "1-billion-word-language-modeling-benchmark-r13output"
    every = " ".join(f"w{word}" for word in range(300)).encode()
    contents = {
        f"{folder}/training-monolingual.tokenized.shuffled/news.en-00001-of-00100": every,
        f"{folder}/training-monolingual.tokenized.shuffled/news.en-00002-of-00100": sentences(200),
        f"{folder}/heldout-monolingual.tokenized.shuffled/news.en.heldout-00000-of-00050": (
            sentences(40)
        ),
    }
    archive = packed(contents, tmp_path / "benchmark.tar.gz")
    path = prepared(
        "one_billion_word", [archive], classes=280, pixels=10, train_images=120, test_images=15
    )
    data = open_prepared(path)
    assert data.class_count == 280 and data.train_images.dtype == np.int32
    assert data.train_images.max() > 255
    metrics = trained(
        path,
        dataset="one_billion_word",
        task="language_modelling",
        norm="none",
        optimizer="adam",
        model={"name": "adaptive_lstm", "embedding": 8, "hidden": 16, "cutoffs": [20, 100]},
        batch_size=8,
        augmentation=[],
    )
    assert metrics["updates"] == 30
