import numpy as np
import pytest

from reprise.data.archives import members
from reprise.data.layouts import layouts


@pytest.fixture
def contents(png) -> dict[str, bytes]:
    return {
        "README": b"text",
        "train/dog/0001.png": png(40),
        "train/dog/0000.png": png(30),
        "test/cat/0000.png": png(50),
        "train/cat/0000.png": png(10),
        "train/.DS_Store": b"x",
        "train/cat/._0000.png": b"x",
        "test/dog/0000.png": png(60),
    }


@pytest.fixture
def tree_source(make_source):
    """Its classes are not in alphabetical order: the label is the place among the classes."""
    return make_source(classes=("dog", "cat"), train_images=3, test_images=2, layout="image-tree")


@pytest.mark.parametrize("prefix", ["", "./", "outer/folder/"])
def test_images_in_the_order_of_paths(tree_source, contents, make_tar, prefix):
    archive = make_tar({f"{prefix}{name}": content for name, content in contents.items()})
    splits = layouts["image-tree"](tree_source, [archive])
    assert splits.train_images[:, 0, 0, 0].tolist() == [10, 30, 40]
    assert splits.train_labels.tolist() == [1, 0, 0]
    assert splits.test_images[:, 0, 0, 0].tolist() == [50, 60]
    assert splits.test_labels.tolist() == [1, 0]
    assert splits.train_images.shape == (3, 1, 2, 2)
    assert splits.train_images.dtype == np.uint8
    assert splits.train_labels.dtype == np.int64


def test_two_archives_make_one_tree(tree_source, contents, make_tar, make_zip):
    train = make_tar({name: c for name, c in contents.items() if name.startswith("train")})
    test = make_zip({name: c for name, c in contents.items() if name.startswith("test")})
    splits = layouts["image-tree"](tree_source, [train, test])
    assert splits.train_images[:, 0, 0, 0].tolist() == [10, 30, 40]
    assert splits.test_labels.tolist() == [1, 0]


def test_same_image_in_two_archives_is_refused(
    tree_source, contents, make_tar, make_zip, png, failure
):
    archives = [make_tar(contents), make_zip({"train/cat/0000.png": png(10)})]
    assert "holds 4 images, 3 are expected" in failure(tree_source, *archives)


def test_color_planes(make_source, make_tar, png):
    archive = make_tar(
        {f"{place}/0.png": png(1, 2, 3) for place in ("train/cat", "train/dog", "test/dog")}
        | {"test/cat/0.png": png(9)}
    )
    source = make_source(channels=3, test_images=2, layout="image-tree")
    splits = layouts["image-tree"](source, [archive])
    assert splits.train_images[0, :, 0, 0].tolist() == [1, 2, 3]
    assert splits.test_images[0, :, 0, 0].tolist() == [9, 9, 9], "grey files count as color"


@pytest.mark.parametrize("missing", ["train/cat/0000.png", "test/cat/0000.png"])
def test_missing_class_folder_is_named(tree_source, contents, make_tar, missing, failure):
    del contents[missing]
    message = failure(tree_source, make_tar(contents))
    assert f"the folder {missing.split('/')[0]} of" in message
    assert "has none of cat" in message


def test_unknown_class_folder_is_named(tree_source, contents, make_tar, png, failure):
    contents["train/cats/0000.png"] = png(1)
    message = failure(tree_source, make_tar(contents))
    assert "folder train holds cats, which is no class of data set tiny" in message
    assert "did you mean 'cat'?" in message


def test_wrong_count_is_named(tree_source, contents, make_tar, png, failure):
    contents["train/cat/0001.png"] = png(1)
    message = failure(tree_source, make_tar(contents))
    assert "the folder train of" in message
    assert "holds 4 images, 3 are expected" in message


@pytest.mark.parametrize("kind", ["other", "empty", "cut short"])
def test_undecodable_image_is_named(tree_source, contents, make_tar, png, kind, failure):
    broken = {"other": b"no image", "empty": b"", "cut short": png(10)[:45]}
    contents["train/cat/0000.png"] = broken[kind]
    message = failure(tree_source, make_tar(contents))
    assert message.startswith("train/cat/0000.png in ")
    assert message.endswith("archive.tar.gz cannot be decoded as an image")


def test_wrong_size_is_named(tree_source, contents, make_tar, png, failure):
    contents["test/cat/0000.png"] = png(10, size=(3, 2))
    message = failure(tree_source, make_tar(contents))
    assert message.startswith("test/cat/0000.png in ")
    assert "is 3 x 2 pixels, 2 x 2 are expected" in message


def test_archive_without_a_tree_is_named(tree_source, make_tar, failure):
    assert "has none of dog, cat" in failure(tree_source, make_tar({"README": b"text"}))


def test_archive_cut_short_is_named(tree_source, contents, make_tar, failure):
    archive = make_tar(contents, "x.tar.xz")
    archive.write_bytes(archive.read_bytes()[:300])
    assert "damaged" in failure(tree_source, archive)


def test_other_channels_are_refused(make_source, make_tar, failure):
    message = failure(make_source(channels=2, layout="image-tree"), make_tar({}))
    assert "datasets.tiny.channels must be 1 or 3" in message


def test_first_images_of_real_cifar10(shared_datasets, make_source, make_tar):
    """The first training images of the real archive, in a small archive for both splits."""
    contents = {}
    for member in members(shared_datasets / "cifar10-jpeg.tar.xz"):
        contents[str(member.path)] = member.read()
        if len(contents) == 20:
            break
    contents |= {name.replace("train", "test"): content for name, content in contents.items()}
    source = make_source(
        classes=("airplane",), channels=3, pixels=32, train_images=20, test_images=20
    )
    splits = layouts["image-tree"](source, [make_tar(contents)])
    assert splits.train_images.shape == (20, 3, 32, 32)
    assert np.array_equal(splits.train_images, splits.test_images)
    assert splits.train_images.mean((0, 2, 3)).argmax() == 2, "the sky behind airplanes is blue"


@pytest.mark.parametrize("name", ["Thumbs.db", "desktop.ini"])
def test_a_file_that_is_no_image_is_named(tree_source, contents, make_tar, failure, name):
    archive = make_tar({**contents, f"train/cat/{name}": b"x"})
    message = failure(tree_source, archive)
    assert "holds 4 images, 3 are expected; every file counts" in message
    assert f"train/cat/{name}" in message
    assert "0000.png" not in message


def test_accents_may_be_characters_of_their_own(make_source, png, make_tar):
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    source = make_source(
        classes=(composed, "dog"), train_images=2, test_images=2, layout="image-tree"
    )
    files = {f"{split}/{name}/a.png": png(10) for split in ("train", "test")
             for name in (decomposed, "dog")}  # fmt: skip
    splits = layouts["image-tree"](source, [make_tar(files)])
    assert sorted(splits.train_labels.tolist()) == [0, 1]
