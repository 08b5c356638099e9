"""What claims may compare of a study: artefacts with their rows, and the numbers of runs."""

from collections.abc import Hashable, Iterable, Mapping

from reprise.inventory import Entry, constant, find
from reprise.planning.planned_rows import PlannedRow
from reprise.planning.probe_runs import is_comparable
from reprise.studies.claims.artefacts import Artefacts, ComparedArtefact, ComparedRow
from reprise.studies.measure_forms import metric_name, trained_metrics
from reprise.studies.scores import DEFAULT_TASK
from reprise.studies.study import Artefact, Study

SPENT = frozenset({"wall_seconds", "processor_seconds"})


def compared_artefacts(
    study: Study, rows: Mapping[tuple[str, str], Iterable[PlannedRow]]
) -> Artefacts:
    """The artefacts of a study, by id, as its claims see them.

    Args:
        study: whose artefacts have been checked.
        rows: planned rows by (study, artefact).
    """
    return {
        artefact.id: _compared(artefact, rows[study.id, artefact.id], study.path)
        for artefact in study.artefacts.values()
    }


def _compared(artefact: Artefact, rows: Iterable[PlannedRow], where: str) -> ComparedArtefact:
    rows = list(rows)
    shown = artefact.content["metric"]
    tasks = {planned.row.cell.task for planned in rows if planned.row.cell} or {DEFAULT_TASK}
    compared = tuple(
        ComparedRow(
            axes=planned.row.axes,
            arm=planned.row.arm,
            metric=planned.row.metric or shown,
            report=planned.row.report,
            runs=_runs(artefact, place, planned),
            epoch_ratio=planned.cell.epochs / planned.row.cell.epochs if planned.cell else 1.0,
        )
        for place, planned in enumerate(rows)
    )
    return ComparedArtefact(
        id=artefact.id,
        axes=_positions(artefact),
        rows=compared,
        metrics=_metrics(artefact, compared, trained_metrics(tasks)),
        is_trained=artefact.trained,
        is_comparable=is_comparable(artefact, where),
    )


def _positions(artefact: Artefact) -> Mapping[str, Mapping[str, float | None]]:
    return {
        axis: {value: item["x"] for value, item in content["values"].items()}
        for axis, content in artefact.axes.items()
    }


def _runs(artefact: Artefact, place: int, planned: PlannedRow) -> Hashable:
    """Equal for rows of all artefacts that are made of the same runs."""
    if planned.cell is None:
        return artefact.id, place
    return planned.probe, planned.row.cell.published_id


def _metrics(
    artefact: Artefact, rows: Iterable[ComparedRow], trained: frozenset[str]
) -> frozenset[str] | None:
    """The names of the numbers that its runs have; None where its probe does not list them.

    Args:
        trained: those of cells of its tasks that are trained.
    """
    if artefact.trained:
        return trained
    probe: Entry = find("probe", artefact.content["probe"]["name"], artefact.id)
    if not probe.description.get("runs", False):
        return frozenset(metric_name(row.metric) for row in rows)
    listed = constant(probe.module, "METRICS")
    if listed is None:
        return None
    return SPENT.union(listed, trained if probe.description.get("trains", False) else ())
