import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from prepared_files import check_prepared

from reprise.data.image_fitting import centred_closely
from reprise.data.layouts import layouts
from reprise.data.layouts.image_folder import SEEN_SHARE
from reprise.data.preparation import prepare
from reprise.data.prepared import open_prepared
from reprise.data.sources import Source
from reprise.data.splits import image_blocks
from reprise.errors import InputError
from reprise.inventory import find


@pytest.fixture
def folder(tmp_path: Path, png) -> Path:
    root = tmp_path / "imagenet"
    contents = {
        "train/n02/b.JPEG": png(40),
        "train/n02/a.JPEG": png(30),
        "train/n01/a.JPEG": png(10, size=(5, 3)),
        "train/n01/.hidden": b"x",
        "train/README": b"x",
        "train/.hidden/a.JPEG": b"x",
        "val/n01/a.JPEG": png(50),
        "val/n02/a.JPEG": png(60),
        "LOC_synset_mapping.txt": b"x",
    }
    for name, content in contents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


@pytest.fixture
def source(make_source, folder) -> Source:
    counts = {"train_images": 3, "test_images": 2}
    classes = ("n01", "n02")
    return make_source(layout="image-folder", classes=classes, folder=str(folder), **counts)


@pytest.fixture
def destination(tmp_path: Path) -> Path:
    return tmp_path / "prepared" / "tiny.safetensors"


def test_folder_becomes_a_prepared_file(source, destination):
    prepare(source, [], destination)
    check_prepared(destination, source)
    data = open_prepared(destination)
    assert data.train_images[:, 0, 0, 0].tolist() == [10, 30, 40]
    assert data.train_labels.tolist() == [0, 1, 1]
    assert data.test_images[:, 0, 0, 0].tolist() == [50, 60]
    assert data.test_labels.tolist() == [0, 1]


def test_images_are_resized_on_their_way(source, destination):
    prepare(source, [], destination, pixels=7)
    data = open_prepared(destination)
    assert data.train_images.shape == (3, 1, 7, 7)
    assert data.train_images[:, 0, 6, 6].tolist() == [10, 30, 40]


def test_a_margin_stays_around_what_is_seen(source, destination, tmp_path):
    with_margin = replace(source, layout="image-folder-margin", pixels=14)
    prepare(with_margin, [], destination)
    data = open_prepared(destination)
    assert data.train_images.shape == (3, 1, 16, 16)
    assert (data.pixels, data.seen_pixels) == (16, 14)
    smaller = tmp_path / "smaller" / "tiny.safetensors"
    prepare(with_margin, [], smaller, pixels=7)
    assert (open_prepared(smaller).pixels, open_prepared(smaller).seen_pixels) == (8, 7)


def test_planning_knows_the_margin():
    entry = find("layout", "image-folder-margin", "here")
    assert entry.description["seen"] == SEEN_SHARE


def test_without_a_margin_all_of_an_image_is_seen(source, destination):
    prepare(source, [], destination)
    assert open_prepared(destination).seen_pixels is None


def test_classes_in_another_order_are_the_labels(source, destination):
    prepare(replace(source, classes=("n02", "n01")), [], destination)
    assert open_prepared(destination).train_labels.tolist() == [1, 0, 0]


def test_variable_in_the_folder(source, folder, destination, monkeypatch):
    monkeypatch.setenv("IMAGES", str(folder.parent))
    prepare(replace(source, folder="${IMAGES}/imagenet"), [], destination)
    assert destination.is_file()


def test_variable_that_is_not_set_is_named(source, destination, failure_to_prepare):
    message = failure_to_prepare(replace(source, folder="${NO_SUCH_VARIABLE}/x"), [], destination)
    assert "datasets.tiny.folder needs the environment variable NO_SUCH_VARIABLE" in message


def test_folder_that_nobody_named(source, destination, failure_to_prepare):
    message = failure_to_prepare(replace(source, folder=None), [], destination)
    assert "data set tiny cannot be downloaded: name the folder" in message
    assert "as datasets.tiny.folder in the configuration" in message


