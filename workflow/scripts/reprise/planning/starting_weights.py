"""Which starting weights runs need, and what they are made from."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from reprise.data.sources import SourceFile
from reprise.data.weights import Weights
from reprise.errors import InputError, choose_among
from reprise.fingerprint import fingerprint
from reprise.studies.canonical import digest
from reprise.studies.cell import Cell

DIGITS = 12


def weights_stem(weights: Weights) -> str:
    """What a cell as run calls starting weights: their name with a digest of the file, or of the
    run and its code, so that other ones make another cell."""
    if weights.trained is None:
        return f"{weights.name}-{weights.file.sha256[:DIGITS]}"
    code = fingerprint(weights.trained.entries().values())
    return f"{weights.name}-{digest(weights.trained.canonical() + code, DIGITS)}"


def with_weights(cell: Cell, entries: Mapping[str, Weights], where: str) -> Cell:
    """The cell as run, with starting weights, where it has some, by their stem.

    Raises:
        InputError: there are none of the name, or they are of another network.
    """
    if cell.weights is None:
        return cell
    if cell.weights not in entries:
        raise InputError(
            f"{where}: weights: unknown weights {cell.weights!r}; "
            f"{choose_among(cell.weights, entries)}"
        )
    weights = entries[cell.weights]
    if misfit := weights.misfit(cell.model):
        raise InputError(
            f"{where}: weights: expected those of {cell.model.plain()}, found {weights.name}, "
            f"{misfit}"
        )
    return replace(cell, weights=weights_stem(weights))


def source_file(weights: Weights) -> str | None:
    """Where the file lies that weights are fetched as; None where a run gives them."""
    if weights.file is None:
        return None
    return f"resources/downloads/weights/{weights.file.sha256[:DIGITS]}-{weights.file.name}"


def weights_by_target(weights: Iterable[Weights]) -> dict[str, SourceFile]:
    """Every file that may be downloaded for some weights."""
    return {source_file(each): each.file for each in weights if each.file is not None}
