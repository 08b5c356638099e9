"""The data sets that config/datasets.yaml knows, with the user's own sources laid over them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reprise.data.sources import Source
from reprise.errors import InputError
from reprise.studies.yaml_files import read_yaml, validate

# A change of any key but these, or of a file's checksum, gives a cell other images or labels.
_DESCRIPTIVE_KEYS = frozenset({"title", "citation", "variant", "files", "folder"})


def load_entries(path: Path, overrides: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The entries of a datasets.yaml with overrides laid over them, complete and checked.

    A key of an override takes the place of the whole key: its files replace all files. A data set
    that the file does not know is added. ``Source.of(name, entry)`` makes a source of an entry.

    Args:
        overrides: the configuration's ``datasets``.

    Raises:
        InputError: an entry is not as the schema says or contradicts itself, or an override gives
            other data without a variant name of its own.
    """
    built_in = validate(read_yaml(path), "datasets", str(path))
    merged = {name: {**built_in.get(name, {}), **override} for name, override in overrides.items()}
    chosen = validate(merged, "datasets", "datasets in the configuration")
    for name in chosen.keys() & built_in.keys():
        _check_variant(name, built_in[name], chosen[name])
    entries = {**built_in, **chosen}
    for name, entry in entries.items():
        Source.of(name, entry)
    return entries


def _check_variant(name: str, built_in: Mapping[str, Any], chosen: Mapping[str, Any]) -> None:
    changed = [
        key for key in built_in if key not in _DESCRIPTIVE_KEYS and chosen[key] != built_in[key]
    ]
    if _checksums(chosen) != _checksums(built_in):
        changed.append("files")
    if changed and chosen["variant"] == built_in["variant"]:
        raise InputError(
            f"datasets.{name} in the configuration changes {' and '.join(changed)} but not the "
            f"variant, which is {built_in['variant']!r}: other data is another variant, so add a "
            "name for it such as `variant: local`"
        )


def _checksums(entry: Mapping[str, Any]) -> list[str]:
    return [file["sha256"] for file in entry["files"]]
