"""The list of what is out of date, which is newer than all of it."""

import os
import time

import pytest

from reprise.hooks.out_of_date import OutOfDate


@pytest.fixture
def output(tmp_path):
    path = tmp_path / "table1.csv"
    path.write_text("old")
    return path


@pytest.fixture
def listed(tmp_path):
    return OutOfDate(tmp_path / "logs" / "out_of_date.txt", is_main_process=True)


def test_nothing_is_written_where_nothing_is_out_of_date(listed, output):
    assert listed.inputs([str(output)], None) == []
    assert listed.inputs([str(output.with_name("missing"))], "other data") == []
    assert not listed.file.exists()


@pytest.mark.parametrize("ahead", [-10, 1000])
def test_the_list_is_newer_than_what_it_names(listed, output, ahead):
    os.utime(output, (time.time() + ahead,) * 2)
    assert listed.inputs([str(output)], "other data") == [str(listed.file)]
    assert listed.file.stat().st_mtime_ns > output.stat().st_mtime_ns
    assert f"{output}: other data\n" in listed.file.read_text()


def test_two_lists_of_the_same_files_differ(tmp_path, output):
    """Snakemake takes a small file of the same contents for one that has not changed."""
    texts = []
    for _ in range(2):
        one = OutOfDate(tmp_path / "list.txt", is_main_process=True)
        one.inputs([str(output)], "other data")
        one.inputs([str(output)], "other data")
        texts.append(one.file.read_text())
    assert texts[0] != texts[1]
    assert texts[1].count("other data") == 1


def test_a_job_on_a_cluster_does_what_it_is_told(tmp_path, output):
    one = OutOfDate(tmp_path / "list.txt", is_main_process=False)
    assert one.inputs([str(output)], "other data") == []
    assert not one.file.exists()
