"""The plan of a run: every cell, data set and artefact that the configuration asks for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from reprise.data.catalogue import load_entries
from reprise.data.sources import Source
from reprise.data.weights import Weights, load_weights
from reprise.folders import own_or_built_in
from reprise.planning.artefact_checks import check_artefacts, check_remarks
from reprise.planning.asked_runs import AskedRun
from reprise.planning.cell_checks import check_cell, image_side, images_trained_on
from reprise.planning.compared import compared_artefacts
from reprise.planning.planned_rows import PlannedRow, planned_rows
from reprise.planning.probe_runs import check_all_injective
from reprise.planning.starting_weights import weights_stem
from reprise.studies.cell import Cell
from reprise.studies.claims import Claim, Deviation, read_claims, read_deviations
from reprise.studies.claims.evidence import Evidence, read_evidence
from reprise.studies.run_folders import prepared_name, weights_path
from reprise.studies.scales import Scale, check_datasets, load_scale
from reprise.studies.settings import STUDIES, Settings
from reprise.studies.study import Study, load_study


@dataclass(frozen=True)
class Plan:
    """Everything that one configuration asks for.

    Attributes:
        entries: all data sets as configured, the user's own laid over the built-in ones.
        sources: the same, typed.
        weights: all starting weights, by name.
        studies: the studies asked for, in the order of the configuration.
        rows: planned rows by (study, artefact).
        claims, deviations: those of each study, with the rows that they compare.
        evidence: what the notes of each study rest on, by note.
    """

    settings: Settings
    scale: Scale
    entries: Mapping[str, Any]
    sources: Mapping[str, Source]
    weights: Mapping[str, Weights]
    studies: Mapping[str, Study]
    rows: Mapping[tuple[str, str], tuple[PlannedRow, ...]]
    claims: Mapping[str, tuple[Claim, ...]]
    deviations: Mapping[str, tuple[Deviation, ...]]
    evidence: Mapping[str, Mapping[str, tuple[Evidence, ...]]]

    @classmethod
    def of(cls, config: Mapping[str, Any], root: Path) -> "Plan":
        """Plan a configuration.

        Args:
            config: keys and values as Snakemake hands them over.
            root: the working folder. What its ``config/`` lacks is taken from that of the workflow.

        Raises:
            InputError: one sentence with file and key, for anything that cannot be run.
        """
        settings = Settings.of(config, root)
        studies_folder = own_or_built_in(STUDIES, root)
        scales = own_or_built_in("config/scales.yaml", root)
        scale = load_scale(settings.scale, scales, settings.precision)
        entries = load_entries(own_or_built_in("config/datasets.yaml", root), settings.datasets)
        sources = {name: Source.of(name, entry) for name, entry in entries.items()}
        weights = load_weights(own_or_built_in("config/weights.yaml", root))
        for each in weights.values():
            if each.trained is not None:
                check_cell(each.trained, sources, f"config/weights.yaml: {each.name}.trained")
        check_datasets(scale, sources, scales.name)
        studies = {
            name: load_study(studies_folder / f"{name}.yaml", f"{STUDIES}/{name}.yaml")
            for name in settings.studies
        }
        for study in studies.values():
            check_artefacts(study)
            check_remarks(study)
        rows = {
            (study.id, artefact.id): tuple(planned_rows(study, artefact, scale, sources, weights))
            for study in studies.values()
            for artefact in study.artefacts.values()
        }
        runs = [(p.probe, p.row.cell, p.cell) for group in rows.values() for p in group if p.cell]
        check_all_injective(runs, f"config/scales.yaml: {scale.name}")
        claims, deviations, evidence = {}, {}, {}
        for study in studies.values():
            compared = compared_artefacts(study, rows)
            claims[study.id] = read_claims(study.content["claims"], compared, study.path)
            of_study = read_deviations(study.content["deviations"], compared, study.path)
            deviations[study.id] = of_study
            notes = study.content["notes"]
            evidence[study.id] = read_evidence(notes, compared, study.claims, study.path)
        return cls(
            settings, scale, entries, sources, weights, studies, rows, claims, deviations, evidence
        )

    @property
    def seeds(self) -> tuple[int, ...]:
        """Seeds of every cell."""
        return self.settings.seeds or tuple(range(1, self.scale.seeds + 1))

    @property
    def planned_rows(self) -> Iterator[PlannedRow]:
        """The rows of all artefacts."""
        return (planned for group in self.rows.values() for planned in group)

    @cached_property
    def runs(self) -> dict[str, AskedRun]:
        """All runs of training and of probes by folder; equal runs of two artefacts are one."""
        runs = (run for each in self.planned_rows for run in each.runs(self.seeds).values())
        return {run.folder: run for run in runs}

    @cached_property
    def cells(self) -> dict[str, Cell]:
        """All training cells by folder."""
        return {folder: run.cell for folder, run in self.runs.items() if run.probe is None}

    @cached_property
    def probe_runs(self) -> dict[str, AskedRun]:
        """All runs of probes by folder."""
        return {folder: run for folder, run in self.runs.items() if run.probe is not None}

    @cached_property
    def run_cells(self) -> dict[str, Cell]:
        """The cell behind every run of training or of a probe, by the run's folder."""
        return self.cells | {folder: run.cell for folder, run in self.probe_runs.items()}

    def artefact_folders(self, study: str, artefact: str) -> list[str]:
        """Folders of the runs behind one artefact, relative to ``results/<scale>``."""
        rows = self.rows[study, artefact]
        return sorted({folder for row in rows for folder in row.folders(self.seeds).values()})

    @cached_property
    def prepared(self) -> dict[str, Source]:
        """The data sets that runs read, by the name of their prepared file."""
        cells = [*self.run_cells.values(), *self.weights_cells.values()]
        return {prepared_name(c.dataset, c.data_variant): self.source(c) for c in cells}

    @cached_property
    def starting_weights(self) -> dict[str, Weights]:
        """The weights that runs start from, by what their cells call them."""
        needed = {cell.weights for cell in self.run_cells.values()}
        stems = {weights_stem(weights): weights for weights in self.weights.values()}
        return {stem: weights for stem, weights in stems.items() if stem in needed}

    @cached_property
    def weights_cells(self) -> dict[str, Cell]:
        """The cells of the runs that give starting weights, by the file of the weights."""
        weights = self.starting_weights.items()
        return {weights_path(stem): each.trained for stem, each in weights if each.trained}

    def artefact_fingerprints(self, study: str, artefact: str) -> dict[str, list[str]]:
        """The fingerprints that an artefact's runs may have, by the id of their published cell. A
        reference run with another one was made by other code."""
        rows = (planned for planned in self.rows[study, artefact] if planned.row.cell is not None)
        return {planned.row.cell.published_id: planned.fingerprints() for planned in rows}

    def source(self, cell: Cell) -> Source:
        """The data set of a run cell, at the cell's image size."""
        return self._sources_run[cell.dataset, cell.data_variant]

    @cached_property
    def _sources_run(self) -> dict[tuple[str, str], Source]:
        """The data sets at all sides and with all numbers of classes at which studies are run, by
        name and variant."""
        sides = {planned.row.cell.pixels for planned in self.planned_rows if planned.cell}
        overlays = [self.scale.overlay(study) for study in self.studies]
        sides = sides.union(self._sides_of_weights, *(overlay.sides for overlay in overlays))
        resized = [source.resized(side) for source in self.sources.values() for side in sides]
        counts = {count for overlay in overlays for count in overlay.class_counts if count}
        even = [source for source in resized if source.may_have_even_classes]
        parts = [source.of_first_classes(count) for source in even for count in counts]
        return {(source.name, source.variant): source for source in (*resized, *parts)}

    @property
    def _sides_of_weights(self) -> set[int]:
        """Sides of the images on which starting weights are trained."""
        cells = self.weights_cells.values()
        return {image_side(cell, self.sources[cell.dataset]) for cell in cells}

    def published_input(self, cell: Cell) -> dict[str, int]:
        """Channels, pixels and classes of the data set of a published cell."""
        source = self.sources[cell.dataset]
        return {
            "channels": source.channels,
            "pixels": cell.pixels or source.pixels,
            "classes": source.class_count,
        }

    def train_images(self, cell: Cell) -> int:
        """Images that a cell trains on: those that it uses without those held out."""
        own = self.sources[cell.dataset]
        read = (cell.dataset, cell.data_variant)
        return images_trained_on(cell, self._sources_run.get(read, own))

    def stands_for(self, source: Source) -> list[str]:
        """The other data sets, as published, in whose place this variant of one is read."""
        read = (source.name, source.variant)
        published = {
            planned.row.cell.dataset
            for planned in self.planned_rows
            if planned.cell and (planned.cell.dataset, planned.cell.data_variant) == read
        }
        return sorted(published - {source.name})
