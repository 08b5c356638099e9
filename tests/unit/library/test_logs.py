"""What a job prints, on disks with and without room."""

import errno
import os

import pytest

from reprise.errors import InputError
from reprise.logs import logged


def test_a_full_disk_costs_the_log_and_not_the_job():
    done = 0
    with logged("/dev/full"):
        for _ in range(3000):
            print("a line of a log that no disk takes")
            done += 1
    assert done == 3000


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_no_room_is_one_sentence(tmp_path, capsys, number):
    log = tmp_path / "log"
    with pytest.raises(SystemExit) as end, logged(log):
        raise OSError(number, os.strerror(number), "results/table.csv")
    assert end.value.code == 1
    sentence = f"Error: results/table.csv cannot be written ({os.strerror(number)}): make room and "
    assert capsys.readouterr().err.startswith(sentence)
    assert log.read_text().startswith(sentence)


def test_a_sentence_for_a_person_has_no_traceback(tmp_path, capsys):
    with pytest.raises(SystemExit), logged(tmp_path / "log"):
        raise InputError("use another")
    assert capsys.readouterr().err == "Error: use another\n"
    assert (tmp_path / "log").read_text() == "Error: use another\n"


def test_any_other_error_goes_on_with_its_traceback_in_the_log(tmp_path):
    with pytest.raises(OSError, match="gone"), logged(tmp_path / "log"):
        raise OSError(errno.EIO, "gone")
    assert "Traceback" in (tmp_path / "log").read_text()


def test_two_logs_in_one_file_leave_no_hole(tmp_path):
    log = tmp_path / "log"
    with logged(log):
        print("the first")
        with logged(log):
            print("the second")
        print("the first again")
    assert log.read_text() == "the second\nthe first again\n"
