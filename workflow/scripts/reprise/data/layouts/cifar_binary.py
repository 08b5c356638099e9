"""The binary versions of CIFAR-10 and CIFAR-100: one archive of batches.

Format: https://www.cs.toronto.edu/~kriz/cifar.html ("Binary version"): records of one byte for
the label (CIFAR-100: one for the coarse label and one for the fine one) and then the red, green and
blue plane of the image, row by row.
"""

import re
from pathlib import Path

import numpy as np

from reprise.data.archives import Member, members
from reprise.data.layouts.names import layouts
from reprise.data.sources import Source
from reprise.data.splits import Splits, check_count, check_files, check_labels
from reprise.errors import InputError


@layouts.register("cifar-binary")
def decode(source: Source, files: list[Path]) -> Splits:
    """One archive of data_batch_<number>.bin and test_batch.bin, in whatever folder."""
    return _splits(source, files, "data_batch_*.bin", "test_batch.bin", label_bytes=1)


@layouts.register("cifar100-binary")
def decode_cifar100(source: Source, files: list[Path]) -> Splits:
    """One archive of train.bin and test.bin, in whatever folder; labels are the fine ones."""
    return _splits(source, files, "train.bin", "test.bin", label_bytes=2)


def _splits(source: Source, files: list[Path], train: str, test: str, label_bytes: int) -> Splits:
    """The batches of these names (``*`` stands for a number) in one archive.

    Args:
        label_bytes: at the start of a record, of which the last is the label.
    """
    check_files(source, files, "one archive", 1)
    batches: dict[str, dict[tuple[int, ...], np.ndarray]] = {train: {}, test: {}}
    for member in members(files[0]):
        for name, found in batches.items():
            if match := re.fullmatch(re.escape(name).replace(r"\*", r"(\d+)"), member.path.name):
                number = tuple(map(int, match.groups()))
                found[number] = _records(source, files[0], member, label_bytes)
    return Splits(
        *_joined(source, batches[train], source.train_images, f"{files[0]} ({train})"),
        *_joined(source, batches[test], source.test_images, f"{files[0]} ({test})"),
    )


def _records(source: Source, archive: Path, member: Member, label_bytes: int) -> np.ndarray:
    """Records of one batch without further labels, uint8 of shape (images, 1 + bytes of one)."""
    where = f"{member.path.name} in {archive}"
    record_size = label_bytes + source.channels * source.pixels**2
    if member.size % record_size:
        raise InputError(
            f"{where} has {member.size} bytes, expected are whole records of {record_size} bytes"
        )
    stored = np.frombuffer(member.read(), np.uint8).reshape(-1, record_size)
    records = stored[:, label_bytes - 1 :]
    check_labels(source, records[:, 0], where)
    return records


def _joined(
    source: Source, batches: dict[tuple[int, ...], np.ndarray], expected: int, where: str
) -> tuple[np.ndarray, np.ndarray]:
    """Images and labels of the batches in the order of their numbers."""
    ordered = [batches[number] for number in sorted(batches)]
    check_count(sum(map(len, ordered)), expected, where)
    images = np.concatenate([records[:, 1:] for records in ordered])
    labels = np.concatenate([records[:, 0] for records in ordered]).astype(np.int64)
    return images.reshape(-1, source.channels, source.pixels, source.pixels), labels
