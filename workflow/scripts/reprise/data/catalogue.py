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
    known = validate(read_yaml(path), "datasets", str(path))
    merged = {name: {**known.get(name, {}), **override} for name, override in overrides.items()}
    chosen = validate(merged, "datasets", "datasets in the configuration")
    for name in chosen.keys() & known.keys():
        _check_variant(name, known[name], chosen[name])
    entries = {**known, **chosen}
    for name, entry in entries.items():
        Source.of(name, entry)
    return entries


def _check_variant(name: str, known: Mapping[str, Any], chosen: Mapping[str, Any]) -> None:
    changed = [key for key in known if key not in _DESCRIPTIVE_KEYS and chosen[key] != known[key]]
    if _checksums(chosen) != _checksums(known):
        changed.append("files")
    if changed and chosen["variant"] == known["variant"]:
        raise InputError(
            f"datasets.{name} in the configuration changes {' and '.join(changed)} but not the "
            f"variant, which is {known['variant']!r}: other data is another variant, so add a "
            "name for it such as `variant: local`"
        )


def _checksums(entry: Mapping[str, Any]) -> list[str]:
    return [file["sha256"] for file in entry["files"]]
