"""Rows that threads read from a file ahead of those who use them."""

import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from reprise.data import row_file
from reprise.data.row_file import AHEAD, READERS, RowFile
from reprise.errors import InputError

OFFSET = 24


@pytest.fixture
def path(tmp_path):
    """A file of 50 rows of 3 x 4 numbers behind some others."""
    path = tmp_path / "rows"
    values = np.random.default_rng(0).integers(0, 256, OFFSET + 50 * 12, np.uint8)
    values.tofile(path)
    return path


@pytest.fixture
def mapped(path):
    return np.memmap(path, np.uint8, "r", offset=OFFSET, shape=(50, 3, 4))


@pytest.fixture
def file(mapped):
    return RowFile.of(mapped)


def buffer(rows):
    return torch.zeros((rows, 3, 4), dtype=torch.uint8)


def batches(rows, size):
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def readers():
    return [thread for thread in threading.enumerate() if thread.name.startswith("reads-rows")]


@pytest.mark.parametrize("size", [1, 7, 50])
@pytest.mark.parametrize("smallest_part", [1, 50, 2**20])
def test_batches_hold_their_rows_in_order(file, mapped, monkeypatch, size, smallest_part):
    monkeypatch.setattr(row_file, "SMALLEST_PART", smallest_part)
    rows = np.random.default_rng(1).permutation(50)
    asked = batches(rows, size)
    found = list(file.read_ahead(asked, buffer))
    assert len(found) == len(asked)
    for values, own in zip(found, asked, strict=True):
        assert np.array_equal(values.numpy(), mapped[own])


def test_rows_that_are_read_at_once(file, mapped):
    rows, found = np.array([49, 0, 7, 7]), buffer(4)
    file.read(rows, found)
    assert np.array_equal(found.numpy(), mapped[rows])


def test_some_batches_are_read_ahead_and_no_more(file):
    asked = []

    def new_buffer(rows):
        asked.append(rows)
        return buffer(rows)

    reading = file.read_ahead(batches(np.arange(50), 5), new_buffer)
    for number, _ in enumerate(reading, start=1):
        assert len(asked) == min(number + AHEAD, 10)


def test_parts_of_a_batch_are_read_side_by_side(file, monkeypatch):
    """As many threads as there may be wait for one another within one batch."""
    monkeypatch.setattr(row_file, "SMALLEST_PART", 1)
    together = threading.Barrier(READERS, timeout=30)
    preadv = os.preadv
    waited = set()

    def meet_first(*arguments):
        if threading.get_ident() not in waited:
            waited.add(threading.get_ident())
            together.wait()
        return preadv(*arguments)

    monkeypatch.setattr(os, "preadv", meet_first)
    next(file.read_ahead([np.arange(50)], buffer))
    assert len(waited) == READERS


def test_reads_that_give_less_than_asked_go_on(file, mapped, monkeypatch):
    preadv = os.preadv
    monkeypatch.setattr(os, "preadv", lambda f, targets, at: preadv(f, [targets[0][:5]], at))
    (found,) = file.read_ahead([np.arange(50)], buffer)
    assert np.array_equal(found.numpy(), mapped)


def test_threads_end_with_the_last_batch(file):
    list(file.read_ahead(batches(np.arange(50), 5), buffer))
    assert readers() == []


def test_threads_end_where_nobody_asks_for_more(file):
    reading = file.read_ahead(batches(np.arange(50), 5), buffer)
    next(reading)
    assert readers() != []
    reading.close()
    assert readers() == []


def cut_short(path, monkeypatch):
    os.truncate(path, OFFSET + 30 * 12 + 5)


def failing(path, monkeypatch):
    def fail(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "preadv", fail)


@pytest.mark.parametrize(
    ("happens", "message"),
    [
        (
            cut_short,
            r"was expected to hold 50 images and ends within image \d\d \(counted from 0\)",
        ),
        (failing, r"was expected to stay readable while a run reads it \(Input/output error\)"),
    ],
)
def test_what_happens_to_the_file_meanwhile_is_one_sentence(
    file, path, monkeypatch, happens, message
):
    reading = file.read_ahead(batches(np.arange(50), 2), buffer)
    next(reading)
    happens(path, monkeypatch)
    started = time.monotonic()
    with pytest.raises(InputError, match=message) as raised:
        list(reading)
    assert "\n" not in str(raised.value)
    assert str(path) in str(raised.value)
    assert readers() == []
    assert time.monotonic() - started < 30


def written_to(path):
    os.utime(path, (0, 0))


@pytest.mark.parametrize(
    ("happens", "message"),
    [
        (written_to, "was expected to stay as it is while a run reads it, and has been"),
        (os.unlink, r"was expected to stay readable while .* \(No such file or directory\)"),
    ],
)
def test_what_happened_to_the_file_before_is_one_sentence(file, path, happens, message):
    happens(path)
    for read in (
        lambda: file.read(np.arange(3), buffer(3)),
        lambda: next(file.read_ahead([np.arange(3)], buffer)),
    ):
        with pytest.raises(InputError, match=message):
            read()


def descriptors_of(path):
    """The open descriptors of a file; those of other tests may close at any moment."""
    folder = Path("/proc/self/fd")
    return [link for link in folder.iterdir() if link.exists() and link.resolve() == path]


def test_no_file_stays_open(file, path):
    before = len(descriptors_of(path))
    with path.open("rb"):
        assert len(descriptors_of(path)) == before + 1
    for _ in range(3):
        list(file.read_ahead(batches(np.arange(50), 5), buffer))
        file.read(np.arange(3), buffer(3))
    assert len(descriptors_of(path)) == before
