"""A study as its YAML file declares it: recipes, axes, grids of cells, artefacts, claims."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reprise.errors import InputError, choose_among
from reprise.studies.rows import Row, rows_of
from reprise.studies.yaml_files import read_yaml, validate


@dataclass(frozen=True)
class Artefact:
    """A table, figure or result of a study; ``content`` is its validated YAML."""

    id: str
    content: Mapping[str, Any]
    rows: tuple[Row, ...]

    @property
    def axes(self) -> Mapping[str, Any]:
        """Axes by id, in order."""
        return self.content["axes"]

    @property
    def trained(self) -> bool:
        """Whether its cells are trained; otherwise a probe computes it from their descriptions."""
        return self.content["probe"] is None


@dataclass(frozen=True)
class Study:
    """One study; ``content`` is its validated YAML, ``path`` the file for messages."""

    id: str
    path: str
    content: Mapping[str, Any]
    artefacts: Mapping[str, Artefact]

    @property
    def claims(self) -> Mapping[str, Mapping[str, Any]]:
        """Claims by id."""
        return self.content["claims"]


def load_study(path: Path, where: str) -> Study:
    """Read a study.

    Args:
        path: its YAML file; the stem is the study's id.
        where: how messages call the file.

    Raises:
        InputError: one sentence with file and key.
    """
    content = validate(read_yaml(path, where), "study", where)
    content["artefacts"] = {
        name: _with_shared_axes(artefact, content["axes"], f"{where}: artefacts.{name}")
        for name, artefact in content["artefacts"].items()
    }
    _check_arms(content["artefacts"], where)
    recipes = content["recipes"]
    artefacts = {
        name: Artefact(
            name, artefact, tuple(rows_of(artefact, recipes, f"{where}: artefacts.{name}"))
        )
        for name, artefact in content["artefacts"].items()
    }
    return Study(path.stem, where, content, artefacts)


def _with_shared_axes(artefact: Mapping, shared: Mapping, where: str) -> dict[str, Any]:
    axes = {}
    for name, axis in artefact["axes"].items():
        if axis is None and name not in shared:
            raise InputError(f"{where}.axes.{name}: no shared axis; {choose_among(name, shared)}")
        axes[name] = shared[name] if axis is None else axis
    return {**artefact, "axes": axes}


def _check_arms(artefacts: Mapping[str, Mapping[str, Any]], where: str) -> None:
    """Refuse an axis value that changes an arm which no artefact has.

    An axis may be shared by artefacts with other arms, so that one with the arm is enough.
    """
    arms = {arm for artefact in artefacts.values() for arm in artefact["arms"]}
    for name, artefact in artefacts.items():
        for axis, content in artefact["axes"].items():
            for value, item in content["values"].items():
                for arm in item["arms"]:
                    if arm not in arms:
                        raise InputError(
                            f"{where}: artefacts.{name}.axes.{axis}.{value}.arms: no artefact has "
                            f"the arm {arm!r}; {choose_among(arm, arms)}"
                        )
