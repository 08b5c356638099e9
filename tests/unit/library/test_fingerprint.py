"""Which edits of the library a cell's fingerprint sees."""

import shutil
from pathlib import Path

import pytest

from reprise import fingerprint as fingerprint_module
from reprise import inventory
from reprise.fingerprint import fingerprint
from reprise.inventory import find

LIBRARY = inventory.LIBRARY


def clear_caches():
    for function in (
        inventory.library_modules,
        inventory.entries,
        fingerprint_module._definitions,
        fingerprint_module._imports,
        fingerprint_module._references,
        fingerprint_module._code,
        fingerprint_module._digest,
    ):
        function.cache_clear()


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A copy of the library that a test may edit, in the place of the real one."""
    copy = tmp_path / "reprise"
    shutil.copytree(LIBRARY, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(inventory, "LIBRARY", copy)
    clear_caches()
    yield copy
    clear_caches()


def of(kind, name):
    clear_caches()
    return fingerprint([find(kind, name, "test")])


def edit(path: Path, old: str, new: str):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_editing_a_model_changes_that_model_only(library):
    before = of("model", "mgnet"), of("model", "resnet56"), of("schedule", "cosine")
    edit(library / "nets" / "mgnet.py", "features.mean((2, 3))", "features.mean((3, 2))")
    after = of("model", "mgnet"), of("model", "resnet56"), of("schedule", "cosine")
    assert before[0] != after[0]
    assert before[1:] == after[1:]


def test_editing_what_a_model_calls_changes_it(library):
    before = of("model", "mgnet")
    edit(library / "nets" / "mgnet.py", "kernel_size=3", "kernel_size=5")
    assert of("model", "mgnet") != before


def test_comments_docstrings_and_blank_lines_do_not_count(library):
    before = of("model", "mgnet")
    path = library / "nets" / "mgnet.py"
    edit(path, "self.head = nn.Linear", "# The classifier.\n\n        self.head = nn.Linear")
    edit(path, "MgNet (He and Xu, 2019): smoothing", "MgNet: smoothing")
    assert of("model", "mgnet") == before


def test_layout_does_not_count_but_indentation_does(library):
    path = library / "nets" / "mgnet.py"
    before = of("model", "mgnet")
    broken = "(\n            channels,\n            classes,\n        )"
    edit(path, "self.head = nn.Linear(channels, classes)", f"self.head = nn.Linear{broken}")
    assert of("model", "mgnet") == before
    line = "residual = self.residual(features, data)\n"
    edit(path, " " * 16 + line, " " * 16 + "pass\n" + " " * 12 + line)
    assert of("model", "mgnet") != before


def test_formatted_strings_are_compared_by_what_they_say():
    text = fingerprint_module._significant_text
    assert text('x = f"{ a }b"\n') == text('x = f"{a}b"\n')
    assert text('x = f"{a}b"\n') != text('x = f"{a}c"\n')
    assert text('x = f"{{a}}"\n') == text('x = f"{a}"\n')  # the price of comparing versions


def test_adding_a_schedule_changes_no_other(library):
    before = of("schedule", "cosine"), of("schedule", "one_cycle")
    with (library / "optim" / "schedules.py").open("a") as stream:
        stream.write(
            '\n\n@schedules.register("linear")\n'
            "def linear(progress: Progress, *, learning_rate: float) -> float:\n"
            '    """Linear decay."""\n'
            "    return learning_rate * (1 - progress.epoch / progress.epochs)\n"
        )
    assert (of("schedule", "cosine"), of("schedule", "one_cycle")) == before
    assert of("schedule", "linear") not in before


def test_a_helper_in_another_module_counts(library):
    before = of("schedule", "step"), of("schedule", "constant")
    edit(library / "optim" / "progress.py", "update: int", "update: float")
    after = of("schedule", "step"), of("schedule", "constant")
    assert before[0] != after[0]


def test_the_engine_version_changes_every_fingerprint(library, monkeypatch):
    before = of("model", "mgnet")
    monkeypatch.setattr(fingerprint_module, "ENGINE_VERSION", 10_000)
    assert of("model", "mgnet") != before


def test_rendering_and_analysis_are_in_no_fingerprint_of_a_cell(library):
    before = of("model", "mgnet"), of("norm", "general"), of("schedule", "sigmoid")
    for room in ("rendering", "analysis"):
        for path in (library / room).rglob("*.py"):
            path.write_text(path.read_text() + "\nADDED = 1\n")
    assert (of("model", "mgnet"), of("norm", "general"), of("schedule", "sigmoid")) == before
