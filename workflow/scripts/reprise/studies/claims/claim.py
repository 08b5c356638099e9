"""The claims of a study, read from its YAML."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reprise.studies.claims.artefacts import Artefacts
from reprise.studies.claims.registry import Rule
from reprise.studies.claims.resolving import Scope
from reprise.studies.claims.rules import rule_of
from reprise.studies.claims.selections import artefacts_of
from reprise.studies.claims.spec import Spec


@dataclass(frozen=True)
class Claim:
    """What a study concludes, as a comparison of rows.

    Attributes:
        source: where the study says it.
        origin: whether a sentence of the study says it (``stated``), or its numbers (``read``).
        artefacts: ids of those that it compares, at least one, its own first.
    """

    id: str
    text: str
    source: str
    origin: str
    kind: str
    artefacts: tuple[str, ...]
    rule: Rule


def read_claims(contents: Mapping[str, Any], artefacts: Artefacts, where: str) -> tuple[Claim, ...]:
    """All claims of a study.

    Args:
        contents: their YAML, by id.
        artefacts: those of the study, by id.
        where: the file, for messages.

    Raises:
        InputError: one sentence with file and key, for anything that cannot be judged.
    """
    return tuple(
        read_claim(name, content, artefacts, f"{where}: claims.{name}")
        for name, content in contents.items()
    )


def read_claim(name: str, content: Any, artefacts: Artefacts, where: str) -> Claim:
    """One claim.

    Raises:
        InputError: as ``read_claims``.
    """
    spec = Spec.of(content, Scope(artefacts), where)
    rule = rule_of(spec)
    compared = artefacts_of(rule)
    own = content.get("artefact")
    ordered = sorted(compared, key=lambda one: (one != own, list(artefacts).index(one)))
    return Claim(
        id=name,
        text=content.get("text", ""),
        source=content.get("source", ""),
        origin=content.get("origin", ""),
        kind=spec.kind,
        artefacts=tuple(ordered),
        rule=rule,
    )
