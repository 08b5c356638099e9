"""The binary version of CIFAR-10: one archive of batches.

Format: https://www.cs.toronto.edu/~kriz/cifar.html ("Binary version"): records of one byte for
the label and then the red, green and blue plane of the image, row by row.
"""

import re
from pathlib import Path

import numpy as np

from reprise.data.archives import Member, members
from reprise.data.layouts.names import layouts
from reprise.data.sources import Source
from reprise.data.splits import Splits, check_count, check_files, check_labels
from reprise.errors import InputError

_TRAINING = re.compile(r"data_batch_(\d+)\.bin")
_TEST = re.compile(r"test_batch\.bin")


@layouts.register("cifar-binary")
def decode(source: Source, files: list[Path]) -> Splits:
    """One archive of data_batch_<number>.bin and test_batch.bin, in whatever folder."""
    check_files(source, files, "one archive", 1)
    training: dict[int, np.ndarray] = {}
    test: dict[int, np.ndarray] = {}
    for member in members(files[0]):
        if match := _TRAINING.fullmatch(member.path.name):
            training[int(match.group(1))] = _records(source, files[0], member)
        elif _TEST.fullmatch(member.path.name):
            test[0] = _records(source, files[0], member)
    return Splits(
        *_joined(source, training, source.train_images, f"{files[0]} (data_batch_*.bin)"),
        *_joined(source, test, source.test_images, f"{files[0]} (test_batch.bin)"),
    )


def _records(source: Source, archive: Path, member: Member) -> np.ndarray:
    """Records of one batch, uint8 of shape (images, 1 + bytes of an image)."""
    where = f"{member.path.name} in {archive}"
    record_size = 1 + source.channels * source.pixels**2
    if member.size % record_size:
        raise InputError(
            f"{where} has {member.size} bytes, expected are whole records of {record_size} bytes"
        )
    records = np.frombuffer(member.read(), np.uint8).reshape(-1, record_size)
    check_labels(source, records[:, 0], where)
    return records


def _joined(
    source: Source, batches: dict[int, np.ndarray], expected: int, where: str
) -> tuple[np.ndarray, np.ndarray]:
    """Images and labels of the batches in the order of their numbers."""
    ordered = [batches[number] for number in sorted(batches)]
    check_count(sum(map(len, ordered)), expected, where)
    images = np.concatenate([records[:, 1:] for records in ordered])
    labels = np.concatenate([records[:, 0] for records in ordered]).astype(np.int64)
    return images.reshape(-1, source.channels, source.pixels, source.pixels), labels
