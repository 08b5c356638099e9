"""What the notes and assumptions of a study say, and what the notes rest on."""

from collections.abc import Iterable

from pages.artefacts import artefact_names
from pages.kept import KeptStudy
from pages.markdown import code, paragraphs, plain
from reprise.analysis.note_evidence import NoteFinding
from reprise.rendering.metrics import Style, compared_style, metric_words
from reprise.rendering.numbers import count, fitting_decimals, number
from reprise.studies.artefact_records import ArtefactRecord
from reprise.studies.claims.selections import Selection
from reprise.studies.metric_units import difference_unit
from reprise.studies.plan_records import Remark
from reprise.studies.rows import DEFAULT_ARM


def notes_section(kept: KeptStudy) -> str:
    """The notes that rest on runs or counts, the other notes, and the assumptions."""
    found: dict[str, list[NoteFinding]] = {}
    for each in kept.findings:
        found.setdefault(each.note, []).append(each)
    notes = kept.study.notes
    resting = [_resting(kept, note, found[note.id]) for note in notes if note.id in found]
    return paragraphs(
        *_listed(
            "## What the numbers show, and what was checked",
            "Under each note stands what it rests on, computed from the kept runs or counted.",
            resting,
        ),
        *_listed(
            "## Where text, code and arithmetic of the study differ",
            "",
            [_remark(kept, note) for note in notes if note.id not in found],
        ),
        *_listed(
            "## What is assumed",
            "The study leaves this open.",
            [_remark(kept, one) for one in kept.study.assumptions],
        ),
    )


def _listed(heading: str, words: str, lines: Iterable[str]) -> tuple[str, ...]:
    text = "\n".join(lines)
    return (heading, words, text) if text else ()


def _remark(kept: KeptStudy, remark: Remark) -> str:
    places = artefact_names(kept, iter(remark.artefacts))
    return f"- {plain(remark.text)}" + (f" ({places})" if places else "")


def _resting(kept: KeptStudy, note: Remark, findings: Iterable[NoteFinding]) -> str:
    lines = [f"  - {_words(kept, each)}" for each in findings]
    return "\n".join([_remark(kept, note), *lines])


def _words(kept: KeptStudy, found: NoteFinding) -> str:
    """What a note rests on, with the number of today."""
    evidence = found.evidence
    if evidence.claim:
        return f"The claim {code(evidence.claim)}: {found.verdict}."
    artefacts = kept.study.artefacts_by_id
    artefact = artefacts[evidence.subject.artefact]
    style = compared_style(evidence.subject, artefacts)
    named = _row(artefact, evidence.subject)
    if evidence.other:
        sign = "over" if evidence.ratio else "minus"
        named += f" {sign} {_row(artefacts[evidence.other.artefact], evidence.other)}"
    parts = [_number(found, style), _place(found), _runs(found)]
    return f"{plain(artefact.name)}, {plain(named)}: {plain(', '.join(filter(None, parts)))}."


def _row(artefact: ArtefactRecord, selection: Selection) -> str:
    row = artefact.rows[selection.rows[0]]
    axes = [axis for axis in artefact.axis_ids if row.value(axis)]
    label = artefact.combination_label(axes, row.values(axes))
    if len(axes) == 1:
        label = f"{artefact.axis(axes[0]).label} {label}"
    return label if row.arm == DEFAULT_ARM else f"{label} ({row.arm})"


def _number(found: NoteFinding, style: Style) -> str:
    evidence = found.evidence
    if evidence.about is None and not evidence.place:
        return ""
    if evidence.ratio:
        times = number(found.value, fitting_decimals(found.value))
        return f"{metric_words(style.metric)} = {times} times"
    decimals = style.decimals
    if decimals is None:
        decimals = fitting_decimals(found.value) if found.value else 2
    unit = difference_unit(style.unit) if evidence.other else style.unit
    return f"{metric_words(style.metric)} = {number(found.value, decimals)} {unit}".strip()


def _place(found: NoteFinding) -> str:
    place = found.evidence.place
    return f"the {place} of {found.among}" if place else ""


def _runs(found: NoteFinding) -> str:
    if not found.source:
        return "counted"
    diverged = f", {found.diverged} diverged" if found.evidence.diverged is not None else ""
    return f"{count(found.runs, 'run')}{diverged} in {found.source}"
