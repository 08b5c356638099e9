"""Whether the kept runs, and what is counted, still say what the notes of a study rest on."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from statistics import fmean

from reprise.analysis.reference import Reference
from reprise.analysis.reference_tables import reference_table
from reprise.analysis.tables import ArtefactTable, MeasuredRow, Tables
from reprise.errors import InputError
from reprise.studies.artefact_records import ArtefactRecord
from reprise.studies.claims.evidence import Evidence
from reprise.studies.claims.selections import Selection
from reprise.studies.measure_forms import metric_name
from reprise.studies.plan_records import StudyRecord
from reprise.studies.statuses import DIVERGED


@dataclass(frozen=True)
class KeptVerdict:
    """What came of a claim, and the name of the rung of its runs; of none where it is counted."""

    word: str
    rung: str


@dataclass(frozen=True)
class NoteFinding:
    """What there is of one thing that a note rests on.

    Attributes:
        note: id.
        number: of the evidence in the note's list, from 0.
        value: the number that ``about`` and ``place`` are compared with; None without one.
        among: how many rows the subject is compared with for its place, itself included.
        runs, diverged: of the subject; 0 where it is counted.
        source: folder of the kept runs; empty where it is counted.
        verdict: of the claim; empty without one.
        problem: what was expected and what was found, as one clause; empty where they agree.
    """

    note: str
    number: int
    evidence: Evidence
    value: float | None = None
    among: int = 0
    runs: int = 0
    diverged: int = 0
    source: str = ""
    verdict: str = ""
    problem: str = ""


def findings_of(
    study: StudyRecord,
    exact: Tables,
    reference: Reference | None,
    verdicts: Mapping[str, KeptVerdict],
) -> list[NoteFinding]:
    """What there is of everything that the notes of a study rest on, in the order of its YAML.

    The runs of a row and of that which it is compared with are of one source: the named one, else
    that which holds the most of them.

    Args:
        study: of the plan.
        exact: by artefact, those that are computed without runs and that a note names.
        reference: all kept runs; None without any.
        verdicts: what came of the claims that are judged, by id.
    """
    kept = _Kept(study, exact, reference)
    return [
        _of_claim(note.id, number, one, verdicts)
        if one.claim
        else kept.finding(note.id, number, one)
        for note in study.notes
        for number, one in enumerate(note.evidence)
    ]


def check_findings(findings: Iterable[NoteFinding], where: str) -> None:
    """See that every note still rests on something.

    Args:
        findings: from ``findings_of``.
        where: the file of the study, for messages.

    Raises:
        InputError: the first that does not; one sentence with what was expected and found.
    """
    for each in findings:
        if each.problem:
            raise InputError(
                f"{where}: notes.{each.note}.evidence.{each.number}: {each.problem}; correct the "
                "note, or what it rests on"
            )


def _of_claim(
    note: str, number: int, evidence: Evidence, verdicts: Mapping[str, KeptVerdict]
) -> NoteFinding:
    verdict = verdicts.get(evidence.claim)
    expected = f"the claim {evidence.claim} to be {' or '.join(evidence.verdicts)}"
    if verdict is None:
        problem = f"expected {expected}, found no verdict"
    elif verdict.word not in evidence.verdicts:
        problem = f"expected {expected}, found {verdict.word}"
    elif verdict.rung not in ("", evidence.rung):
        problem = f"expected runs at {evidence.rung} behind {evidence.claim}, found {verdict.rung}"
    else:
        problem = ""
    word = verdict.word if verdict else ""
    return NoteFinding(note, number, evidence, verdict=word, problem=problem)


class _Kept:
    """The kept runs of a study, and what is counted of it."""

    def __init__(self, study: StudyRecord, exact: Tables, reference: Reference | None) -> None:
        self.artefacts, self.exact, self.reference = study.artefacts_by_id, exact, reference
        self.table: Callable[[str, str], ArtefactTable] = cache(self._table)

    def _table(self, artefact: str, source: str) -> ArtefactTable:
        if artefact in self.exact:
            return self.exact[artefact]
        return reference_table(self.artefacts[artefact], self.reference, source)

    def finding(self, note: str, number: int, evidence: Evidence) -> NoteFinding:
        subject = evidence.subject
        source = self._source(evidence)
        if source is None:
            wanted = f" in {evidence.source}" if evidence.source else ""
            problem = f"expected kept runs of {subject.artefact}{wanted}, found none"
            return NoteFinding(note, number, evidence, problem=problem)
        table = self.table(subject.artefact, source)
        row = table.rows[subject.rows[0]]
        beside = _shown_beside(table, row, subject) if evidence.place else {}
        measured = NoteFinding(
            note,
            number,
            evidence,
            value=self._value(evidence, source),
            among=len(beside),
            runs=0 if table.exact else len(row.runs),
            diverged=sum(run.status == DIVERGED for run in row.runs),
            source="" if table.exact else source,
        )
        problems = (
            self._rung_problem(measured, row),
            _number_problem(measured, row),
            _place_problem(measured, row, beside),
        )
        problem = next(filter(None, problems), "")
        return replace(measured, problem=problem)

    def _source(self, evidence: Evidence) -> str | None:
        """Where the runs are; empty where the rows are counted, None where none are kept."""
        compared = [one for one in (evidence.subject, evidence.other) if one]
        if all(one.artefact in self.exact for one in compared):
            return ""
        if self.reference is None:
            return None
        rows = [self._record(one).rows[one.rows[0]] for one in compared]
        if evidence.source:
            kept = self.reference.runs_from(rows, evidence.source)
            return evidence.source if len(kept) else None
        return self.reference.fullest_source(rows)

    def _record(self, selection: Selection) -> ArtefactRecord:
        return self.artefacts[selection.artefact]

    def _value(self, evidence: Evidence, source: str) -> float | None:
        """The mean of the subject, or of its differences from the other over the seeds of both."""
        own = _values(self.table(evidence.subject.artefact, source), evidence.subject)
        if evidence.other is None:
            return fmean(own.values()) if own else None
        other = _values(self.table(evidence.other.artefact, source), evidence.other)
        shared = own.keys() & other.keys()
        if not shared:
            return None
        if evidence.ratio:
            return fmean(own[seed] for seed in shared) / fmean(other[seed] for seed in shared)
        return fmean(own[seed] - other[seed] for seed in shared)

    def _rung_problem(self, finding: NoteFinding, row: MeasuredRow) -> str:
        if not finding.source:
            return ""
        rung = self.reference.rung_of_source(finding.source).name
        if rung != finding.evidence.rung:
            return f"expected runs of {_name(row)} at {finding.evidence.rung}, found some at {rung}"
        if finding.runs < finding.evidence.runs:
            return (
                f"expected {_runs(finding.evidence.runs)} or more of {_name(row)} in "
                f"{finding.source}, found {finding.runs}"
            )
        return ""


def _values(table: ArtefactTable, selection: Selection) -> dict[int, float]:
    return table.values(table.rows[selection.rows[0]], selection.metric)


def _shown_beside(
    table: ArtefactTable, own: MeasuredRow, subject: Selection
) -> dict[int, float | None]:
    """The mean of each row of the subject's arm that shows the same as its row, by the row's
    place; None of a row that has none."""
    name = metric_name(own.metric)
    means = {}
    for place, row in enumerate(table.rows):
        if row.arm == own.arm and metric_name(row.metric) == name:
            values = table.values(row, subject.metric)
            means[place] = fmean(values.values()) if values else None
    return means


def _number_problem(finding: NoteFinding, row: MeasuredRow) -> str:
    evidence = finding.evidence
    if evidence.diverged not in (None, finding.diverged):
        return (
            f"expected {_runs(evidence.diverged)} of {_name(row)} that diverged, found "
            f"{finding.diverged}"
        )
    if evidence.about is None:
        return ""
    expected = f"{evidence.about:g} within {evidence.within:g} of {_quantity(evidence, row)}"
    if finding.value is None:
        return f"expected {expected}, found no number"
    if abs(finding.value - evidence.about) > evidence.within:
        return f"expected {expected}, found {finding.value:g}"
    return ""


def _place_problem(
    finding: NoteFinding, row: MeasuredRow, beside: Mapping[int, float | None]
) -> str:
    place = finding.evidence.place
    if not place:
        return ""
    own = finding.evidence.subject.rows[0]
    others = [value for other, value in beside.items() if other != own]
    if not others or None in (*others, finding.value):
        return f"expected {_name(row)} to be the {place}, found rows without a number beside it"
    best = max(others) if place == "highest" else min(others)
    is_so = finding.value > best if place == "highest" else finding.value < best
    if is_so:
        return ""
    return f"expected {_name(row)} to be the {place} with {finding.value:g}, found {best:g}"


def _quantity(evidence: Evidence, row: MeasuredRow) -> str:
    """What is measured, in words."""
    name = f"{metric_name(evidence.subject.metric)} of {_name(row)}"
    if evidence.other is None:
        return name
    return f"{name} {'over' if evidence.ratio else 'minus'} that of the other row"


def _runs(number: int) -> str:
    return f"{number} run{'' if number == 1 else 's'}"


def _name(row: MeasuredRow) -> str:
    return f"{row.artefact} ({row.label})"
