"""Parts of the kit: phases that fail or last, the tar of finished runs, packages that travel."""

import json
import os
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import pytest
from cpu_recorder import CpuRecorder
from other_machine import training

from reprise.errors import InputError

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def kit_folder(monkeypatch):
    """The folder of the kit is where its modules look for each other."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    monkeypatch.syspath_prepend(ROOT / "gpu" / "kit")


@pytest.fixture
def work_through(tmp_path):
    """Works through phases, given as names, seconds, functions and further arguments; how each
    ended, and what was written."""

    def work(*phases, seconds=60.0, meanwhile=lambda: None):
        from findings import Findings
        from phases import Phase, Phases

        now = time.time()
        findings = Findings(tmp_path / "kit.jsonl", now)
        made = [Phase(*arguments[:3], **dict(arguments[3:])) for arguments in phases]
        ended = Phases(findings, tmp_path, now + seconds, meanwhile).work_through(made)
        return ended, [json.loads(line) for line in findings.path.read_text().splitlines()]

    return work


def well(findings, ends):
    findings.add(found=1)
    print("said in the log")


def raising(findings, ends):
    raise ValueError("made up")


def lasting(findings, ends):
    time.sleep(60)


def dying(findings, ends):
    os.kill(os.getpid(), 9)


def test_what_fails_or_lasts_is_written_and_the_next_begins(work_through, tmp_path):
    started = time.time()
    ended, lines = work_through(
        ("raises", 9, raising), ("lasts", 1, lasting), ("dies", 9, dying), ("well", 9, well)
    )
    assert time.time() - started < 9
    assert ended == {"raises": "failed", "lasts": "late", "dies": "failed", "well": "done"}
    assert [line["error"] for line in lines if "error" in line] == ["ValueError: made up"]
    assert [(line["phase"], line["status"]) for line in lines if "status" in line] == [
        *ended.items()
    ]
    assert "Traceback" in (tmp_path / "raises.log").read_text()
    assert (tmp_path / "well.log").read_text() == "said in the log\n"


def test_what_a_late_phase_has_started_ends_with_it(work_through, tmp_path):
    def starting(findings, ends):
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        (tmp_path / "child").write_text(str(child.pid))
        child.wait()

    ended, _ = work_through(("starts", 1, starting))
    assert ended == {"starts": "late"}
    child = int((tmp_path / "child").read_text())
    for _ in range(100):
        # One that nobody has waited for is a zombie.
        state = Path(f"/proc/{child}/stat")
        if not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return
        time.sleep(0.02)
    pytest.fail("it is still at work")


def test_a_phase_in_the_background_is_waited_for_where_it_is_needed(work_through, tmp_path):
    def slow(findings, ends):
        time.sleep(0.7)
        (tmp_path / "made").touch()

    def seen(findings, ends):
        findings.add(made=(tmp_path / "made").exists())

    _, lines = work_through(
        ("slow", 9, slow, ("background", True)),
        ("early", 9, seen),
        ("late", 9, seen, ("needs", ("slow",))),
    )
    assert [line["made"] for line in lines if "made" in line] == [False, True]


def test_phases_without_time_do_not_begin(work_through):
    ended, lines = work_through(("lasts", 9, lasting), ("well", 9, well), seconds=1.5)
    assert ended == {"lasts": "late", "well": "no time left"}
    assert not any("found" in line for line in lines)


def test_a_full_disk_costs_the_tar_and_no_phase(work_through):
    def full():
        raise OSError(28, "No space left on device")

    ended, lines = work_through(("well", 9, well), meanwhile=full)
    assert ended == {"well": "done"}
    assert "No space left" in lines[-1]["error"]


def finished_run(results, name, size=10):
    folder = results / "cells" / name
    folder.mkdir(parents=True)
    (folder / "history.csv").write_bytes(bytes(size))
    (folder / "metrics.json").write_text("{}")
    return folder


def test_the_tar_holds_what_is_finished_and_no_more_than_its_bytes(tmp_path, monkeypatch):
    from finished_runs import FinishedRuns

    monkeypatch.chdir(tmp_path)
    results, tar = Path("results/mini"), tmp_path / "finished.tar"
    first = finished_run(results, "a")
    finished_run(results, "checkpoints")
    (results / "cells" / "begun").mkdir()
    (results / "cells" / "begun" / "history.csv").touch()
    runs = FinishedRuns(results, tar, most=40_000)
    runs.swap()
    with tarfile.open(tar) as opened:
        assert opened.getnames() == [f"{first}/history.csv", f"{first}/metrics.json"]
    before = tar.stat().st_ino
    runs.swap()
    assert tar.stat().st_ino == before, "nothing new"
    second, large = finished_run(results, "b"), finished_run(results, "c", 50_000)
    runs.swap()
    assert runs.kept == (first, second)
    assert runs.left_out == (large,)
    assert tar.stat().st_size <= 40_000
    assert not list(tmp_path.glob("*.partial"))


def test_wheels_are_importable_here_and_in_what_is_started(tmp_path, monkeypatch):
    from wheels import unpack_wheels

    with zipfile.ZipFile(tmp_path / "made_up_package-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("made_up_package.py", "WORD = 'there'")
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setenv("PYTHONPATH", "before")
    names = unpack_wheels(tmp_path, tmp_path / "packages")
    assert names == ["made_up_package-1.0-py3-none-any.whl"]
    code = "import made_up_package; print(made_up_package.WORD)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "there\n"
    assert os.environ["PYTHONPATH"].startswith("before:")
    assert unpack_wheels(tmp_path / "none", tmp_path / "other") == []


def test_gradients_that_differ_fail_the_phase(tmp_path, monkeypatch):
    import gradients
    import torch
    from findings import Findings

    plain = gradients._first_update

    def other(sample, device):
        update, found = plain(sample, device)
        return update, [g * 1.1 for g in found] if device.index == 0 else found

    monkeypatch.setattr(gradients, "_first_update", other)
    findings = Findings(tmp_path / "kit.jsonl", time.time())
    with pytest.raises(RuntimeError, match="1 differ"):
        gradients.compare_gradients(
            findings, time.time() + 60, device=torch.device("cpu", 0), most=1
        )
    line = json.loads(findings.path.read_text().splitlines()[0])
    assert line["relative_difference"] == pytest.approx(0.1, rel=1e-3)


@pytest.fixture
def prepared(machine):
    """Prepares what the list of the machine names; what was written."""

    def prepare(archives="none"):
        from findings import Findings
        from prepared_data import prepare_listed

        findings = Findings(machine.folder / "kit.jsonl", time.time())
        prepare_listed(findings, time.time() + 60, listed=machine.list, archives=Path(archives))
        return [json.loads(line) for line in findings.path.read_text().splitlines()]

    return prepare


def test_data_that_are_not_there_are_made(machine, prepared):
    machine.ask_for(training())
    assert prepared()[-1]["was_there"]
    machine.prepared.unlink()
    line = prepared()[-1]
    assert (line["was_there"], line["as_listed"]) == (False, True)
    assert machine.prepared.is_file()


def test_other_data_than_listed_fail(machine, prepared):
    machine.ask_for(training())
    content = bytearray(machine.prepared.read_bytes())
    content[-1] ^= 1
    machine.prepared.write_bytes(content)
    with pytest.raises(InputError, match="expected data with the SHA-256"):
        prepared()


def test_updates_are_timed_in_the_faster_layout_with_recordings(tmp_path, monkeypatch):
    import timed_updates
    import torch
    from findings import Findings

    findings = Findings(tmp_path / "kit.jsonl", time.time())
    timed_updates.time_updates(
        findings,
        time.time() + 60,
        device=torch.device("cpu"),
        recorder=lambda device: CpuRecorder(),
        scale="demo",
        cells=[("resnet56", "batch", 16), ("resnet56", "no norm", 16)],
        count=3,
    )
    *lines, missing = [json.loads(line) for line in findings.path.read_text().splitlines()]
    assert [line["updates"] for line in lines] == [
        "eager", "eager", "gradients replayed", "updates replayed"
    ]  # fmt: skip
    faster = max(lines[:2], key=lambda line: line["images_per_second"])
    for line in lines[2:]:
        assert line["layout"] == faster["layout"]
        ratio = line["images_per_second"] / faster["images_per_second"]
        assert line["times_eager"] == pytest.approx(ratio)
    assert missing["error"] == "no such cell at the scale demo"


CONTROL = """#!/bin/sh
[ "$1" = -d ] || read word
echo "$1$word $CUDA_MPS_PIPE_DIRECTORY" >> "$SAID"
[ "$1" != "$FAILS" ] || { echo no >&2; exit 1; }
"""


@pytest.fixture
def mps_control(tmp_path, monkeypatch):
    """A made-up daemon; what it was asked for, and in which folder."""
    (tmp_path / "nvidia-cuda-mps-control").write_text(CONTROL)
    (tmp_path / "nvidia-cuda-mps-control").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("SAID", str(tmp_path / "said"))
    monkeypatch.setenv("CUDA_MPS_PIPE_DIRECTORY", "/before")
    return lambda: [line.split() for line in (tmp_path / "said").read_text().splitlines()]


def test_a_daemon_of_our_own_ends_with_us(mps_control):
    from mps import has_mps, mps

    assert has_mps()
    with pytest.raises(KeyError), mps():
        inside = os.environ["CUDA_MPS_PIPE_DIRECTORY"]
        assert inside != "/before"
        raise KeyError
    assert mps_control() == [["-d", inside], ["quit", inside]]
    assert os.environ["CUDA_MPS_PIPE_DIRECTORY"] == "/before"
    assert "CUDA_MPS_LOG_DIRECTORY" not in os.environ
    assert not Path(inside).exists()


def test_a_daemon_that_does_not_start_says_why(mps_control, monkeypatch):
    from mps import mps

    monkeypatch.setenv("FAILS", "-d")
    with pytest.raises(RuntimeError, match="-d: no"), mps():
        pass
