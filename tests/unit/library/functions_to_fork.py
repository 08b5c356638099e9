"""What the tests of forks run in them."""

import os
import sys
import time
from pathlib import Path

from reprise.errors import InputError


def describe(path):
    """Write what this process is to a file."""
    loaded = "fractions" in sys.modules
    Path(path).write_text(f"{os.getpid()} {os.getppid()} {os.getcwd()} {loaded}")
    print("described")


def refuse(sentence):
    raise InputError(sentence)


def fail(_):
    raise ValueError("a mistake")


def end_by_signal(_):
    os.abort()


def wait(path):
    """Wait for a long time, after saying so in a file."""
    Path(path).write_text(str(os.getpid()))
    time.sleep(60)
