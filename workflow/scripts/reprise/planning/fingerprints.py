"""Which code of today stands behind what a plan asks for."""

from reprise.data.sources import Source
from reprise.fingerprint import fingerprint
from reprise.inventory import find
from reprise.planning.plan import Plan
from reprise.planning.probe_runs import ProbeRun, probe_entries
from reprise.studies.cell import Cell


def cell_fingerprint(cell: Cell) -> str:
    """Changes with the source of the registry entries that the cell uses."""
    return fingerprint(cell.entries().values())


def probe_fingerprint(run: ProbeRun) -> str:
    """Changes with the source of the probe and of the registry entries that its cell uses."""
    entries = [entry for _, _, entry in probe_entries(run.probe)]
    return fingerprint([*entries, *run.cell.entries().values()])


def layout_fingerprint(source: Source) -> str:
    """Changes with the source of what decodes and prepares a data set."""
    layout = find("layout", source.layout, f"datasets.{source.name}.layout")
    return fingerprint([layout], also=[("reprise.data.preparation", "prepare")])


def artefact_fingerprints(plan: Plan, study: str, artefact: str) -> dict[str, str]:
    """The fingerprints of an artefact's runs at published length, by the id of their published
    cell: whether a reference run was made by today's code."""
    rows = [planned for planned in plan.rows[study, artefact] if planned.row.cell is not None]
    return {
        planned.row.cell.published_id: cell_fingerprint(planned.row.cell)
        if planned.probe is None
        else probe_fingerprint(ProbeRun(planned.probe, planned.row.cell))
        for planned in rows
    }
