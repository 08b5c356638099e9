"""Asks the server for a fork, and starts the server where there is none."""

import fcntl
import hashlib
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from reprise.forking.messages import receive, send
from reprise.inventory import library_files
from reprise.logs import logged

# A server must not outlive its job's place in a cluster, so every job there is on its own.
CLUSTER_JOBS = ("SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "JOB_ID")
NO_FORK = {"status": None}
# What a process reads once, when it imports torch.
READ_AT_IMPORT = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "CUDA_HOME", "LD_LIBRARY_PATH")


def run_function(
    function: str, argument: Any, log: str, *, fork: bool, imports: Sequence[str] = ()
) -> None:
    """Run a function with everything that it prints sent to a log file; exit as it ends.

    Args:
        function: as ``package.module:name``.
        argument: plain data, the function's only argument.
        fork: whether to run it in a fork of the server, where there can be one.
        imports: modules that the server imports beside the function's own.
    """
    if not (fork and can_fork()):
        with logged(log):
            named(function)(argument)
        return
    request = {
        "function": function,
        "argument": argument,
        "log": os.path.abspath(log),
        "imports": list(imports),
        "folder": os.getcwd(),
        "environment": dict(os.environ),
    }
    reply = _reply(request)
    if reply == NO_FORK:
        with logged(log):
            named(function)(argument)
        return
    if reply is None:
        sys.exit("Error: the process that forks small jobs ended; run the same command again")
    if reply["status"]:
        sys.exit(reply["status"] % 256)  # that of an end by a signal is negative


def _reply(request: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the server says of a request: the status with which the fork ended, ``NO_FORK`` where
    none can be had, or None where the server ended meanwhile."""
    try:
        connection = _connected()
    except OSError:
        return NO_FORK
    with connection:
        try:
            send(connection, request, files=(1, 2))
        except OSError:
            return NO_FORK
        try:
            return receive(connection)
        except OSError:
            return None


def named(function: str) -> Any:
    """The function that ``package.module:name`` names."""
    module, name = function.split(":")
    return getattr(import_module(module), name)


def can_fork(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether forks are safe (macOS's libraries do not survive them) and stay on this machine."""
    return sys.platform == "linux" and not any(name in environment for name in CLUSTER_JOBS)


def _connected() -> socket.socket:
    """A connection to the server of this library, interpreter and environment.

    Raises:
        OSError: there is no server and none can be started.
    """
    path = server_path()
    connection = socket.socket(socket.AF_UNIX)
    try:
        with Path(f"{path}.lock").open("w") as lock, short_path(path) as address:
            # Connecting, starting and ending a server exclude each other.
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                connection.connect(address)
            except (FileNotFoundError, ConnectionRefusedError):
                _start_server(path)
                connection.connect(address)
    except OSError:
        connection.close()
        raise
    return connection


def server_path() -> Path:
    """Where the server of this library, interpreter and environment listens.

    Raises:
        PermissionError: the folder of all sockets is open to other users.
    """
    folder = Path(tempfile.gettempdir()) / f"reprise-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid() or folder.stat().st_mode & 0o077:
        raise PermissionError(f"{folder} does not belong to this user alone")
    return folder / _key()


@contextmanager
def short_path(path: Path) -> Iterator[str]:
    """A path of a few characters to the same place. An address of a socket has room for a hundred
    only, and folders for temporary files may have longer names."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def _key() -> str:
    """Names a server; another one is needed once a source file changes."""
    sources = library_files()
    changes = [(str(p), s.st_mtime_ns, s.st_size) for p in sources for s in [p.stat()]]
    read = {name: os.environ.get(name) for name in READ_AT_IMPORT}
    identity = json.dumps([sys.executable, changes, read], sort_keys=True)
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


def listening_at(path: Path) -> socket.socket:
    """A socket that listens at a path, in the place of one that nobody serves any more."""
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX)
    with short_path(path) as address:
        listening.bind(address)
    listening.listen(64)
    return listening


def _start_server(path: Path) -> None:
    with listening_at(path) as listening, Path(f"{path}.log").open("w") as log:
        subprocess.Popen(
            [sys.executable, "-m", "reprise.forking.server", str(listening.fileno()), path],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
            pass_fds=[listening.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # An interrupt of the workflow ends its jobs; the server ends when it is idle.
            start_new_session=True,
        )
