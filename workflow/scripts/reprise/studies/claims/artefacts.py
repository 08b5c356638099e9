"""An artefact as claims see it before anything runs."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from reprise.studies.measure_forms import Metric
from reprise.studies.reported_epochs import ReportedEpochs


@dataclass(frozen=True)
class ComparedRow:
    """A row that a claim may compare.

    Attributes:
        axes: value ids by axis.
        metric: what it shows.
        report: which epochs its numbers are of.
        runs: equal for two rows that are made of the same runs.
        epoch_ratio: epochs run / epochs published.
    """

    axes: Mapping[str, str]
    arm: str
    metric: Metric
    report: ReportedEpochs
    runs: Hashable
    epoch_ratio: float = 1.0


@dataclass(frozen=True)
class ComparedArtefact:
    """An artefact that a claim may name.

    Attributes:
        axes: value ids of each axis with their numeric positions (None without one).
        metrics: names of the numbers that its runs have; None where they are not known.
        is_trained: whether its runs have learning curves.
        is_comparable: whether its rows have runs, or one exact number each.
    """

    id: str
    axes: Mapping[str, Mapping[str, float | None]]
    rows: tuple[ComparedRow, ...]
    metrics: frozenset[str] | None
    is_trained: bool = True
    is_comparable: bool = True


Artefacts = Mapping[str, ComparedArtefact]
