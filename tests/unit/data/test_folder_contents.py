"""The digest of a user's folder."""

import os

import pytest

from reprise.data import folder_contents
from reprise.data.folder_contents import contents_digest


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "train" / "cat").mkdir(parents=True)
    (tmp_path / "train" / "cat" / "a.png").write_bytes(b"abc")
    return tmp_path


def image(folder):
    return folder / "train" / "cat" / "a.png"


def test_it_stays_where_nothing_changes_but_times(folder):
    before = contents_digest(folder)
    os.utime(image(folder), (1, 1))
    assert contents_digest(folder) == before


def test_other_contents_of_the_same_size_and_time_are_noticed(folder):
    before, status = contents_digest(folder), image(folder).stat()
    image(folder).write_bytes(b"xyz")
    os.utime(image(folder), ns=(status.st_atime_ns, status.st_mtime_ns))
    assert contents_digest(folder) != before


@pytest.mark.parametrize("change", ["size", "time"])
def test_of_much_data_sizes_and_times_count(folder, monkeypatch, change):
    monkeypatch.setattr(folder_contents, "CHEAP_BYTES", 1)
    before = contents_digest(folder)
    assert contents_digest(folder) == before
    if change == "size":
        status = image(folder).stat()
        image(folder).write_bytes(b"abcd")
        os.utime(image(folder), ns=(status.st_atime_ns, status.st_mtime_ns))
    else:
        os.utime(image(folder), (1, 1))
    assert contents_digest(folder) != before


def test_names_count_and_hidden_ones_do_not(folder):
    before = contents_digest(folder)
    (folder / "train" / "cat" / ".DS_Store").write_bytes(b"x")
    (folder / "train" / ".#lock").symlink_to("nobody@nowhere")
    assert contents_digest(folder) == before
    image(folder).rename(folder / "train" / "cat" / "b.png")
    assert contents_digest(folder) != before


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(OSError):
        contents_digest(tmp_path / "gone")
