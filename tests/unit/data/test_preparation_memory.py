"""Preparing a large data set needs little more memory than its decoded images."""

import os
import subprocess
import sys
from types import SimpleNamespace

from reprise.planning.data_files import preparation_megabytes

SCRIPT = """
import resource, sys
from pathlib import Path
from reprise.data.preparation import prepare
from reprise.data.sources import Source, SourceFile
import numpy, sklearn.model_selection, PIL.Image, PIL.PngImagePlugin
from reprise.data.integrity import sha256_of
unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux and BSD kilobytes
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
archive, destination = map(Path, sys.argv[1:])
file = SourceFile(archive.name, (str(archive),), sha256_of(archive), "files[0]")
source = Source(
    "big", "Big", "official", "numbered-images", (file,), ("a", "b"), 3, 256, 300, 20,
    (0.5,) * 3, (0.25,) * 3, "",
)
before = peak()
prepare(source, [archive], destination)
print(peak() - before)
"""


def test_there_is_one_copy_of_the_decoded_images(make_tar, tmp_path, png):
    picture = png(1, 2, 3, size=(256, 256))
    archive = make_tar({f"{number}.png": picture for number in range(1, 321)}, "big.tar")
    destination = tmp_path / "big.safetensors"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", SCRIPT, str(archive), str(destination)]
    grown = int(subprocess.check_output(command, env=environment))
    decoded = 320 * 3 * 256**2
    assert destination.stat().st_size > decoded
    assert grown < 1.5 * decoded


def test_memory_that_is_asked_for_grows_with_the_data(make_source):
    source = make_source(channels=3, pixels=100, train_images=9_000, test_images=1_000)
    plan = SimpleNamespace(sources={source.name: source})
    megabytes = preparation_megabytes(plan, source)
    assert megabytes == 500 + 2 * 300
    assert preparation_megabytes(plan, source.resized(10)) == megabytes, "decoded before resizing"
    assert preparation_megabytes(plan, source.resized(200)) == 500 + 2 * 1200
