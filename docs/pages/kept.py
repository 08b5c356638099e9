"""What is kept in reference/ of all studies, as a report at the scale ``paper`` reads results."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from reprise.analysis.computed_tables import SearchedArtefact, write_computed
from reprise.analysis.decidable import ReportedEffect, reported_effects, seeds_needed
from reprise.analysis.note_evidence import KeptVerdict, NoteFinding, check_findings, findings_of
from reprise.analysis.reference import Reference, read_references
from reprise.analysis.study_tables import (
    CLAIMS,
    write_all_claims,
    write_conclusions,
    write_gathered,
)
from reprise.analysis.tables import read_tables
from reprise.planning.plan import Plan
from reprise.planning.plan_file import plan_record
from reprise.probes.computed_table import probe_entry
from reprise.rendering.claims import ShownClaim, study_claims
from reprise.rendering.deviations import ShownDeviation, study_deviations
from reprise.rendering.outcome import finding
from reprise.rendering.results import Results
from reprise.studies.artefact_records import TABLE, ArtefactRecord, RowRecord
from reprise.studies.plan_records import StudyRecord
from reprise.studies.plan_storage import content_of, write_plan
from reprise.studies.rungs import EXACT, rung_of_evidence


@dataclass(frozen=True)
class KeptStudy:
    """A study with what is kept and counted of it.

    Attributes:
        plan: of all studies at the scale ``paper`` with one seed.
        results: tables, verdicts and deviations of the kept runs alone.
        folder: that of all kept runs, ``reference/``.
        references: the kept runs by artefact, which know today's code of that artefact.
    """

    study: StudyRecord
    plan: Plan
    results: Results
    folder: Path
    references: Mapping[str, Reference | None]

    @property
    def id(self) -> str:
        """That of the study."""
        return self.study.id

    @property
    def reference(self) -> Reference | None:
        """All kept runs; None without any."""
        return next(iter(self.references.values()))

    @property
    def rows(self) -> list[RowRecord]:
        """The rows of all artefacts."""
        return [row for artefact in self.study.artefacts for row in artefact.rows]

    @cached_property
    def claims(self) -> list[ShownClaim]:
        """The claims in the order of the study, judged on kept runs and on what is counted."""
        return study_claims(self.results, self.study)

    @cached_property
    def deviations(self) -> list[ShownDeviation]:
        """The deviations in the order of the study."""
        return study_deviations(self.results, self.study)

    @cached_property
    def seeds_needed(self) -> dict[str, int | None]:
        """How many seeds each claim needs, as ``reprise.analysis.decidable`` says it."""
        return seeds_needed(self.study, self.reference)

    @cached_property
    def reported_effects(self) -> dict[str, ReportedEffect]:
        """What the study reports of the effect of each claim."""
        return reported_effects(self.study, self.reference)

    @cached_property
    def findings(self) -> list[NoteFinding]:
        """What there is of everything that the notes rest on.

        Raises:
            InputError: one that is gone, or that says something else.
        """
        named = [
            selection.artefact
            for note in self.study.notes
            for one in note.evidence
            for selection in (one.subject, one.other)
            if selection and self.study.artefacts_by_id[selection.artefact].is_exact
        ]
        exact = read_tables(self.study, self.results.folder, dict.fromkeys(named))
        found = findings_of(self.study, exact, self.reference, self._verdicts())
        check_findings(found, f"config/studies/{self.id}.yaml")
        return found

    def _verdicts(self) -> dict[str, KeptVerdict]:
        known = {claim.id: finding(claim) for claim in self.claims}
        return {
            claim: KeptVerdict(
                best.verdict.word,
                "" if best.evidence == EXACT else rung_of_evidence(best.evidence).name,
            )
            for claim, best in known.items()
            if best is not None
        }


def kept_studies(root: Path, results: Path, studies: str | list[str] = "all") -> list[KeptStudy]:
    """Studies with what is kept of them.

    Args:
        root: the folder that holds ``config/`` and ``reference/``.
        results: an empty folder for what is computed on the way.
        studies: ids, or ``all``.

    Raises:
        InputError: a file of ``config/`` or of ``reference/`` is not as it has to be.
    """
    plan = Plan.of({"scale": "paper", "seeds": [1], "studies": studies}, root)
    content = plan_record(plan)
    write_plan(content_of(content), results)
    kept = [_kept(study, plan, results, root / "reference") for study in content.studies]
    write_all_claims((results / each.id / CLAIMS for each in kept), results / CLAIMS)
    return kept


def _kept(study: StudyRecord, plan: Plan, results: Path, folder: Path) -> KeptStudy:
    fingerprints = {
        artefact.id: plan.artefact_fingerprints(study.id, artefact.id)
        for artefact in study.artefacts
    }
    references = read_references(folder, fingerprints)
    for artefact in study.artefacts:
        _write_runs(artefact, results / study.id, references[artefact.id])
    for artefact in study.artefacts:
        _write_computed(artefact, study, results / study.id, references)
    write_conclusions(study, results, references)
    return KeptStudy(study, plan, Results(results), folder, references)


def _write_runs(artefact: ArtefactRecord, folder: Path, reference: Reference | None) -> None:
    """The means of kept runs; no run of today is there."""
    if not is_counted(artefact):
        kept = reference if artefact.has_runs else None
        write_gathered(artefact, folder.parent, folder / artefact.id, kept)


def _write_computed(
    artefact: ArtefactRecord,
    study: StudyRecord,
    folder: Path,
    references: Mapping[str, Reference | None],
) -> None:
    """What is counted, or found in the kept runs of other artefacts. Nothing is kept of an artefact
    that is drawn."""
    searched = [
        SearchedArtefact(study.artefacts_by_id[name], references[name])
        for name in artefact.searched
    ]
    if searched or is_counted(artefact):
        write_computed(artefact, artefact.id, searched, folder / f"{artefact.id}.{TABLE}")


def is_counted(artefact: ArtefactRecord) -> bool:
    """Whether its numbers need no run, and are one for each row."""
    if not artefact.probe:
        return False
    return bool(probe_entry(artefact, artefact.id).description.get("exact"))
