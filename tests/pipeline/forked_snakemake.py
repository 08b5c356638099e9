"""Snakemake, imported once and forked for every call.

Its imports take longer than most of what tests ask of it. A fork has what ``python -m snakemake``
has after them: nothing of a project, and nothing of another call.

As a script: reads calls as lines of JSON, and answers each with a line that holds its exit status.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

IMPORTED_BY_SNAKEFILES = ("jsonschema", "pandas", "yaml")


def run_snakemake(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess:
    """What ``snakemake`` with these arguments answers in a folder."""
    with tempfile.TemporaryDirectory() as answers:
        files = {name: str(Path(answers, name)) for name in ("stdout", "stderr")}
        call = {"arguments": arguments, "folder": str(folder), "environment": environment, **files}
        server = _server()
        server.stdin.write(json.dumps(call) + "\n")
        server.stdin.flush()
        status = int(server.stdout.readline())
        output, errors = (Path(file).read_text() for file in files.values())
    return subprocess.CompletedProcess(["snakemake", *arguments], status, output, errors)


@cache
def _server() -> subprocess.Popen:
    """Ends with this process, which closes its input then."""
    command = [sys.executable, str(Path(__file__))]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _serve() -> None:
    import snakemake.cli

    snakemake.cli.get_argument_parser()  # finds and imports the plugins
    for name in IMPORTED_BY_SNAKEFILES:
        import_module(name)
    for line in sys.stdin:
        call = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(call)
            snakemake.cli.main(call["arguments"])
            return
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become(call: dict) -> None:
    """Take over the folder, the environment and the files of a call."""
    os.chdir(call["folder"])
    os.environ.clear()
    os.environ.update(call["environment"])
    sys.argv = ["snakemake", *call["arguments"]]
    # As after python -m.
    searched = call["environment"].get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:1] = [call["folder"], *filter(None, searched)]
    for descriptor, name in enumerate((os.devnull, call["stdout"], call["stderr"])):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT), descriptor)


if __name__ == "__main__":
    _serve()