@pytest.mark.parametrize("wrong", ["missing", "file", "archives"])
def test_wrong_folder_is_named(source, folder, destination, tmp_path, wrong, failure_to_prepare):
    paths = {"missing": tmp_path / "x", "file": folder / "train/README", "archives": tmp_path / "y"}
    (tmp_path / "y").mkdir()
    (tmp_path / "y" / "ILSVRC2012_img_train.tar").write_bytes(b"x")
    message = failure_to_prepare(replace(source, folder=str(paths[wrong])), [], destination)
    assert message.startswith(f"datasets.tiny.folder is {paths[wrong]}, which must hold")
    assert message.endswith("train is no folder there")


def test_missing_validation_folder_is_named(source, folder, destination, failure_to_prepare):
    (folder / "val").rename(folder / "validation")
    assert failure_to_prepare(source, [], destination).endswith("val is no folder there")


def test_flat_validation_folder_is_refused(source, folder, destination, failure_to_prepare):
    """So does the official archive of validation images unpack."""
    for path in list((folder / "val").glob("*/*")):
        path.rename(folder / "val" / f"{path.parent.name}.JPEG")
    message = failure_to_prepare(source, [], destination)
    assert f"{folder / 'val'} needs images of every class and has none of n01, n02" in message


def test_unknown_class_is_named(source, folder, destination, failure_to_prepare):
    (folder / "train" / "n01").rename(folder / "train" / "n03")
    message = failure_to_prepare(source, [], destination)
    assert f"{folder / 'train'} holds n03, which is no class of data set tiny" in message


def test_wrong_count_is_named(source, folder, destination, failure_to_prepare):
    (folder / "train" / "n02" / "b.JPEG").unlink()
    message = failure_to_prepare(source, [], destination)
    assert f"{folder / 'train'} holds 2 images, 3 are expected" in message


def test_image_cut_short_is_named_and_nothing_is_left(
    source, folder, destination, failure_to_prepare
):
    path = folder / "val" / "n02" / "a.JPEG"
    path.write_bytes(path.read_bytes()[:45])
    assert failure_to_prepare(source, [], destination) == f"{path} cannot be decoded as an image"


def test_image_that_is_gone_when_it_is_read_is_named(source, folder):
    splits = layouts["image-folder"](source, [])
    path = folder / "val" / "n02" / "a.JPEG"
    path.unlink()
    with pytest.raises(InputError, match=r"val/n02/a\.JPEG cannot be read: No such file"):
        list(image_blocks(splits.test_images))


def test_files_are_refused(source, make_source, make_tar, folder, destination):
    archive = make_tar({})
    with pytest.raises(InputError, match="layout image-folder needs no files, found 1 files"):
        prepare(
            make_source([archive], layout="image-folder", folder=str(folder)),
            [archive],
            destination,
        )


@pytest.mark.parametrize("size", [(256, 512), (256, 256), (600, 300)])
def test_as_torchvision_evaluates(size):
    """Resizing to 256 and then cutting out 224 gives nearly the same values."""
    from torchvision.transforms import CenterCrop, Compose, Resize

    noise = np.random.default_rng(0).integers(0, 256, (9, 17, 3), np.uint8)
    picture = Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)
    expected = Compose([Resize(256), CenterCrop(224)])(picture)
    difference = np.asarray(centred_closely(picture, 224), int) - np.asarray(expected, int)
    assert np.abs(difference).max() <= 3


def test_image_of_the_final_side_is_cut_too(source, folder, destination):
    """Its border belongs to no evaluated image either."""
    picture = Image.new("L", (64, 64), 255)
    picture.paste(0, (4, 4, 60, 60))
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    for path in folder.glob("*/n0*/a.JPEG"):
        path.write_bytes(stream.getvalue())
    prepare(replace(source, pixels=64), [], destination)
    assert open_prepared(destination).test_images[0, 0, 1:-1, 1:-1].max() == 0


def test_a_file_that_is_no_image_is_named_in_a_folder(
    source, folder, destination, failure_to_prepare
):
    (folder / "train" / "n01" / "Thumbs.db").write_bytes(b"x")
    message = failure_to_prepare(source, [], destination)
    assert "holds 4 images, 3 are expected; every file counts" in message
    assert "n01/Thumbs.db" in message
