"""Small data sets, archives and a web server for the tests of the room data."""

import hashlib
import io
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from web_server import Server, serving

from reprise.data.layouts import layouts
from reprise.data.preparation import prepare
from reprise.data.sources import Source, SourceFile
from reprise.data.splits import image_blocks
from reprise.errors import InputError


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def make_source() -> Callable[..., Source]:
    """A source of two classes, 2 training and 1 test images of 2 x 2 grey pixels, by default."""

    def make(files: list[Path] | None = None, **changes: Any) -> Source:
        values = {
            "name": "tiny",
            "title": "Tiny",
            "variant": "official",
            "layout": "idx",
            "classes": ("cat", "dog"),
            "channels": 1,
            "pixels": 2,
            "train_images": 2,
            "test_images": 1,
            "mean": (0.5,),
            "std": (0.25,),
            "citation": "",
        } | changes
        values["files"] = tuple(
            SourceFile(path.name, (str(path),), sha256(path.read_bytes()), f"files[{index}]")
            for index, path in enumerate(files or [])
        )
        return Source(**values)

    return make


@pytest.fixture
def png() -> Callable[..., bytes]:
    """A small image of one color: grey for one number, and red, green and blue for three."""

    def make(*color: int, size: tuple[int, int] = (2, 2)) -> bytes:
        stream = io.BytesIO()
        value = color[0] if len(color) == 1 else color
        Image.new("L" if len(color) == 1 else "RGB", size, value).save(stream, "PNG")
        return stream.getvalue()

    return make


@pytest.fixture
def make_tar(tmp_path: Path) -> Callable[..., Path]:
    """A tar archive of name -> content; ``extra`` are further headers without content."""

    def make(
        contents: Mapping[str, bytes],
        name: str = "archive.tar.gz",
        extra: tuple[tarfile.TarInfo, ...] = (),
    ) -> Path:
        path = tmp_path / name
        compression = path.suffix[1:].replace("tar", "")
        with tarfile.open(path, f"w:{compression}") as archive:
            for info in extra:
                archive.addfile(info)
            for member, content in contents.items():
                info = tarfile.TarInfo(member)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        return path

    return make


@pytest.fixture
def make_zip(tmp_path: Path) -> Callable[..., Path]:
    """A zip archive of name (or ZipInfo) -> content."""

    def make(contents: Mapping[str | zipfile.ZipInfo, bytes], name: str = "archive.zip") -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w") as archive:
            for member, content in contents.items():
                archive.writestr(member, content)
        return path

    return make


def sentence_of(refused: Callable[[], Any]) -> str:
    """The one sentence of an InputError."""
    with pytest.raises(InputError) as raised:
        refused()
    assert "\n" not in str(raised.value)
    return str(raised.value)


@pytest.fixture
def failure() -> Callable[..., str]:
    """What the layout of a source says of files that it refuses, at once or on reading them."""

    def read(source: Source, files: tuple[Path, ...]) -> None:
        splits = layouts[source.layout](source, list(files))
        for images in (splits.train_images, splits.test_images):
            list(image_blocks(images))

    return lambda source, *files: sentence_of(lambda: read(source, files))


@pytest.fixture
def failure_to_prepare() -> Callable[..., str]:
    """What is said of a source that cannot be prepared, after which nothing is left."""

    def say(source: Source, files: list[Path], destination: Path) -> str:
        message = sentence_of(lambda: prepare(source, files, destination))
        assert list(destination.parent.glob("*")) == []
        return message

    return say


@pytest.fixture
def server() -> Iterator[Server]:
    """A web server on this machine."""
    with serving() as started:
        yield started


@pytest.fixture
def generator() -> Callable[..., torch.Generator]:
    """Makes a random generator of a seed."""
    return lambda seed=0: torch.Generator().manual_seed(seed)


@pytest.fixture
def pictures(generator) -> Callable[..., torch.Tensor]:
    """Random uint8 images (B, C, H, W) without black pixels."""

    def make(count: int = 16, channels: int = 3, height: int = 10, width: int = 8) -> torch.Tensor:
        shape = (count, channels, height, width)
        return torch.randint(1, 256, shape, generator=generator(7), dtype=torch.uint8)

    return make
