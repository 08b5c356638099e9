"""The cell behind an artefact, with its data, as the pipeline would train it."""

import argparse
import sys
from pathlib import Path

import torch

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from reprise.data.cell_data import load_resident  # noqa: E402
from reprise.data.prepared import open_prepared  # noqa: E402
from reprise.data.resident import ResidentData  # noqa: E402
from reprise.errors import InputError, choose_among  # noqa: E402
from reprise.planning.data_files import prepared_name  # noqa: E402
from reprise.planning.plan import Plan  # noqa: E402
from reprise.studies.cell import Cell  # noqa: E402
from reprise.studies.yaml_files import read_yaml  # noqa: E402

__all__ = ["cell_arguments", "planned_cell"]


def cell_arguments(purpose: str, study: str, artefact: str) -> argparse.ArgumentParser:
    """The options of a benchmark on one cell, with the artefact that it takes by default."""
    parser = argparse.ArgumentParser(description=purpose)
    parser.add_argument("--study", default=study)
    parser.add_argument("--artefact", default=artefact)
    parser.add_argument("--configfile", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    return parser


def planned_cell(study: str, artefact: str, configfile: Path | None) -> tuple[Cell, ResidentData]:
    """The last cell of an artefact in its first arm, as published, with its data on the CPU.

    Exits with one sentence where the configuration is wrong or the data set is not prepared.
    """
    try:
        config = dict(read_yaml(configfile)) if configfile else {}
        plan = Plan.of({**config, "scale": "paper", "seeds": [1], "studies": study}, ROOT)
        cell = _last_cell(plan, study, artefact)
        path = Path("resources/prepared") / f"{prepared_name(cell)}.safetensors"
        return cell, load_resident(open_prepared(ROOT / path), cell, torch.device("cpu"))
    except InputError as error:
        sys.exit(f"Error: {error}")


def _last_cell(plan: Plan, study: str, artefact: str) -> Cell:
    rows = plan.rows.get((study, artefact), ())
    first_arm = [row for row in rows if row.cell and row.row.arm == rows[0].row.arm]
    if not first_arm:
        known = [name for (_, name), rows in plan.rows.items() if any(row.cell for row in rows)]
        raise InputError(
            f"{study} has no artefact {artefact!r} with cells; {choose_among(artefact, known)}"
        )
    return first_arm[-1].runs([1])[1]
