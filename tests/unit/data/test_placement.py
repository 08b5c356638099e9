"""Which images are at hand of the device, and which are streamed."""

import os

import pytest
import torch
import yaml

from reprise.data import placement
from reprise.data.placement import RESIDENT_SHARE, fits, memory_limits, usable_memory
from reprise.folders import WORKFLOW

CPU = torch.device("cpu")


@pytest.fixture
def groups(tmp_path):
    """Writes files of control groups, and what names those of this process."""

    def make(own, **limits):
        (tmp_path / "own").write_text(own)
        for name, text in limits.items():
            path = tmp_path / "groups" / name.replace("__", "/").replace("_max", ".max")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path / "groups", tmp_path / "own"

    return make


def test_limits_of_all_groups_around_the_process(groups):
    where = groups(
        "0::/slurm/job/step\n",
        slurm__job__step__memory_max="max\n",
        slurm__job__memory_max="4000\n",
        slurm__memory_max="9000\n",
    )
    assert list(memory_limits(*where)) == [4000, 9000]


def test_a_limit_of_the_older_version(groups, tmp_path):
    where = groups("12:cpuset:/a\n9:memory:/slurm\n")
    path = tmp_path / "groups" / "memory" / "slurm" / "memory.limit_in_bytes"
    path.parent.mkdir(parents=True)
    path.write_text("7000\n")
    assert list(memory_limits(*where)) == [7000]


def test_a_system_without_control_groups_has_no_limit(tmp_path):
    assert list(memory_limits(tmp_path, tmp_path / "none")) == []


def test_a_cpu_has_the_machines_memory_or_what_is_allowed(monkeypatch):
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    monkeypatch.setattr(placement, "memory_limits", lambda: [])
    assert usable_memory(CPU) == machine
    monkeypatch.setattr(placement, "memory_limits", lambda: [2**63 - 4096, 5000])
    assert usable_memory(CPU) == 5000


def test_a_gpu_has_what_is_free(monkeypatch):
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (600, 1000))
    gpu = torch.device("cuda", 0)
    assert fits(300, 0.5, gpu)
    assert not fits(301, 0.5, gpu)
    assert not fits(1, 0, gpu)


def test_the_configuration_has_the_same_default():
    schema = yaml.safe_load((WORKFLOW / "workflow" / "schemas" / "config.schema.yaml").read_text())
    assert schema["properties"]["resident_share"]["default"] == RESIDENT_SHARE
