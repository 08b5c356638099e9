"""Servers of forked jobs, whose imports from other projects are done once for all tests.

Every copy of the project has a server of its own, since its library is its own. PyTorch, pandas and
matplotlib are the same in all of them, and take longer to import than most jobs take to run. A
server from here is a fork of a process that has imported them. It listens where the first job of a
copy would start one.

As a script: reads calls as lines of JSON, and answers each with a line once a server listens.
"""

import fcntl
import gc
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

# What jobs import from others.
IMPORTED_BY_JOBS = ("torch._dynamo", "torchvision", "pandas", "matplotlib.pyplot", "scipy.stats")
# As Snakemake gives it to a job. PyTorch reads it once, when it is imported.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def serve_jobs(folder: Path, environment: Mapping[str, str]) -> None:
    """Let the jobs of a project that have one thread be forks of a server from here.

    Args:
        folder: of the project, which holds its library.
        environment: of Snakemake.
    """
    call = {"folder": str(folder), "environment": {**environment, **ONE_THREAD}}
    server = _server()
    server.stdin.write(json.dumps(call) + "\n")
    server.stdin.flush()
    server.stdout.readline()


@cache
def _server() -> subprocess.Popen:
    """Ends with this process, which closes its input then."""
    command = [sys.executable, str(Path(__file__))]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, stdin=pipe, stdout=pipe, text=True, env={**os.environ, **ONE_THREAD}
    )


def _main() -> None:
    for name in IMPORTED_BY_JOBS:
        import_module(name)
    gc.freeze()
    for line in sys.stdin:
        call = json.loads(line)
        child = os.fork()
        if child == 0:
            os.setsid()
            _listen(**call)
        os.waitpid(child, 0)
        print(flush=True)


def _listen(folder: str, environment: Mapping[str, str]) -> None:
    """End this process once a server listens, which is a process of its own."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[0] = str(Path(folder, "workflow", "scripts"))
    from reprise.forking.client import listening_at, server_path
    from reprise.forking.server import Server

    path = server_path()
    with Path(f"{path}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if path.exists():
            os._exit(0)
        listening = listening_at(path)
    if os.fork() > 0:
        os._exit(0)
    for descriptor, (name, flags) in enumerate(
        [(os.devnull, os.O_RDONLY)] + [(f"{path}.log", os.O_WRONLY | os.O_CREAT)] * 2
    ):
        os.dup2(os.open(name, flags), descriptor)
    Server(listening, path).serve()
    os._exit(0)


if __name__ == "__main__":
    _main()
