"""From a web server to the prepared file, for made-up data in the form of each data set."""

import io

import numpy as np
import pytest
from prepared_files import check_prepared
from scipy.io import savemat

from reprise.data.fetching import fetch
from reprise.data.preparation import prepare
from reprise.errors import InputError

COLOR = {"channels": 3, "mean": (0.5,) * 3, "std": (0.25,) * 3}


def mat(count: int) -> bytes:
    stream = io.BytesIO()
    content = {"X": np.zeros((2, 2, 3, count), np.uint8), "y": np.ones((count, 1))}
    savemat(stream, content, do_compression=True)
    return stream.getvalue()


@pytest.fixture(params=["cifar100-binary", "svhn", "numbered-folders"])
def data(request, make_tar, make_source, png, tmp_path):
    """A source, and the contents of its files by name."""
    layout = request.param
    if layout == "svhn":
        files = {"train_32x32.mat": mat(2), "extra_32x32.mat": mat(1), "test_32x32.mat": mat(1)}
        changes = {"train_images": 3, **COLOR}
    elif layout == "cifar100-binary":
        archive = make_tar({"c/train.bin": bytes(28), "c/test.bin": bytes(14)})
        files = {"cifar-100-binary.tar.gz": archive.read_bytes()}
        changes = COLOR
    else:
        names = [f"o/{folder}/{n}.jpg" for folder in ("001.cat", "002.dog") for n in range(3)]
        archive = make_tar({name: png(9, size=(4, 3)) for name in names}, "o.tar")
        files = {"256_ObjectCategories.tar": archive.read_bytes()}
        changes = {"train_images": 4, "test_images": 2}
    (tmp_path / "served").mkdir()
    paths = [tmp_path / "served" / name for name in files]
    for path, content in zip(paths, files.values(), strict=True):
        path.write_bytes(content)
    return make_source(paths, layout=layout, **changes), files


def fetched(server, source, contents, folder, **answer):
    paths = []
    for file in source.files:
        paths.append(folder / "downloads" / file.name)
        url = server.serve(f"/{file.name}", {"content": contents[file.name], **answer})
        fetch([url], file.sha256, paths[-1], progress=False, retries=0)
    return paths


def test_files_from_a_server_become_a_prepared_file(server, data, tmp_path):
    source, contents = data
    destination = tmp_path / "prepared" / "tiny.safetensors"
    prepare(source, fetched(server, source, contents, tmp_path), destination)
    check_prepared(destination, source)


@pytest.mark.parametrize("length", [None, 10_000_000], ids=["short", "broken off"])
def test_file_that_is_not_whole_leaves_nothing(server, data, tmp_path, length):
    source, contents = data
    cut = {name: content[: len(content) // 2] for name, content in contents.items()}
    with pytest.raises(InputError, match=r"^could not fetch .*") as raised:
        fetched(server, source, cut, tmp_path, length=length)
    assert "\n" not in str(raised.value)
    assert list((tmp_path / "downloads").iterdir()) == []


def test_wrong_contents_leave_nothing(data, tmp_path, make_source):
    """Files that are what was asked for and yet cannot be decoded."""
    source, contents = data
    paths = [tmp_path / "served" / name for name in contents]
    paths[-1].write_bytes(paths[-1].read_bytes()[: paths[-1].stat().st_size // 2])
    destination = tmp_path / "prepared" / "tiny.safetensors"
    counts = {"train_images": source.train_images, "test_images": source.test_images}
    color = COLOR if source.channels == 3 else {}
    with pytest.raises(InputError) as raised:
        prepare(make_source(paths, layout=source.layout, **counts, **color), paths, destination)
    assert "\n" not in str(raised.value)
    assert list(tmp_path.rglob("*.safetensors*")) == []
