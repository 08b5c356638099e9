"""What ``make clean`` removes."""

import shutil
import subprocess
from pathlib import Path

import pytest

MAKEFILE = Path(__file__).parents[3] / "Makefile"
OF_DEMO = {"results/demo", "report/demo.html", "report/.demo.html.origin",
           "report/demo-preview.html"}  # fmt: skip
OF_PAPER = {"results/paper", "report/paper.html"}

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")


@pytest.fixture
def folder(tmp_path):
    shutil.copy(MAKEFILE, tmp_path)
    for name in OF_DEMO | OF_PAPER:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def left(folder):
    return {str(path.relative_to(folder)) for path in folder.glob("re*/*")} | {
        str(path.relative_to(folder)) for path in folder.glob("re*/.*")
    }


def clean(folder, *arguments):
    return subprocess.run(
        ["make", "clean", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("arguments", [(), ("SCALE=demo",)])
def test_one_scale_is_removed(folder, arguments):
    assert clean(folder, *arguments).returncode == 0
    assert left(folder) == OF_PAPER


@pytest.mark.parametrize("scale", ["", ".", "..", "demo paper", "a/../paper", "*"])
def test_what_is_no_scale_removes_nothing(folder, scale):
    answer = clean(folder, f"SCALE={scale}")
    assert answer.returncode != 0
    assert "expected the name of one scale" in answer.stdout
    assert left(folder) == OF_DEMO | OF_PAPER
