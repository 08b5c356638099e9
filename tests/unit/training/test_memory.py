"""Memory that freed tensors leave to the next ones."""

import ctypes
import subprocess
import sys
from types import SimpleNamespace

import pytest

from reprise.inventory import LIBRARY
from reprise.training import memory

# Twenty rounds of activations of an update: three blocks that are made, written and freed.
UPDATES = """
import resource, sys
sys.path.insert(0, {library!r})
import torch
from reprise.training.memory import keep_freed_memory
if {keep}:
    assert keep_freed_memory()
def update():
    blocks = [torch.ones({floats}) for _ in range(3)]
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(3):
    update()
before = faults()
for _ in range(20):
    update()
print(faults() - before)
"""


def page_faults(*, keep, mebibytes):
    """How often the system hands out a page in twenty rounds."""
    code = UPDATES.format(library=str(LIBRARY.parent), keep=keep, floats=mebibytes * 2**18)
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    return int(answer.stdout)


@pytest.mark.parametrize("mebibytes", [16, 40])
def test_pages_are_handed_out_once(mebibytes):
    """Also in blocks beyond 32 MiB, which the C library maps one by one otherwise."""
    kept, returned = (page_faults(keep=keep, mebibytes=mebibytes) for keep in (True, False))
    assert kept < returned / 5


def test_an_older_library_that_refuses_large_blocks_is_asked_for_smaller_ones(monkeypatch):
    asked = []

    def mallopt(parameter, value):
        asked.append((parameter, value))
        return int(value <= 2**25)

    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace(mallopt=mallopt))
    assert memory.keep_freed_memory()
    assert asked == [
        (memory.MAPPING_THRESHOLD, 2**31 - 1),
        (memory.MAPPING_THRESHOLD, 2**25),
        (memory.TRIM_THRESHOLD, memory.NEVER),
    ]


def test_another_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace())
    assert not memory.keep_freed_memory()
