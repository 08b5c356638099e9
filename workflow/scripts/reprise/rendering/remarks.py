"""Notes and assumptions: whole where they are said, and a link where they are said elsewhere."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reprise.studies.artefact_records import ArtefactRecord
from reprise.studies.plan_records import Remark

LONGEST_SENTENCE = 90
"""Characters of a first sentence that a link still holds whole."""

FIRST_SENTENCE = re.compile(r"(.+?[.?!])(?= [A-Z]|$)", re.DOTALL)


@dataclass(frozen=True)
class ShownRemark:
    """A note or an assumption at one place.

    Attributes:
        text: all of it, or the beginning that stands in a link.
        anchor: where links to it lead; empty where none do.
        link: the anchor of the whole text; empty where it stands here.
        places: id and name of the artefacts that it is about, where it stands at the study.
    """

    text: str
    anchor: str = ""
    link: str = ""
    places: Sequence[tuple[str, str]] = ()


def remarks_of_study(
    study: str, remarks: Sequence[Remark], artefacts: Mapping[str, ArtefactRecord]
) -> list[ShownRemark]:
    """The remarks that stand at the study: those of no artefact, and those of several, which are
    said once.

    Args:
        study: the id of the study.
        artefacts: of the study, by id.
    """
    shown = []
    for remark in remarks:
        about = [name for name in remark.artefacts if name in artefacts]
        if len(about) != 1:
            places = [(name, place_of(artefacts[name], artefacts)) for name in about]
            anchor = anchor_of(study, remark) if about else ""
            shown.append(ShownRemark(remark.text, anchor=anchor, places=places))
    return shown


def remarks_of_artefact(
    study: str,
    remarks: Sequence[Remark],
    artefact: str,
    artefacts: Mapping[str, ArtefactRecord],
) -> list[ShownRemark]:
    """The remarks on one artefact: first those on it alone, then links to those on several."""
    own, elsewhere = [], []
    for remark in remarks:
        if artefact in remark.artefacts:
            if len([name for name in remark.artefacts if name in artefacts]) == 1:
                own.append(ShownRemark(remark.text))
            else:
                link = anchor_of(study, remark)
                elsewhere.append(ShownRemark(beginning(remark.text), link=link))
    return own + elsewhere


def place_of(artefact: ArtefactRecord, artefacts: Mapping[str, ArtefactRecord]) -> str:
    """What a link to an artefact says: where the study has it, or its title where the study has
    several there."""
    several = sum(other.name == artefact.name for other in artefacts.values()) > 1
    return artefact.title if several and artefact.title else artefact.name


def anchor_of(study: str, remark: Remark) -> str:
    """Where a remark stands on the page."""
    return f"{study}/remarks/{remark.id}"


def beginning(text: str) -> str:
    """The first sentence of a text if it is short, else its first words."""
    text = " ".join(text.split())
    found = FIRST_SENTENCE.match(text)
    if found and len(found[1]) <= LONGEST_SENTENCE:
        return found[1]
    return f"{text[:LONGEST_SENTENCE].rpartition(' ')[0].rstrip(',;:')} …"
