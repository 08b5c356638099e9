"""What a file says that it was made from."""

import errno
import os
from types import SimpleNamespace

import pytest

from reprise.data import origins
from reprise.data.origins import keep_origin, make_files, origin_problem


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "table1.csv"
    path.write_text("a\n1\n")
    keep_origin([path], "today")
    return path


def test_a_file_of_today_has_no_problem_whatever_its_time(table):
    os.utime(table, (1, 1))
    assert origin_problem(table, "today") is None


def test_a_file_of_another_day(table):
    assert origin_problem(table, "tomorrow") == "made from another plan, other code or other data"


@pytest.mark.parametrize("text", ["a\n2\n", "a\n"])
def test_a_file_that_was_edited_or_cut_short(table, text):
    table.write_text(text)
    assert origin_problem(table, "today") == "changed since it was made"


@pytest.mark.parametrize("note", [None, "", "[]", "{}"])
def test_a_file_that_nothing_is_known_of(table, note):
    (path,) = table.parent.glob(".*.origin")
    path.unlink() if note is None else path.write_text(note)
    assert origin_problem(table, "today") == "nothing says what it was made from"


def test_a_full_disk_under_a_note_is_one_sentence(table, tmp_path, monkeypatch):
    def full(path, content):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(origins, "run_function", lambda *_, **__: None)
    monkeypatch.setattr(origins, "write_whole", full)
    job = SimpleNamespace(log=[str(tmp_path / "log")], output=[table], params={"origin": "today"})
    with pytest.raises(SystemExit, match=r"table1.* cannot be written .* make room and run again"):
        make_files(job, "json:dumps", {})
