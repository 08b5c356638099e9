import numpy as np
import pytest

from reprise.data.layouts import layouts
from reprise.data.preparation import prepare
from reprise.errors import InputError

ANNOTATIONS = "tiny-imagenet-200/val/val_annotations.txt"


@pytest.fixture
def tiny_source(make_source):
    """Its classes are not in alphabetical order: the label is the place among the classes."""

    def make(files=None, **changes):
        values = {
            "classes": ("n02", "n01"),
            "channels": 3,
            "mean": (0.5,) * 3,
            "std": (0.25,) * 3,
            "train_images": 3,
            "test_images": 2,
            "layout": "tiny-imagenet",
        }
        return make_source(files, **(values | changes))

    return make


@pytest.fixture
def contents(png) -> dict[str, bytes]:
    files = {
        "wnids.txt": b"n02\nn01\n",
        "words.txt": b"n01\tgoldfish\n",
        "train/n02/n02_boxes.txt": b"n02_0.JPEG\t0\t0\t1\t1\n",
        "train/n02/images/n02_1.JPEG": png(40, 41, 42),
        "train/n02/images/n02_0.JPEG": png(30),
        "train/n01/images/n01_0.JPEG": png(10, 11, 12),
        "val/images/val_1.JPEG": png(60),
        "val/images/val_0.JPEG": png(50, 51, 52),
        "val/val_annotations.txt": b"val_0.JPEG\tn01\t0\t0\t1\t1\nval_1.JPEG\tn02\t0\t0\t1\t1\n",
        "test/images/test_0.JPEG": png(70),
        "val/images/.DS_Store": b"x",
    }
    return {f"tiny-imagenet-200/{name}": content for name, content in files.items()}


@pytest.mark.parametrize("kind", ["tar", "zip"])
@pytest.mark.parametrize("outer", ["tiny-imagenet-200/", "", "./some/folder/"])
def test_images_and_labels(tiny_source, contents, make_tar, make_zip, kind, outer):
    moved = {name.replace("tiny-imagenet-200/", outer): data for name, data in contents.items()}
    archive = {"tar": make_tar, "zip": make_zip}[kind](moved)
    splits = layouts["tiny-imagenet"](tiny_source(), [archive])
    assert splits.train_images[:, :, 0, 0].tolist() == [[10, 11, 12], [30, 30, 30], [40, 41, 42]]
    assert splits.train_labels.tolist() == [1, 0, 0]
    assert splits.test_images[:, :, 0, 0].tolist() == [[50, 51, 52], [60, 60, 60]]
    assert splits.test_labels.tolist() == [1, 0]
    assert splits.train_images.dtype == np.uint8
    assert splits.train_labels.dtype == np.int64


def test_order_in_the_archive_does_not_matter(tiny_source, contents, make_tar):
    archives = [
        make_tar(contents, "a.tar"),
        make_tar(dict(reversed(contents.items())), "b.tar"),
    ]
    one, other = (layouts["tiny-imagenet"](tiny_source(), [archive]) for archive in archives)
    assert np.array_equal(one.train_images, other.train_images)
    assert np.array_equal(one.test_labels, other.test_labels)


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        ("val_0.JPEG\tn01\nval_1.JPEG\tn03\n", "line 2, holds n03, which is no class"),
        ("val_0.JPEG\tn01\nval_1.JPEG\tn02\nval_2.JPEG\tn02\n", "annotates val_2.JPEG, which is"),
        ("val_0.JPEG\tn01\n", "does not annotate val_1.JPEG, which is in val/images"),
        ("val_0.JPEG\tn01\nval_1.JPEG\n", "line 2: expected is the name of an image"),
        ("val_0.JPEG\tn01\nval_0.JPEG\tn02\n", "line 2: expected is the name of an image that no"),
        ("val_0.JPEG\tn01\nval_1.JPEG\tn01\n", "folder val of"),
    ],
    ids=["unknown class", "missing image", "no annotation", "no class", "twice", "empty class"],
)
def test_wrong_annotations_are_named(
    tiny_source, contents, make_tar, annotations, expected, failure
):
    contents[ANNOTATIONS] = annotations.encode()
    assert expected in failure(tiny_source(), make_tar(contents))


