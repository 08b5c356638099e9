"""Functions in forks: what the process that asked for one sees of it."""

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reprise.forking.client import CLUSTER_JOBS, NO_FORK, can_fork
from reprise.forking.messages import receive, send
from reprise.forking.server import Server

ASK = """
import sys
from reprise.forking.client import run_function
run_function("functions_to_fork:" + sys.argv[1], sys.argv[2], sys.argv[3], fork=True,
             imports=["fractions", "no_such_module"])
"""


@pytest.fixture
def ask(tmp_path):
    """Start a process that asks for a function in a fork, with a server of this test."""
    paths = [*sys.path, str(Path(__file__).parent)]
    # The tests themselves may be a job of a cluster.
    here = {name: value for name, value in os.environ.items() if name not in CLUSTER_JOBS}
    here |= {"PYTHONPATH": os.pathsep.join(paths), "TMPDIR": str(tmp_path)}

    def start(function, argument="", folder=tmp_path, **environment):
        return subprocess.Popen(
            [sys.executable, "-c", ASK, function, str(argument), "log.txt"],
            env=here | environment,
            cwd=folder,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


def ended(process):
    _, said = process.communicate(timeout=30)
    return process.returncode, said


def waited_for(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def is_running(process_id):
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def test_forks_of_one_server_run_where_they_were_asked_for(ask, tmp_path):
    folders = [tmp_path / name for name in ("a", "b")]
    for folder in folders:
        folder.mkdir()
    processes = [ask("describe", "said.txt", folder) for folder in folders]
    assert [ended(process) for process in processes] == [(0, "")] * 2
    said = [(folder / "said.txt").read_text().split() for folder in folders]
    assert said[0][0] != said[1][0], "two processes"
    assert said[0][1] == said[1][1] != str(os.getpid()), "of one server"
    assert [Path(words[2]) for words in said] == folders
    assert [words[3] for words in said] == ["True"] * 2, "imported ahead"
    assert (folders[0] / "log.txt").read_text() == "described\n"


def test_a_refusal_is_one_sentence_on_the_terminal_and_in_the_log(ask, tmp_path):
    assert ended(ask("refuse", "use another")) == (1, "Error: use another\n")
    assert (tmp_path / "log.txt").read_text() == "Error: use another\n"


def test_a_mistake_leaves_its_traceback_in_the_log(ask, tmp_path):
    status, said = ended(ask("fail"))
    assert status == 1
    assert "ValueError: a mistake" in said
    assert "ValueError: a mistake" in (tmp_path / "log.txt").read_text()


def test_an_end_by_a_signal_is_a_failure(ask):
    status, _ = ended(ask("end_by_signal"))
    assert status == 256 - signal.SIGABRT


def test_the_fork_ends_with_the_process_that_asked_for_it(ask, tmp_path):
    process = ask("wait", "process.txt")
    started = tmp_path / "process.txt"
    waited_for(lambda: started.exists() and started.read_text())
    fork = int(started.read_text())
    process.kill()
    process.communicate()
    waited_for(lambda: not is_running(fork))
    assert ended(ask("describe", "said.txt")) == (0, ""), "the server goes on"


@pytest.mark.parametrize("name", CLUSTER_JOBS)
def test_cluster_jobs_share_nothing(ask, tmp_path, name):
    processes = [ask("describe", f"{count}.txt", **{name: "7"}) for count in range(2)]
    assert [ended(process) for process in processes] == [(0, "")] * 2
    said = [(tmp_path / f"{count}.txt").read_text().split() for count in range(2)]
    assert [int(words[0]) for words in said] == [process.pid for process in processes]
    assert not list(tmp_path.glob("reprise-*")), "no server"


@pytest.fixture
def long_folder(tmp_path):
    folder = tmp_path / ("x" * 100) / ("y" * 100)
    folder.mkdir(parents=True)
    return folder


def test_folders_of_long_names_have_a_server_too(ask, tmp_path, long_folder):
    processes = [ask("describe", f"{count}.txt", TMPDIR=str(long_folder)) for count in range(2)]
    assert [ended(process) for process in processes] == [(0, "")] * 2
    said = [(tmp_path / f"{count}.txt").read_text().split() for count in range(2)]
    assert said[0][1] == said[1][1] != str(os.getpid()), "of one server"
    assert list(long_folder.glob("reprise-*/*")), "which is there"


def assert_ran_by_itself(process, folder):
    assert ended(process) == (0, "")
    assert (folder / "said.txt").read_text().split()[0] == str(process.pid)
    assert (folder / "log.txt").read_text() == "described\n"


def test_a_folder_that_is_no_folder_makes_a_job_of_its_own(ask, tmp_path):
    (tmp_path / f"reprise-{os.getuid()}").write_text("a file")
    assert_ran_by_itself(ask("describe", "said.txt"), tmp_path)


def test_a_folder_of_others_makes_a_job_of_its_own(ask, tmp_path):
    (tmp_path / f"reprise-{os.getuid()}").mkdir()
    (tmp_path / f"reprise-{os.getuid()}").chmod(0o777)
    assert_ran_by_itself(ask("describe", "said.txt"), tmp_path)


def test_a_server_that_can_not_fork_makes_a_job_of_its_own(tmp_path, monkeypatch):
    """As where no memory or no process is left."""

    def no_fork():
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", no_fork)
    monkeypatch.setattr("reprise.forking.server.IDLE_SECONDS", 0.1)
    with socket.socket(socket.AF_UNIX) as listening, socket.socket(socket.AF_UNIX) as asking:
        listening.bind(str(tmp_path / "socket"))
        listening.listen()
        asking.connect(str(tmp_path / "socket"))
        send(asking, {"imports": [], "function": "os:getpid"}, files=(1, 2))
        Server(listening, tmp_path / "socket").serve()
        assert receive(asking) == NO_FORK


def test_forks_are_for_linux(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    assert can_fork({})
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not can_fork({})


def test_an_idle_server_ends_and_removes_its_socket(tmp_path, monkeypatch):
    monkeypatch.setattr("reprise.forking.server.IDLE_SECONDS", 0.1)
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        Server(listening, path).serve()
    assert not path.exists()


def test_a_server_whose_folder_is_gone_ends(tmp_path, monkeypatch):
    monkeypatch.setattr("reprise.forking.server.IDLE_SECONDS", 0.1)
    folder = tmp_path / "folder"
    folder.mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "socket"))
        listening.listen()
        (folder / "socket").unlink()
        folder.rmdir()
        Server(listening, folder / "socket").serve()
