"""Weights that networks start from, as config/weights.yaml describes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reprise.data.addresses import file_name
from reprise.data.sources import SourceFile
from reprise.errors import InputError
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice
from reprise.studies.yaml_files import read_yaml, validate


@dataclass(frozen=True)
class Weights:
    """Weights of one network.

    Attributes:
        model: whose weights these are.
        file: where they are fetched from; None: they come from a run.
        trained: the run, whose last state they are; None: they are fetched.
    """

    name: str
    title: str
    model: Choice
    file: SourceFile | None
    trained: Cell | None

    @classmethod
    def of(cls, name: str, entry: Mapping[str, Any]) -> "Weights":
        """The weights that a validated entry describes.

        Raises:
            InputError: it names neither a file nor a run, or both, or the run is no whole cell.
        """
        if ("file" in entry) == ("trained" in entry):
            found = "both" if "file" in entry else "neither"
            raise InputError(
                f"weights.{name}: expected `file`, or `trained` with the fields of a cell, found "
                f"{found}"
            )
        model = Choice.of(entry["model"], f"weights.{name}.model")
        file = entry.get("file")
        source = file and SourceFile(
            name=file_name(file["url"]),
            urls=(file["url"], *file["mirrors"]),
            sha256=file["sha256"],
            key=f"weights.{name}.file",
        )
        cell = _trained(name, model, entry["trained"]) if "trained" in entry else None
        return cls(name, entry["title"], model, source, cell)


def _trained(name: str, model: Choice, fields: Mapping[str, Any]) -> Cell:
    where = f"weights.{name}.trained"
    try:
        cell = Cell.of({**fields, "model": model.plain()}, where)
    except (TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{where}: expected all fields of a cell but the model: {error}") from None
    if cell.weights is not None:
        raise InputError(
            f"{where}.weights: expected a run that starts at random, found {cell.weights}"
        )
    return cell


def load_weights(path: Path) -> dict[str, Weights]:
    """The weights that a weights.yaml describes, by name.

    Raises:
        InputError: an entry is not as the schema says.
    """
    entries = validate(read_yaml(path), "weights", str(path))
    return {name: Weights.of(name, entry) for name, entry in entries.items()}