def test_annotations_of_other_encoding_are_named(tiny_source, contents, make_tar, failure):
    contents[ANNOTATIONS] = "val_0.JPEG\tn01\nval_é.JPEG\tn02\n".encode("latin-1")
    message = failure(tiny_source(), make_tar(contents))
    assert message.startswith("val_annotations.txt in ")
    assert "must be text in UTF-8" in message


def test_missing_annotations_are_named(tiny_source, contents, make_tar, failure):
    del contents[ANNOTATIONS]
    message = failure(tiny_source(), make_tar(contents))
    assert "must hold val/val_annotations.txt and does not" in message


def test_missing_class_folder_is_named(tiny_source, contents, make_tar, failure):
    del contents["tiny-imagenet-200/train/n01/images/n01_0.JPEG"]
    message = failure(tiny_source(), make_tar(contents))
    assert "the folder train of" in message
    assert "needs images of every class and has none of n01" in message


def test_many_missing_classes_make_no_endless_sentence(tiny_source, contents, make_tar, failure):
    classes = ("n02", "n01", *(f"n1{number:02}" for number in range(100)))
    message = failure(tiny_source(classes=classes), make_tar(contents))
    assert message.endswith("n119 and 80 more")


def test_unknown_class_folder_is_named(tiny_source, contents, make_tar, png, failure):
    contents["tiny-imagenet-200/train/n03/images/n03_0.JPEG"] = png(1)
    message = failure(tiny_source(), make_tar(contents))
    assert "folder train holds n03, which is no class of data set tiny" in message


def test_unknown_class_among_many_does_not_list_them(tiny_source, contents, make_tar, failure):
    classes = tuple(f"n1{number:02}" for number in range(100))
    message = failure(tiny_source(classes=classes), make_tar(contents))
    assert message.endswith("is no class of data set tiny: datasets.tiny.classes lists its 100")


@pytest.mark.parametrize("split", ["train", "test"])
def test_wrong_count_is_named(tiny_source, contents, make_tar, split, failure):
    folder, found = {"train": ("train", 3), "test": ("val", 2)}[split]
    message = failure(tiny_source(**{f"{split}_images": 5}), make_tar(contents))
    assert f"the folder {folder} of" in message
    assert f"holds {found} images, 5 are expected" in message


def test_undecodable_image_is_named_and_nothing_is_written(
    tiny_source, contents, make_tar, tmp_path
):
    contents["tiny-imagenet-200/val/images/val_1.JPEG"] = b"no image"
    archive = make_tar(contents)
    with pytest.raises(InputError, match=r"val/images/val_1\.JPEG in .* cannot be decoded"):
        prepare(tiny_source([archive]), [archive], tmp_path / "prepared" / "x.safetensors")
    assert not list(tmp_path.rglob("*safetensors*"))


def test_wrong_size_is_named(tiny_source, contents, make_tar, png, failure):
    contents["tiny-imagenet-200/train/n01/images/n01_0.JPEG"] = png(10, size=(3, 2))
    message = failure(tiny_source(), make_tar(contents))
    assert "n01_0.JPEG in " in message
    assert "is 3 x 2 pixels, 2 x 2 are expected" in message


@pytest.mark.parametrize("kind", ["tar", "zip"])
def test_archive_cut_short_is_named(tiny_source, contents, make_tar, make_zip, kind, failure):
    archive = {"tar": make_tar, "zip": make_zip}[kind](contents)
    archive.write_bytes(archive.read_bytes()[:-60])
    assert "damaged" in failure(tiny_source(), archive)
