"""The cell behind an artefact, with its data, as the pipeline would train it."""

import sys
from pathlib import Path

import torch
import yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from reprise.data.prepared import open_prepared  # noqa: E402
from reprise.data.resident import ResidentData  # noqa: E402
from reprise.errors import InputError  # noqa: E402
from reprise.planning.data_files import prepared_name  # noqa: E402
from reprise.planning.plan import Plan  # noqa: E402
from reprise.studies.cell import Cell  # noqa: E402
from reprise.training.cell_job import load_resident  # noqa: E402

__all__ = ["planned_cell"]


def planned_cell(study: str, artefact: str, configfile: Path | None) -> tuple[Cell, ResidentData]:
    """The last published cell of an artefact, on the CPU, with its whole data set.

    Exits with one sentence where the configuration is wrong or the data set is not prepared.
    """
    config = yaml.safe_load(configfile.read_text(encoding="utf-8")) if configfile else {}
    try:
        plan = Plan.of({**config, "scale": "paper", "seeds": [1], "studies": study}, ROOT)
        cell = plan.rows[study, artefact][-1].runs([1])[1]
        path = Path("resources/prepared") / f"{prepared_name(cell)}.safetensors"
        if not (ROOT / path).exists():
            sys.exit(
                f"Error: {path} is missing: run `snakemake {path}` with the same configuration"
            )
        return cell, load_resident(open_prepared(ROOT / path), cell, torch.device("cpu"))
    except InputError as error:
        sys.exit(f"Error: {error}")
