"""The architecture: data flows one way through the rooms, which know no study by name."""

import ast
import re
from pathlib import Path

import pytest

import reprise
from reprise.inventory import LIBRARY, library_modules
from reprise.studies.settings import available_studies

ROOT = Path(__file__).parents[3]
ROOMS = ["studies", "data", "nets", "optim", "training", "probes", "analysis", "rendering"]
# Planning looks at what cells, data and schedules are, and no room imports it.
MAY_IMPORT = {room: set(ROOMS[: number + 1]) for number, room in enumerate(ROOMS)}
MAY_IMPORT["planning"] = {"planning", "studies", "data", "optim"}
MAY_IMPORT["estimates"] = {"estimates", "planning", "studies", "data", "optim", "training",
                           "analysis", "elsewhere"}  # fmt: skip
MAY_IMPORT["elsewhere"] = {"elsewhere", "planning", "studies", "data", "training", "probes"}
MAY_IMPORT["hooks"] = {"hooks", "data", "training"}
# It knows no room. Files are made in its forks.
MAY_IMPORT["forking"] = {"forking"}
MAY_IMPORT["data"].add("forking")
HEAVY = {"analysis": {"torch"}, "rendering": {"torch"}, "planning": {"torch", "pandas"},
         "studies": {"torch", "pandas"}}  # fmt: skip


def imported_modules(tree):
    """Every module that a source imports, wherever the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def room_of(module):
    parts = module.split(".")
    return parts[1] if parts[0] == "reprise" and len(parts) > 1 and parts[1] in MAY_IMPORT else None


def test_every_folder_is_a_room_that_newcomers_read_of():
    folders = {path.parent.name for path in LIBRARY.glob("*/__init__.py")}
    assert folders == MAY_IMPORT.keys()
    contributing = (ROOT / "CONTRIBUTING.md").read_text()
    assert [room for room in folders if f"`{room}`" not in contributing] == []
    assert [room for room in folders if room not in reprise.__doc__] == []


@pytest.mark.parametrize("name", sorted(library_modules()))
def test_a_module_imports_only_from_rooms_before_it(name):
    room = room_of(name)
    rooms = {room_of(module) for module in imported_modules(library_modules()[name].tree)} - {None}
    assert rooms <= (MAY_IMPORT[room] if room else set())


@pytest.mark.parametrize("name", sorted(library_modules()))
def test_light_rooms_import_no_heavy_package(name):
    packages = {m.split(".")[0] for m in imported_modules(library_modules()[name].tree)}
    assert not packages & HEAVY.get(room_of(name), set())


def test_no_study_is_named_in_the_library():
    pattern = re.compile("|".join(available_studies(ROOT)), re.IGNORECASE)
    named = [
        str(path.relative_to(LIBRARY))
        for path in LIBRARY.rglob("*")
        if path.suffix in {".py", ".j2", ".css", ".js"} and pattern.search(path.read_text())
    ]
    assert named == []
