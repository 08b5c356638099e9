"""The rows of an artefact as a scale runs them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from reprise.data.sources import Source
from reprise.data.weights import Weights
from reprise.planning.asked_runs import AskedRun
from reprise.planning.cell_checks import check_cell
from reprise.planning.probe_runs import run_probe_of
from reprise.planning.starting_weights import with_weights
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice
from reprise.studies.run_folders import TRAINED, kind_of
from reprise.studies.scaled_cell import scale_cell, times_a_factor
from reprise.studies.scales import Overlay, Scale
from reprise.studies.study import Artefact, Row, Study


@dataclass(frozen=True)
class PlannedRow:
    """A row of an artefact with its cell as run, without seed (None where nothing is run).

    ``probe`` runs on the cell in place of training. ``not_run`` says why a row that asks for a run
    has none.
    """

    row: Row
    cell: Cell | None
    probe: Choice | None = None
    not_run: str | None = None

    def runs(self, seeds: Iterable[int]) -> dict[int, AskedRun]:
        """The run of each seed; none where nothing is run."""
        if self.cell is None:
            return {}
        return {seed: self._run(seed) for seed in seeds}

    def _run(self, seed: int) -> AskedRun:
        """Made once, since a run keeps the folder that it has computed."""
        if seed not in self._runs:
            cell = self.cell.with_seed(seed)
            self._runs[seed] = AskedRun(cell, self.row.cell.published_id, self.probe)
        return self._runs[seed]

    @cached_property
    def _runs(self) -> dict[int, AskedRun]:
        return {}

    @property
    def kind(self) -> str:
        """What its runs are, as ``kind_of`` says it of a folder."""
        published = self.row.cell
        return TRAINED if published is None else kind_of(AskedRun(published, "", self.probe).folder)

    def folders(self, seeds: Iterable[int]) -> dict[int, str]:
        """The folder of each seed's run, relative to ``results/<scale>``."""
        return {seed: run.folder for seed, run in self.runs(seeds).items()}

    def fingerprints(self) -> list[str]:
        """Those that runs of today's code may have, of a row that has a cell: as published, with a
        factor of the learning rates, and as run at the plan's scale."""
        published = self.row.cell
        scaled = replace(published, schedule=times_a_factor(published.schedule, 1))
        cells = filter(None, (published, scaled, self.cell))
        runs = (AskedRun(cell, published.published_id, self.probe) for cell in cells)
        return list(dict.fromkeys(run.fingerprint for run in runs))


def planned_rows(
    study: Study,
    artefact: Artefact,
    scale: Scale,
    sources: Mapping[str, Source],
    weights: Mapping[str, Weights],
) -> Iterator[PlannedRow]:
    """The rows of an artefact with their cells as run, each checked.

    Args:
        study: to which the artefact belongs.
        artefact: of the study.
        scale: at which it is run.
        sources: all data sets, by name.
        weights: all starting weights, by name.

    Raises:
        InputError: one sentence with the row, for a cell that cannot be run.
    """
    overlay = scale.overlay(study.id)
    probe = run_probe_of(artefact, f"{study.path}: artefacts.{artefact.id}")
    for row in (_with_task(row, sources) for row in artefact.rows):
        where = f"{study.path}: artefacts.{artefact.id} ({', '.join(row.axes.values())})"
        if row.cell is not None:
            check_cell(row.cell, sources, where)
            with_weights(row.cell, weights, where)
        if not artefact.trained and probe is None:
            yield PlannedRow(row, None)
            continue
        if reason := row.not_run or why_not_run(sources[row.cell.dataset], overlay):
            yield PlannedRow(row, None, probe, not_run=reason)
            continue
        run = scale_cell(row.cell, overlay, sources)
        run = with_weights(run, weights, f"{where} at scale {scale.name}")
        if probe is None:
            # What probes measure is often finer than bfloat16 can tell.
            run = run.in_precision(scale.precision)
        check_cell(run, sources, f"{where} at scale {scale.name}")
        yield PlannedRow(row, run, probe)


def _with_task(row: Row, sources: Mapping[str, Source]) -> Row:
    """The row with a cell that learns what its data set says."""
    source = sources.get(row.cell.dataset) if row.cell else None
    if source is None or source.task == row.cell.task:
        return row
    return replace(row, cell=replace(row.cell, task=source.task))


def why_not_run(source: Source, overlay: Overlay) -> str | None:
    """Why cells on a data set, as published, are not run; None where they are.

    Data that the user has to bring is not there until a folder is named; they are run where others
    take their place. A scale may leave out a task.

    Args:
        source: the data set.
        overlay: of the scale, for the study.
    """
    own = overlay.for_data(source.name, source.task)
    if own.left_out is not None:
        return own.left_out
    if (own.data or {}).get("dataset"):
        return None
    if not source.available:
        return (
            f"{source.title} cannot be downloaded freely. Name your folder of it under "
            f"datasets.{source.name}.folder in the configuration; config/README.md says how."
        )
    return None
