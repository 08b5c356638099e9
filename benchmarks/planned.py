"""The cell behind an artefact, with its data, as the pipeline would train it."""

import argparse
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import torch

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from reprise.data.cell_data import load_resident  # noqa: E402
from reprise.data.placement import RESIDENT_SHARE  # noqa: E402
from reprise.data.prepared import open_prepared  # noqa: E402
from reprise.data.resident import ResidentData  # noqa: E402
from reprise.errors import InputError, choose_among  # noqa: E402
from reprise.planning.plan import Plan  # noqa: E402
from reprise.studies.cell import Cell  # noqa: E402
from reprise.studies.run_folders import prepared_name, prepared_path  # noqa: E402
from reprise.studies.yaml_files import read_yaml  # noqa: E402

__all__ = ["ROOT", "Place", "cell_arguments", "planned_cell", "prepare", "prepared_file"]


@dataclass(frozen=True)
class Place:
    """Where a benchmark's cell stands: the last one of an artefact in its first arm."""

    study: str
    artefact: str
    configfile: Path | None = None
    device: str = "cpu"

    def __str__(self) -> str:
        return f"{self.study}/{self.artefact}"


def cell_arguments(purpose: str, study: str, artefact: str) -> argparse.ArgumentParser:
    """The options of a benchmark on one cell, with the artefact that it takes by default."""
    parser = argparse.ArgumentParser(description=purpose)
    parser.add_argument("--study", default=study)
    parser.add_argument("--artefact", default=artefact)
    parser.add_argument("--configfile", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    return parser


def planned_cell(place: Place, share: float = RESIDENT_SHARE) -> tuple[Cell, ResidentData]:
    """The cell as published, with its data at hand of the device, or streamed where they would take
    more than a share of its memory.

    Exits with one sentence where the configuration is wrong or the data set is not prepared.
    """
    try:
        cell = _last_cell(place)
        path = ROOT / prepared_file(cell)
        return cell, load_resident(open_prepared(path), cell, torch.device(place.device), share)
    except InputError as error:
        sys.exit(f"Error: {error}")


def prepared_file(cell: Cell) -> str:
    """The prepared data of a cell, a target of the workflow."""
    return prepared_path(prepared_name(cell.dataset, cell.data_variant))


def prepare(places: Iterable[Place]) -> None:
    """Let the workflow prepare the data of all cells; exits where it cannot. Where there is no
    Snakemake, prepared data that another machine has made will do."""
    for place in places:
        try:
            target = prepared_file(_last_cell(place))
        except InputError as error:
            sys.exit(f"Error: {error}")
        if find_spec("snakemake") is None:
            _see_that_there_is(target, place)
            continue
        command = [sys.executable, "-m", "snakemake", target, "--quiet", "all"]
        if place.configfile:
            command += ["--configfile", str(place.configfile)]
        if subprocess.run([*command, "--config", "scale=paper"], cwd=ROOT).returncode:
            sys.exit(f"Error: the data of {place} could not be prepared; see above")


def _see_that_there_is(prepared: str, place: Place) -> None:
    if not (ROOT / prepared).is_file():
        sys.exit(
            f"Error: {prepared}: expected the prepared data of {place}, found no such file, and no "
            f"Snakemake to make it: copy it from a machine where `snakemake {prepared}` has run"
        )


def _last_cell(place: Place) -> Cell:
    config = dict(read_yaml(place.configfile)) if place.configfile else {}
    study, artefact = place.study, place.artefact
    plan = Plan.of({**config, "scale": "paper", "seeds": [1], "studies": study}, ROOT)
    rows = plan.rows.get((study, artefact), ())
    first_arm = [row for row in rows if row.cell and row.row.arm == rows[0].row.arm]
    if not first_arm:
        known = [name for (_, name), rows in plan.rows.items() if any(row.cell for row in rows)]
        raise InputError(
            f"{study} has no artefact {artefact!r} with cells; {choose_among(artefact, known)}"
        )
    return first_arm[-1].runs([1])[1].cell
