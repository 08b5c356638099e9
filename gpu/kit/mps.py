"""NVIDIA's Multi-Process Service, by a daemon of our own that ends with us."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

CONTROL = "nvidia-cuda-mps-control"
SECONDS = 10.0


def has_mps() -> bool:
    """Whether this machine can start it."""
    return shutil.which(CONTROL) is not None


@contextmanager
def mps() -> Iterator[None]:
    """Processes that start inside and use a GPU do so at the same time. No setting of the GPU is
    changed.

    Raises:
        RuntimeError: the daemon does not start.
    """
    names = ("CUDA_MPS_PIPE_DIRECTORY", "CUDA_MPS_LOG_DIRECTORY")
    before = {name: os.environ.get(name) for name in names}
    # The path of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="mps", dir="/tmp") as folder:
        os.environ.update(dict.fromkeys(names, folder))
        try:
            started = subprocess.run(
                [CONTROL, "-d"], capture_output=True, text=True, timeout=SECONDS
            )
            if started.returncode:
                raise RuntimeError(f"{CONTROL} -d: {started.stderr.strip() or started.stdout}")
            yield
        finally:
            subprocess.run([CONTROL], input="quit\n", text=True, timeout=SECONDS)
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
