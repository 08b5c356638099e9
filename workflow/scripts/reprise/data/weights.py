"""Weights that networks start from, as config/weights.yaml describes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reprise.data.addresses import file_name
from reprise.data.sources import SourceFile
from reprise.errors import InputError, choose_among
from reprise.inventory import entries_of
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice
from reprise.studies.yaml_files import read_yaml, validate


@dataclass(frozen=True)
class Weights:
    """Weights of one network.

    Attributes:
        model: whose weights these are; None: they are of a backbone.
        backbone: the classifier whose weights these are, as models on it name it.
        file: where they are fetched from; None: they come from a run.
        trained: the run, whose last state they are; None: they are fetched.
    """

    name: str
    title: str
    model: Choice | None
    backbone: str | None
    file: SourceFile | None
    trained: Cell | None

    @classmethod
    def of(cls, name: str, entry: Mapping[str, Any]) -> "Weights":
        """The weights that a validated entry describes.

        Raises:
            InputError: it names neither a file nor a run, or both; neither a model nor a backbone,
                or both; or the run is no whole cell, or one of a backbone.
        """
        _check_one_of(name, entry, "file", "trained", "with the fields of a cell")
        _check_one_of(name, entry, "model", "backbone", "with the name of a classifier")
        if "backbone" in entry and "trained" in entry:
            raise InputError(
                f"weights.{name}: expected a `model` beside `trained`, found `backbone`: a run "
                "trains a whole network"
            )
        _check_backbone(name, entry.get("backbone"))
        model = Choice.of(entry["model"], f"weights.{name}.model") if "model" in entry else None
        file = entry.get("file")
        source = file and SourceFile(
            name=file_name(file["url"]),
            urls=(file["url"], *file["mirrors"]),
            sha256=file["sha256"],
            key=f"weights.{name}.file",
        )
        cell = _trained(name, model, entry["trained"]) if "trained" in entry else None
        return cls(name, entry["title"], model, entry.get("backbone"), source, cell)

    def misfit(self, model: Choice) -> str | None:
        """Why a model cannot start from them, as the end of a sentence; None where it can: it is
        the one that they are of, or stands on their backbone as that was published."""
        if self.model is not None:
            return None if self.model == model else f"which are of {self.model.plain()}"
        backbone = _backbone_of(model.name)
        if backbone.get("name") != self.backbone:
            return f"which are of the backbone {self.backbone}"
        changed = [name for name in backbone["changed_by"] if name in model.arguments]
        if not changed:
            return None
        return (
            f"which are of {self.backbone} as published, while {' and '.join(changed)} may change "
            "it: leave that out, or start at random with `weights: null`"
        )


def _backbone_of(model: str) -> Mapping[str, Any]:
    """What a model's registration says of its backbone; nothing where it stands on none."""
    return entries_of("model")[model].description.get("backbone", {})


def _check_backbone(name: str, backbone: str | None) -> None:
    known = sorted({_backbone_of(model).get("name", "") for model in entries_of("model")} - {""})
    if backbone is not None and backbone not in known:
        raise InputError(
            f"weights.{name}.backbone: unknown backbone {backbone!r}; "
            f"{choose_among(backbone, known)}"
        )


def _check_one_of(name: str, entry: Mapping[str, Any], one: str, other: str, content: str) -> None:
    if (one in entry) == (other in entry):
        found = "both" if one in entry else "neither"
        raise InputError(f"weights.{name}: expected `{one}`, or `{other}` {content}, found {found}")


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
