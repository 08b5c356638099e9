"""Which code of today stands behind what a plan asks for."""

from reprise.data.sources import Source
from reprise.fingerprint import fingerprint
from reprise.inventory import find
from reprise.planning.probe_runs import probe_entries
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice


def run_fingerprint(cell: Cell, probe: Choice | None = None) -> str:
    """Changes with the source of the registry entries that the cell uses, and of its probe.

    Raises:
        InputError: a name is not registered.
    """
    of_probe = [] if probe is None else [entry for *_, entry in probe_entries(probe)]
    return fingerprint([*of_probe, *cell.entries().values()])


def layout_fingerprint(source: Source) -> str:
    """Changes with the source of what decodes and prepares a data set."""
    layout = find("layout", source.layout, f"datasets.{source.name}.layout")
    return fingerprint([layout], also=[("reprise.data.preparation", "prepare")])
