"""What the notes of a study rest on, read from its YAML, so that it can be checked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from reprise.errors import InputError, choose_among
from reprise.studies.claims.artefacts import Artefacts
from reprise.studies.claims.resolving import Scope, resolved
from reprise.studies.claims.selections import Selection
from reprise.studies.measure_forms import metric_name
from reprise.studies.rungs import RUNGS

SAYS = ("about", "is", "diverged", "runs", "source")
"""Keys of which evidence on rows has one at least."""
OF_ROWS = frozenset({*SAYS, "subject", "other", "ratio", "within"})
"""Keys that evidence on a claim does not have."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One thing that a note rests on: a number of kept runs, one that is counted, or a verdict.

    Attributes:
        subject: the one row whose number counts; None where a claim's verdict does.
        other: the row that is taken off the subject, seed by seed; None without one.
        ratio: whether the subject is divided by the other instead.
        about, within: the number that is expected, and by how much it may be missed; None where
            none is expected.
        place: ``highest`` or ``lowest`` where the subject is so among the rows of its artefact in
            its arm that show its metric; else empty.
        diverged: how many runs of the subject diverged; None where nothing is said of it.
        runs: how many runs of the subject there are at the least; 0 for a claim.
        source: the folder of the kept runs; empty where any will do.
        rung: of the kept runs, by name.
        claim: id; empty where a row counts.
        verdicts: what may have come of the claim.
    """

    subject: Selection | None = None
    other: Selection | None = None
    ratio: bool = False
    about: float | None = None
    within: float | None = None
    place: str = ""
    diverged: int | None = None
    runs: int = 0
    source: str = ""
    rung: str = RUNGS["paper"].name
    claim: str = ""
    verdicts: tuple[str, ...] = ()


def read_evidence(
    notes: Mapping[str, Any], artefacts: Artefacts, claims: Collection[str], where: str
) -> dict[str, tuple[Evidence, ...]]:
    """What each note of a study rests on, by the note's id.

    Args:
        notes: their YAML, by id, as the schema of a study has it.
        artefacts: those of the study, by id.
        claims: the ids of its claims.
        where: the file, for messages.

    Raises:
        InputError: one sentence with file and key, for an unknown claim, a selection that means no
            row or several, or keys that do not go together.
    """
    return {
        name: tuple(
            _evidence(content, artefacts, claims, f"{where}: notes.{name}.evidence.{number}")
            for number, content in enumerate(note["evidence"])
        )
        for name, note in notes.items()
    }


def _evidence(
    content: Mapping[str, Any], artefacts: Artefacts, claims: Collection[str], where: str
) -> Evidence:
    if ("claim" in content) == ("subject" in content):
        raise InputError(f"{where}: expected one of the keys 'claim' and 'subject', found "
                         f"{'both' if 'claim' in content else 'neither'}")  # fmt: skip
    if "claim" in content:
        return _of_claim(content, claims, where)
    return _of_rows(content, artefacts, where)


def _of_claim(content: Mapping[str, Any], claims: Collection[str], where: str) -> Evidence:
    if content["claim"] not in claims:
        suggestion = choose_among(content["claim"], claims)
        raise InputError(f"{where}.claim: unknown claim {content['claim']!r}; {suggestion}")
    if "verdict" not in content:
        raise InputError(f"{where}: expected the key 'verdict' beside 'claim', found none")
    if beside := sorted(OF_ROWS & content.keys()):
        raise InputError(f"{where}: expected no {beside[0]!r} beside 'claim'; it is said of rows")
    return Evidence(
        claim=content["claim"], verdicts=tuple(content["verdict"]), rung=content["rung"]
    )


def _of_rows(content: Mapping[str, Any], artefacts: Artefacts, where: str) -> Evidence:
    _check_keys(content, where)
    scope = Scope(artefacts, {k: content[k] for k in ("artefact", "arm", "metric") if k in content})
    subject, other = (
        _one_row(content[key], scope, f"{where}.{key}") if key in content else None
        for key in ("subject", "other")
    )
    if other and metric_name(subject.metric) != metric_name(other.metric):
        raise InputError(
            f"{where}: expected rows of one metric, found {metric_name(subject.metric)} and "
            f"{metric_name(other.metric)}"
        )
    return Evidence(
        subject=subject,
        other=other,
        ratio=content.get("ratio", False),
        about=content.get("about"),
        within=content.get("within"),
        place=content.get("is", ""),
        diverged=content.get("diverged"),
        runs=content.get("runs", 1),
        source=content.get("source", ""),
        rung=content["rung"],
    )


def _check_keys(content: Mapping[str, Any], where: str) -> None:
    if "verdict" in content:
        raise InputError(f"{where}: expected the key 'claim' beside 'verdict', found 'subject'")
    if not content.keys() & set(SAYS):
        raise InputError(f"{where}: expected one of the keys {', '.join(SAYS)}, found none")
    if ("about" in content) != ("within" in content):
        raise InputError(f"{where}: expected both of the keys 'about' and 'within', found one")
    if "other" in content and "about" not in content:
        raise InputError(f"{where}: expected the key 'about' beside 'other', found none")
    if "other" in content and "is" in content:
        raise InputError(f"{where}: expected one of the keys 'is' and 'other', found both")
    if "ratio" in content and "other" not in content:
        raise InputError(f"{where}: expected the key 'other' beside 'ratio', found none")


def _one_row(content: Any, scope: Scope, where: str) -> Selection:
    selection = resolved(content, scope, where)
    if len(selection.rows) != 1 or selection.candidates:
        raise InputError(
            f"{where}: expected one row of {selection.artefact}, found {len(selection.rows)}; name "
            "a value of every axis"
        )
    return selection
