"""The written files are those of the library safetensors."""

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from reprise.data.splits import ImageStream
from reprise.data.tensor_files import write_tensors

RANDOM = np.random.default_rng(0)
METADATA = {"description": '{"name": "größe \\" \\\\"}'}


@pytest.fixture
def tensors() -> dict[str, np.ndarray]:
    return {
        "train_images": RANDOM.integers(0, 256, (1500, 3, 2, 2), np.uint8),
        "test_images": RANDOM.integers(0, 256, (3, 3, 2, 2), np.uint8),
        "test_labels": np.array([0, 1, 0]),
        "train_labels": np.arange(1500),
    }


@pytest.mark.parametrize("extra", range(9))
def test_files_are_equal_byte_for_byte(tensors, tmp_path, extra):
    """Whatever space is left between the header's end and the next multiple of eight bytes."""
    metadata = METADATA | {"description": METADATA["description"] + " " * extra}
    save_file(tensors, tmp_path / "expected", metadata=metadata)
    write_tensors(tmp_path / "found", tensors, metadata)
    assert (tmp_path / "found").read_bytes() == (tmp_path / "expected").read_bytes()


def test_stream_is_written_like_its_array(tensors, tmp_path):
    images = tensors["train_images"]
    transposed = np.ascontiguousarray(images.transpose(1, 2, 3, 0))
    views = [
        transposed[..., :1100].transpose(3, 0, 1, 2),
        transposed[..., 1100:].transpose(3, 0, 1, 2),
    ]
    streamed = tensors | {"train_images": ImageStream(images.shape, lambda: iter(views))}
    write_tensors(tmp_path / "stream", streamed, METADATA)
    write_tensors(tmp_path / "array", tensors, METADATA)
    assert (tmp_path / "stream").read_bytes() == (tmp_path / "array").read_bytes()
    assert np.array_equal(load_file(tmp_path / "stream")["train_images"], images)


def test_stream_of_another_length_is_an_error(tensors, tmp_path):
    short = ImageStream((4, 3, 2, 2), lambda: [tensors["test_images"]])
    with pytest.raises(ValueError, match="images has 36 bytes, not 48"):
        write_tensors(tmp_path / "x", {"images": short}, METADATA)
