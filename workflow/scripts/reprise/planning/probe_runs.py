"""Which artefacts have probes, which of these run as jobs, and what they are made of."""

from collections.abc import Iterable, Iterator

from reprise.inventory import Entry, find
from reprise.studies.cell import Cell, with_nested
from reprise.studies.choice import Choice
from reprise.studies.scaled_cell import check_injective
from reprise.studies.study import Artefact


def run_probe_of(artefact: Artefact, where: str) -> Choice | None:
    """The probe that runs as a job on each of the artefact's cells; None where none does.

    Raises:
        InputError: the artefact's probe is not registered.
    """
    if artefact.content["probe"] is None:
        return None
    if not is_said_of_probe(artefact, "runs", where):
        return None
    return Choice.of(artefact.content["probe"], f"{where}.probe")


def has_runs(artefact: Artefact, where: str) -> bool:
    """Whether something is run for the artefact: training, or its probe."""
    return artefact.trained or run_probe_of(artefact, where) is not None


def is_comparable(artefact: Artefact, where: str) -> bool:
    """Whether claims may compare its rows: they have runs, or one exact number each."""
    return has_runs(artefact, where) or is_said_of_probe(artefact, "exact", where)


def is_said_of_probe(artefact: Artefact, key: str, where: str, default: bool = False) -> bool:
    """What the registration of an artefact's probe says of it under a key.

    Raises:
        InputError: the artefact's probe is not registered.
    """
    probe = Choice.of(artefact.content["probe"], f"{where}.probe")
    return find("probe", probe.name, f"{where}.probe.name").description.get(key, default)


def probe_entries(probe: Choice, where: str = "probe") -> Iterator[tuple[str, Choice, Entry]]:
    """Key, choice and registry entry of a probe and of the choices among its arguments.

    Raises:
        InputError: a name is not registered.
    """
    return with_nested("probe", "probe", probe, where)


def check_all_injective(runs: Iterable[tuple[Choice | None, Cell, Cell]], where: str) -> None:
    """Refuse a scale that maps two published cells to one run: of training, or of one probe.

    Args:
        runs: probe (None: training), published cell and run cell.

    Raises:
        InputError: names the two published cells and what differs between them.
    """
    pairs: dict[Choice | None, list[tuple[Cell, Cell]]] = {}
    for probe, published, run in runs:
        pairs.setdefault(probe, []).append((published, run))
    for group in pairs.values():
        check_injective(group, where)
