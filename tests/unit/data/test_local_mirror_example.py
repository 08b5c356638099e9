"""config/examples/local-mirror.yaml with the real files."""

from pathlib import Path

import numpy as np
import pytest
from prepared_files import check_prepared

from reprise.data.catalogue import load_entries
from reprise.data.fetching import fetch
from reprise.data.preparation import prepare
from reprise.data.prepared import PreparedData, open_prepared
from reprise.data.sources import Source
from reprise.studies.yaml_files import read_yaml

CONFIG = Path(__file__).parents[3] / "config"


def example_source(name: str) -> Source:
    overrides = read_yaml(CONFIG / "examples" / "local-mirror.yaml")["datasets"]
    return Source.of(name, load_entries(CONFIG / "datasets.yaml", overrides)[name])


def fetch_files(source: Source, mirror: Path, folder: Path) -> list[Path]:
    paths = []
    for file in source.files:
        paths.append(folder / file.name)
        addresses = file.addresses({"REPRISE_MIRROR": str(mirror)})
        fetch(addresses, file.sha256, paths[-1], progress=False)
    return paths


@pytest.mark.parametrize("name", ["cifar10", "mnist", "flowers17", "tiny_imagenet"])
def test_example_gives_other_variants(name):
    official = load_entries(CONFIG / "datasets.yaml", {})[name]
    assert example_source(name).variant != official["variant"]


def test_mnist_from_the_mirror(shared_datasets, tmp_path):
    source = example_source("mnist")
    files = fetch_files(source, shared_datasets, tmp_path)
    prepare(source, files, tmp_path / "mnist.safetensors")
    check_prepared(tmp_path / "mnist.safetensors", source)
    data = open_prepared(tmp_path / "mnist.safetensors")
    assert data.train_images.shape == (60_000, 1, 28, 28)
    assert data.train_labels[:5].tolist() == [5, 0, 4, 1, 9]
    pixels = np.asarray(data.train_images, np.float32) / 255
    assert pixels.mean() == pytest.approx(source.mean[0], abs=1e-4)
    assert pixels.std() == pytest.approx(source.std[0], abs=1e-4)


def test_cifar10_archive_on_the_mirror_is_the_expected_one(shared_datasets, tmp_path):
    source = example_source("cifar10")
    files = fetch_files(source, shared_datasets, tmp_path)
    assert files[0].stat().st_size == 18_547_964


def prepared_from_the_mirror(name: str, mirror: Path, folder: Path) -> PreparedData:
    """A data set of the example, prepared and checked against its source."""
    source = example_source(name)
    destination = folder / f"{name}.safetensors"
    prepare(source, fetch_files(source, mirror, folder), destination)
    check_prepared(destination, source)
    return open_prepared(destination)


def check_statistics(data: PreparedData) -> None:
    """The normalisation is that of all pixels of the training images."""
    for channel, expected in enumerate(zip(data.mean, data.std, strict=True)):
        counts = np.bincount(data.train_images[:, channel].ravel(), minlength=256)
        levels = np.arange(256) / 255
        mean = np.average(levels, weights=counts)
        deviation = np.sqrt(np.average((levels - mean) ** 2, weights=counts))
        assert (mean, deviation) == pytest.approx(expected, abs=1e-4)


def check_labels(data: PreparedData) -> None:
    """Training and test images of a class have like colors, which wrong labels would not."""
    colors = [
        np.bincount(labels, weights=images[:, 2].mean((1, 2)) - images[:, 0].mean((1, 2)))
        for images, labels in (
            (data.train_images, data.train_labels),
            (data.test_images, data.test_labels),
        )
    ]
    assert np.corrcoef(*colors)[0, 1] > 0.8


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "classes", "pixels", "train_images", "test_images"),
    [("flowers17", 17, 224, 64, 16), ("tiny_imagenet", 200, 64, 100, 10)],
)
def test_folders_of_images_from_the_mirror(
    shared_datasets, tmp_path, name, classes, pixels, train_images, test_images
):
    """So many images a class, of so many pixels."""
    data = prepared_from_the_mirror(name, shared_datasets, tmp_path)
    for images, labels, count in (
        (data.train_images, data.train_labels, train_images),
        (data.test_images, data.test_labels, test_images),
    ):
        assert images.shape == (classes * count, 3, pixels, pixels)
        assert np.bincount(labels).tolist() == [count] * classes
    check_statistics(data)
    check_labels(data)


def test_digits_statistics(tmp_path):
    source = example_source("digits")
    prepare(source, [], tmp_path / "digits.safetensors")
    pixels = open_prepared(tmp_path / "digits.safetensors").train_images / 255
    assert pixels.mean() == pytest.approx(source.mean[0], abs=1e-4)
    assert pixels.std() == pytest.approx(source.std[0], abs=1e-4)
