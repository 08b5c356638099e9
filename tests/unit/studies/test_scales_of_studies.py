"""Every published cell as every scale runs it."""

import dataclasses
import math
from itertools import pairwise
from pathlib import Path

import pytest

from reprise.data.catalogue import load_entries
from reprise.data.sources import Source
from reprise.optim.batch_sizes import batch_sizes
from reprise.optim.progress import Progress
from reprise.optim.schedules import schedules
from reprise.planning.probe_runs import check_all_injective, has_runs, run_probe_of
from reprise.studies.cell import Cell
from reprise.studies.scaled_cell import scale_cell
from reprise.studies.scales import load_scale
from reprise.studies.settings import available_studies
from reprise.studies.study import load_study

ROOT = Path(__file__).parents[3]
SCALES = ROOT / "config" / "scales.yaml"
SOURCES = {
    name: Source.of(name, entry)
    for name, entry in load_entries(ROOT / "config" / "datasets.yaml", {}).items()
}


def published_cells():
    """Every cell of every study that is run, by training or by a probe, as published, with its
    study and artefact."""
    for name in available_studies(ROOT):
        study = load_study(ROOT / "config" / "studies" / f"{name}.yaml", name)
        for artefact in study.artefacts.values():
            if has_runs(artefact, name):
                cells = (row.cell for row in artefact.rows)
                yield from ((study.id, artefact, cell) for cell in cells if cell)


def test_paper_changes_nothing():
    overlay = load_scale("paper", SCALES).overlay("any")
    for _, _, published in published_cells():
        source = SOURCES[published.dataset]
        variant = source.resized(published.pixels).variant
        expected = dataclasses.replace(
            published, data_variant=variant, pixels=None, task=source.task
        )
        assert scale_cell(published, overlay, SOURCES) == expected


@pytest.mark.parametrize("scale", ["demo", "laptop", "short", "paper"])
def test_every_scale_is_injective(scale):
    loaded = load_scale(scale, SCALES)
    runs = [
        (run_probe_of(artefact, study), cell, scale_cell(cell, loaded.overlay(study), SOURCES))
        for study, artefact, cell in published_cells()
    ]
    check_all_injective(runs, scale)
    published = {(probe, cell) for probe, cell, _ in runs}
    assert len({(probe, run) for probe, _, run in runs}) == len(published) > 300


@pytest.mark.parametrize("scale", ["demo", "laptop", "short"])
def test_schedules_change_value_as_often_as_published(scale):
    loaded = load_scale(scale, SCALES)
    checked = 0
    for study, artefact, published in published_cells():
        if published.schedule_interval == 0:
            continue
        run = scale_cell(published, loaded.overlay(study), SOURCES)
        assert changes(run) == changes(published), (artefact.id, published.schedule)
        assert growths(run) == growths(published), (artefact.id, published.batch_size_schedule)
        checked += 1
    assert checked > 60


def changes(scaled: Cell) -> int:
    """How often the learning rate changes over the updates of a run."""
    images = scaled.train_images or SOURCES[scaled.dataset].train_images
    # Coarser than all updates of a published run, finer than its schedule interval.
    per_epoch = min(-(-images // scaled.batch_size), round(10 / scaled.schedule_interval))
    schedule, arguments = schedules[scaled.schedule.name], scaled.schedule.arguments
    values = [
        schedule(
            Progress(u / per_epoch, scaled.epochs, u, scaled.epochs * per_epoch).held(
                scaled.schedule_interval
            ),
            **arguments,
        )
        for u in range(scaled.epochs * per_epoch)
    ]
    return sum(not math.isclose(a, b, rel_tol=1e-12) for a, b in pairwise(values))


def growths(scaled: Cell) -> int:
    """How often the batch size changes from one epoch to the next."""
    return sum(a != b for a, b in pairwise(batch_sizes(scaled)))


def test_demo_meets_its_floor():
    data = load_scale("demo", SCALES).overlay("mclain").data
    assert data["train_images"] >= 800
    overlay = load_scale("demo", SCALES).overlay("mclain")
    for study, _, published in published_cells():
        if study == "mclain":
            assert scale_cell(published, overlay, SOURCES).epochs >= 3
