"""Claims whose parts all have to hold, and the rule of any claim."""

from dataclasses import dataclass

from reprise.studies.claims.registry import Rule, kinds
from reprise.studies.claims.reports import check_reports
from reprise.studies.claims.spec import Spec


@dataclass(frozen=True)
class ClaimPart:
    """One of several claims in one: its label in sentences, and its rule."""

    label: str
    rule: Rule


@kinds.register("all_of", needs=[["parts"]], takes=[])
@dataclass(frozen=True, kw_only=True)
class AllOf(Rule):
    """Every claim listed in ``parts`` holds; parts inherit artefact, metric and arm.

    A claim with ``for_each`` has a part for each combination of values.
    """

    parts: tuple[ClaimPart, ...]

    @classmethod
    def of(cls, spec: Spec) -> "AllOf":
        parts = enumerate(spec.parts(), start=1)
        return cls(parts=tuple(ClaimPart(f"part {i}", rule_of(part)) for i, part in parts))


def rule_of(spec: Spec) -> Rule:
    """The rule of a claim, or of a part of one, with all its rows.

    Raises:
        InputError: one sentence with file and key, for anything that cannot be judged.
    """
    if "for_each" in spec:
        parts = spec.each()
        labelled = tuple(ClaimPart(label, rule_of(one)) for label, one in parts)
        return AllOf(parts=labelled)
    rule = kinds[spec.kind].of(spec)
    check_reports(rule.groups(), spec.scope.artefacts, spec.where)
    return rule
