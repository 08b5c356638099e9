"""Rows of an array in a file, read by threads ahead of those who use them.

Rows are read by ``pread`` and not from a mapping: a file that is cut short, or whose disk vanishes,
ends a process that reads a mapping by a signal, and pages of a mapping count as its memory. torch's
DataLoader reads ahead in worker processes, which hand every batch over through shared memory. Here
a thread waits for the disk while Python goes on, since ``pread`` does not hold its lock, and the
batch is read to where it is copied to the device from.
"""

import math
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from torch import Tensor

from reprise.errors import InputError

AHEAD = 2
"""Batches that are read before they are asked for."""
READERS = 4
"""Threads, since disks and networks answer several requests at once."""
SMALLEST_PART = 2**20
"""Bytes of a batch that are worth a thread of their own."""


@dataclass(frozen=True)
class RowFile:
    """An array in a file, whose first axis counts rows.

    Attributes:
        path: the file.
        offset: bytes before the first row.
        rows: their number.
        shape: of a row.
        state: size and time of the last change of the file.
        dtype: of the array, uint8 or int32.
    """

    path: Path
    offset: int
    rows: int
    shape: tuple[int, ...]
    state: tuple[int, int]
    dtype: np.dtype

    @classmethod
    def of(cls, mapped: np.memmap) -> "RowFile":
        """The file behind a whole array that is mapped from it."""
        path = Path(mapped.filename)
        state = _state(path.stat())
        return cls(path, mapped.offset, len(mapped), mapped.shape[1:], state, mapped.dtype)

    @property
    def row_bytes(self) -> int:
        """Bytes of a row."""
        return math.prod(self.shape) * self.dtype.itemsize

    def read(self, rows: np.ndarray, buffer: Tensor) -> None:
        """Read some rows (B,) int64 into a buffer (B, ...) of the array's type.

        Raises:
            InputError: the file cannot be read, was changed, or ends before one of them.
        """
        with self._opened() as file:
            self._read(file, rows, buffer, np.argsort(rows))

    def read_ahead(
        self, batches: Iterable[np.ndarray], new_buffer: Callable[[int], Tensor]
    ) -> Iterator[Tensor]:
        """The rows of each batch (B,) int64, read by threads before they are asked for. The threads
        end with the iterator.

        Args:
            batches: rows.
            new_buffer: gives memory for so many rows, (B, ...) of the array's type on the CPU,
                which comes back filled.

        Raises:
            InputError: as ``read``.
        """
        with self._opened() as file, ThreadPoolExecutor(READERS, "reads-rows") as pool:
            reading: deque[tuple[Tensor, list[Future[None]]]] = deque()
            try:
                for rows in batches:
                    buffer = new_buffer(len(rows))
                    parts = self._parts(rows)
                    reading.append(
                        (buffer, [pool.submit(self._read, file, rows, buffer, p) for p in parts])
                    )
                    if len(reading) > AHEAD:
                        yield _filled(*reading.popleft())
                while reading:
                    yield _filled(*reading.popleft())
            finally:
                # Nobody asks for what is left after an error, or where a run stops within an epoch.
                pool.shutdown(cancel_futures=True)

    def _parts(self, rows: np.ndarray) -> list[np.ndarray]:
        """Places in a batch by thread, in the order of the file, which a disk likes better."""
        parts = min(READERS, len(rows), 1 + len(rows) * self.row_bytes // SMALLEST_PART)
        return np.array_split(np.argsort(rows), parts)

    def _read(self, file: int, rows: np.ndarray, buffer: Tensor, places: np.ndarray) -> None:
        size, memory = self.row_bytes, memoryview(buffer.numpy().reshape(-1)).cast("B")
        try:
            for place, row in zip(places.tolist(), rows[places].tolist(), strict=True):
                start, target = self.offset + row * size, memory[place * size : (place + 1) * size]
                done = 0
                while done < size:
                    count = os.preadv(file, [target[done:]], start + done)
                    if count == 0:
                        raise InputError(
                            f"{self.path} was expected to hold {self.rows} images and ends within "
                            f"image {row} (counted from 0): delete it so that it is prepared again"
                        )
                    done += count
        except OSError as error:
            raise self._unreadable(error) from error

    @contextmanager
    def _opened(self) -> Iterator[int]:
        try:
            file = os.open(self.path, os.O_RDONLY)
        except OSError as error:
            raise self._unreadable(error) from error
        try:
            if _state(os.fstat(file)) != self.state:
                raise InputError(
                    f"{self.path} was expected to stay as it is while a run reads it, and has been "
                    "replaced or written to: run again, and leave prepared data alone meanwhile"
                )
            yield file
        finally:
            os.close(file)

    def _unreadable(self, error: OSError) -> InputError:
        return InputError(
            f"{self.path} was expected to stay readable while a run reads it ({error.strerror}): "
            "see that its disk is there, and run again"
        )


def _state(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def _filled(buffer: Tensor, parts: list[Future[None]]) -> Tensor:
    for part in parts:
        part.result()
    return buffer
