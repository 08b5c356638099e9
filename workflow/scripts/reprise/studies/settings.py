"""The user's configuration, typed. Values from ``--config`` may arrive as strings."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from reprise.errors import InputError, choose_among
from reprise.folders import own_or_built_in
from reprise.studies.cell import TFLOAT32
from reprise.studies.names import is_name
from reprise.studies.run_folders import PROBED, TRAINED
from reprise.studies.yaml_files import validate

WHERE = "config/config.yaml"
STUDIES = "config/studies"
# Settings that are on or off. YAML itself knows true, yes and on, but only in three spellings.
SWITCHES = ("cuda_graphs",)
SPELLINGS = {
    **dict.fromkeys(("true", "yes", "y", "on", "1"), True),
    **dict.fromkeys(("false", "no", "n", "off", "0"), False),
}
# They lie beside those of the studies in a results folder.
OTHER_FOLDERS = (TRAINED, PROBED, "checkpoints", "checks", "logs", "preview")


@dataclass(frozen=True)
class Settings:
    """What to run: see workflow/schemas/config.schema.yaml for the keys.

    ``seeds`` and ``precision`` are None where the scale proposes them. ``check_epochs`` counts the
    epochs that ``check_reference`` trains of a kept run. ``resident_share`` is the share of a
    device's memory that the images of a run may take; more are streamed.
    """

    scale: str
    studies: tuple[str, ...]
    seeds: tuple[int, ...] | None
    device: str
    precision: str | None
    check_epochs: int
    cuda_graphs: bool
    resident_share: float
    datasets: Mapping[str, Any]

    @classmethod
    def of(cls, config: Mapping[str, Any], root: Path) -> "Settings":
        """Read and check a configuration.

        Args:
            config: keys and values as Snakemake hands them over.
            root: the working folder.

        Raises:
            InputError: an unknown key, a wrong value, or an unknown study.
        """
        parsed = {key: _spelled(key, _parsed(value)) for key, value in config.items()}
        values = validate(parsed, "config", WHERE)
        if values["device"] == "cpu" and values["precision"] == TFLOAT32:
            raise InputError(
                f"{WHERE}: precision: expected float32, bfloat16 or scale with `device: cpu`, "
                "found tfloat32, which no CPU has: leave `device` out, or choose another precision"
            )
        return cls(
            scale=values["scale"],
            studies=_studies(values["studies"], root),
            seeds=_seeds(values["seeds"]),
            device=values["device"],
            precision=None if values["precision"] == "scale" else values["precision"],
            check_epochs=values["check_epochs"],
            cuda_graphs=values["cuda_graphs"],
            resident_share=float(values["resident_share"]),
            datasets=values["datasets"],
        )


def available_studies(root: Path) -> list[str]:
    """The studies that have a file in config/studies, of a working folder or of the workflow."""
    files = own_or_built_in(STUDIES, root).glob("*.yaml")
    # An editor's lock has a name that begins with a dot.
    return sorted(path.stem for path in files if not path.name.startswith("."))


def _parsed(value: Any) -> Any:
    """A string from the command line as the YAML value that it spells; ``1,2`` is a list."""
    if isinstance(value, list):
        return [_parsed(item) for item in value]
    if not isinstance(value, str):
        return value
    text = f"[{value}]" if "," in value and not value.strip().startswith(("[", "{")) else value
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return value


def _spelled(key: str, value: Any) -> Any:
    """A value in the one spelling that the schema knows."""
    if key == "device" and value == "gpu":
        return "cuda"
    if key in SWITCHES and not isinstance(value, bool):
        return SPELLINGS.get(str(value).lower(), value)
    return value


def _studies(value: str | list[str], root: Path) -> tuple[str, ...]:
    available = available_studies(root)
    asked = available if value in ("all", ["all"]) else [value] if isinstance(value, str) else value
    for study in asked:
        if study not in available:
            tail = choose_among(study, [*available, "all"])
            raise InputError(f"{WHERE}: studies: unknown study {study!r}; {tail}")
        if not is_name(study) or study in OTHER_FOLDERS:
            raise InputError(
                "config/studies: expected a file name of letters, digits and underscores, and "
                f"none of {', '.join(OTHER_FOLDERS)}, found {study + '.yaml'!r}: rename it"
            )
    if not asked:
        raise InputError(f"{WHERE}: studies: expected at least one study, found an empty list")
    return tuple(dict.fromkeys(asked))


def _seeds(value: int | list[int] | str) -> tuple[int, ...] | None:
    if value == "scale":
        return None
    if isinstance(value, str):
        raise InputError(
            f"{WHERE}: seeds: expected a count, a list of whole numbers or `scale`, found {value!r}"
        )
    seeds = range(1, int(value) + 1) if isinstance(value, int | float) else value
    return tuple(int(seed) for seed in seeds)
