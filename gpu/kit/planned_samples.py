"""Cells of the studies on made-up images, which need no data set."""

from collections.abc import Iterable, Iterator

from reprise.estimates.calibration import SampleCell, sample_of
from reprise.folders import WORKFLOW
from reprise.planning.plan import Plan

PARTS = ("model", "norm", "optimizer", "augmentation")


def planned_samples(scale: str) -> list[SampleCell]:
    """The cells of all studies at a scale, one of those that cost the same."""
    plan = Plan.of({"scale": scale, "seeds": [1]}, WORKFLOW)
    named = dict(sample_of(cell, plan.source(cell)) for cell in plan.run_cells.values())
    return list(named.values())


def one_of_each(samples: Iterable[SampleCell]) -> Iterator[tuple[SampleCell, list[str]]]:
    """Samples until each model, norm, optimizer and augmentation has had one, and the names that
    each is the first with."""
    seen: set[str] = set()
    for sample in samples:
        cell = sample.cell
        steps = [f"augmentation {step.name}" for step in cell.augmentation]
        parts = {f"{part} {getattr(cell, part).name}" for part in PARTS[:-1]} | set(steps)
        if new := sorted(parts - seen):
            seen |= parts
            yield sample, new


def with_batch(
    samples: Iterable[SampleCell], model: str, norm: str, batch_size: int
) -> SampleCell | None:
    """The first sample of a model and norm, at that batch size if there is one, else at another.

    Args:
        batch_size: which the caller may set where the sample has another.
    """
    found = [s for s in samples if (s.cell.model.name, s.cell.norm.name) == (model, norm)]
    found.sort(key=lambda sample: sample.cell.batch_size != batch_size)
    return found[0] if found else None
