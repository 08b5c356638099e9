import numpy as np
import pytest
from PIL import Image

from reprise.data.layouts import layouts
from reprise.data.preparation import prepare
from reprise.errors import InputError


@pytest.fixture
def flowers(make_source):
    """Ten images of each of two classes, of which two a class are test images."""

    def make(files=None, **changes):
        counts = {"train_images": 16, "test_images": 4, "layout": "numbered-images"}
        return make_source(files, **(counts | changes))

    return make


@pytest.fixture
def contents(png) -> dict[str, bytes]:
    """Images 1 to 20, each as grey as its number says; stored in the reverse order."""
    images = {f"jpg/image_{number:04}.png": png(number) for number in range(20, 0, -1)}
    return images | {"jpg/files.txt": b"text", "jpg/.image_0001.png": b"x"}


def grey_values(images: np.ndarray) -> np.ndarray:
    return images[:, 0, 0, 0].astype(int)


@pytest.mark.parametrize("kind", ["tar", "zip"])
def test_every_image_is_used_once_with_its_label(flowers, contents, make_tar, make_zip, kind):
    archive = {"tar": make_tar, "zip": make_zip}[kind](contents)
    splits = layouts["numbered-images"](flowers(), [archive])
    train, test = grey_values(splits.train_images), grey_values(splits.test_images)
    assert sorted([*train, *test]) == list(range(1, 21))
    assert np.array_equal(splits.train_labels, (train - 1) // 10)
    assert np.array_equal(splits.test_labels, (test - 1) // 10)


def test_split_is_balanced_and_not_the_last_images(flowers, contents, make_tar):
    splits = layouts["numbered-images"](flowers(), [make_tar(contents)])
    assert np.bincount(splits.train_labels).tolist() == [8, 8]
    assert np.bincount(splits.test_labels).tolist() == [2, 2]
    assert sorted(grey_values(splits.test_images)) != [9, 10, 19, 20]


def test_split_is_the_same_everywhere(flowers, contents, make_tar):
    """Another version of a library must not change which images are test images."""
    splits = layouts["numbered-images"](flowers(), [make_tar(contents)])
    assert grey_values(splits.test_images).tolist() == [1, 18, 6, 15]


def test_images_are_scaled_as_a_whole(flowers, contents, make_tar):
    """A wide image, black on the left and white on the right, keeps both sides."""
    wide = Image.new("L", (40, 10))
    wide.paste(255, (20, 0, 40, 10))
    for number in range(1, 21):
        path = make_tar({}).parent / "wide.png"
        wide.save(path)
        contents[f"jpg/image_{number:04}.png"] = path.read_bytes()
    splits = layouts["numbered-images"](flowers(pixels=4), [make_tar(contents)])
    assert splits.train_images.shape == (16, 1, 4, 4)
    left, right = splits.train_images[..., 0], splits.train_images[..., 3]
    assert left.max() < 20
    assert right.min() > 235


def test_color_images_become_planes(flowers, make_tar, png):
    contents = {f"{number}.jpg": png(1, 2, 3, size=(3, 5)) for number in range(1, 21)}
    splits = layouts["numbered-images"](flowers(channels=3), [make_tar(contents)])
    assert splits.test_images[0, :, 1, 1].tolist() == [1, 2, 3]


def test_missing_images_are_counted(flowers, contents, make_tar, failure):
    for number in range(11, 21):
        del contents[f"jpg/image_{number:04}.png"]
    message = failure(flowers(), make_tar(contents))
    assert "archive.tar.gz holds 10 images, 20 are expected" in message


def test_gap_in_the_numbers_is_named(flowers, contents, make_tar, failure):
    contents["jpg/image_0021.png"] = contents.pop("jpg/image_0007.png")
    message = failure(flowers(), make_tar(contents))
    assert "holds no image with number 7, images 1 to 20 are expected" in message


def test_number_that_is_there_twice_is_named(flowers, contents, make_tar, png, failure):
    contents["jpg/picture_7.png"] = png(7)
    message = failure(flowers(), make_tar(contents))
    assert "jpg/image_0007.png" in message
    assert "jpg/picture_7.png, which have the same number" in message


@pytest.mark.parametrize(
    ("train", "test"), [(20, 0), (0, 20), (19, 1), (17, 3)], ids=lambda count: str(count)
)
def test_split_that_leaves_a_class_empty_or_short_is_refused(
    flowers, contents, make_tar, train, test, failure
):
    source = flowers(train_images=train, test_images=test)
    message = failure(source, make_tar(contents))
    assert "datasets.tiny: train_images and test_images must be multiples" in message
    assert f"no class is left without, found {train} and {test}" in message


def test_undecodable_image_is_named_and_nothing_is_written(
    flowers, contents, make_tar, tmp_path, png
):
    contents["jpg/image_0003.png"] = png(3)[:45]
    archive = make_tar(contents)
    with pytest.raises(InputError, match=r"^jpg/image_0003\.png in .* cannot be decoded"):
        prepare(flowers([archive]), [archive], tmp_path / "prepared" / "x.safetensors")
    assert not list(tmp_path.rglob("*safetensors*"))


def test_archive_cut_short_is_named(flowers, contents, make_tar, failure):
    archive = make_tar(contents)
    archive.write_bytes(archive.read_bytes()[:-40])
    assert "damaged" in failure(flowers(), archive)


def test_two_archives_are_refused(flowers, contents, make_tar, failure):
    archive = make_tar(contents)
    assert "needs one archive, found 2 files" in failure(flowers(), archive, archive)
