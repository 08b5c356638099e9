"""The room of analysis renders archived results on machines without torch."""

import subprocess
import sys
from pathlib import Path

import reprise

SCRIPT = """
import pkgutil, sys
import reprise.analysis
for module in pkgutil.walk_packages(reprise.analysis.__path__, "reprise.analysis."):
    __import__(module.name)
assert "torch" not in sys.modules
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
