"""An archived results folder is rendered on machines without torch."""

import subprocess
import sys
from pathlib import Path

import reprise

SCRIPT = """
import pkgutil, sys
import reprise.rendering
for module in pkgutil.walk_packages(reprise.rendering.__path__, "reprise.rendering."):
    __import__(module.name)
assert "torch" not in sys.modules
assert "matplotlib.pyplot" not in sys.modules
"""


def test_every_module_imports_without_torch() -> None:
    library = Path(reprise.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={"PYTHONPATH": str(library)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
