"""Memory that freed tensors leave to the next ones."""

import ctypes
import resource
import subprocess
import sys
from types import SimpleNamespace

import pytest

from reprise.inventory import LIBRARY
from reprise.training.machine import process

# Twenty rounds of activations of an update: three blocks that are made, written and freed.
UPDATES = """
import resource, sys
sys.path.insert(0, {library!r})
import torch
from reprise.training.machine.process import keep_freed_memory
largest = keep_freed_memory() if {keep} else 0
def update():
    blocks = [torch.ones({floats}) for _ in range(3)]
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(3):
    update()
before = faults()
for _ in range(20):
    update()
print(faults() - before, largest)
"""


# Half a GiB is made and freed, and the resident memory read before and after it is given back.
RESIDENT = """
import os, sys
sys.path.insert(0, {library!r})
import torch
from reprise.training.machine.process import give_back_memory, keep_freed_memory
keep_freed_memory()
blocks = [torch.ones(2**22) for _ in range(32)]
del blocks
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
before = resident()
give_back_memory()
print(before, resident())
"""


def page_faults(*, keep, mebibytes):
    """How often the system hands out a page in twenty rounds, and up to which size blocks are
    kept."""
    code = UPDATES.format(library=str(LIBRARY.parent), keep=keep, floats=mebibytes * 2**18)
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    faults, largest = map(int, answer.stdout.split())
    return faults, largest


@pytest.mark.parametrize("mebibytes", [16, 40])
def test_pages_are_handed_out_once(mebibytes):
    """Also in blocks beyond 32 MiB, which the C library maps one by one otherwise."""
    kept, largest = page_faults(keep=True, mebibytes=mebibytes)
    if largest < mebibytes * 2**20:
        pytest.skip(f"this C library keeps blocks of up to {largest} bytes alone")
    pages = 20 * 3 * mebibytes * 2**20 // resource.getpagesize()
    # A system that is short of memory takes pages back in between, two of twenty times or three.
    assert kept < pages / 5
    # Smaller blocks the C library may come to keep by itself.
    if mebibytes > 32:
        returned, _ = page_faults(keep=False, mebibytes=mebibytes)
        assert returned > pages / 2


def test_an_older_library_that_refuses_large_blocks_is_asked_for_smaller_ones(monkeypatch):
    asked = []

    def mallopt(parameter, value):
        asked.append((parameter, value))
        return int(value <= 2**25)

    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace(mallopt=mallopt))
    assert process.keep_freed_memory() == 2**25
    assert asked == [
        (process.M_TRIM_THRESHOLD, process.NEVER),
        (process.M_MMAP_THRESHOLD, 2**31 - 1),
        (process.M_MMAP_THRESHOLD, 2**25),
    ]


def test_another_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace())
    assert process.keep_freed_memory() == 0
    process.give_back_memory()


def test_what_is_free_is_given_back_where_it_is_asked_for():
    code = RESIDENT.format(library=str(LIBRARY.parent))
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    before, after = map(int, answer.stdout.split())
    assert after < before - 400 * 2**20
