"""What was asked for, as plan.json keeps it beside the results."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from reprise.studies.artefact_records import ArtefactRecord
from reprise.studies.claims import Claim, Deviation
from reprise.studies.claims.evidence import Evidence
from reprise.studies.rungs import Rung, rung_named


@dataclass(frozen=True, kw_only=True)
class ScaleRecord:
    """The scale of the runs.

    Attributes:
        rung: name of its place on the ladder of evidence.
        label: marks verdicts; empty where they need no mark.
        verdicts: whether verdicts are drawn from its runs.
    """

    name: str
    title: str
    description: str = ""
    rung: str
    label: str = ""
    verdicts: bool = True


@dataclass(frozen=True, kw_only=True)
class DataRecord:
    """A data set that runs read.

    Attributes:
        stands_for: names of those, as published, in whose place it is read.
    """

    name: str
    variant: str
    title: str
    citation: str = ""
    stands_for: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Remark:
    """A note or an assumption.

    Attributes:
        artefacts: ids of those beside which it stands; none where it is one on the study.
        evidence: what a note on runs or counts rests on.
    """

    id: str
    text: str
    artefacts: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StudyRecord:
    """A study with everything that is run for it.

    Attributes:
        subject: what it is about, in a few words.
        artefacts: tables, figures and results with their rows, in the order of the study.
    """

    id: str
    subject: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    citation: str
    summary: str
    artefacts: tuple[ArtefactRecord, ...]
    claims: tuple[Claim, ...]
    notes: tuple[Remark, ...] = ()
    assumptions: tuple[Remark, ...] = ()
    deviations: tuple[Deviation, ...] = ()

    @cached_property
    def artefacts_by_id(self) -> dict[str, ArtefactRecord]:
        """The artefacts, in their order."""
        return {artefact.id: artefact for artefact in self.artefacts}


@dataclass(frozen=True, kw_only=True)
class PlanRecord:
    """Everything that one configuration asked for.

    Attributes:
        device: ``auto``, ``cpu`` or ``cuda``.
        software: versions by name.
    """

    scale: ScaleRecord
    seeds: tuple[int, ...]
    device: str
    software: Mapping[str, str]
    datasets: tuple[DataRecord, ...]
    studies: tuple[StudyRecord, ...]

    @property
    def rung(self) -> Rung:
        """The place of its scale on the ladder of evidence."""
        return rung_named(self.scale.rung)
