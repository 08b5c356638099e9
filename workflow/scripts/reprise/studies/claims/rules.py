"""Claims whose parts all have to hold, and the rule of any claim."""

from collections.abc import Iterator
from dataclasses import dataclass

from reprise.studies.claims.comparable import check_reports, check_units
from reprise.studies.claims.registry import Rule, kinds
from reprise.studies.claims.resolving import Scope
from reprise.studies.claims.selections import Selection, selections_of
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

    def compares_numbers(self) -> bool:
        """No: each part compares its own."""
        return False

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
        return AllOf(parts=tuple(_parts_of_each(spec)))
    rule = kinds[spec.kind].of(spec)
    check_reports(rule.groups(), spec.scope.artefacts, spec.where)
    if rule.compares_numbers():
        check_units(selections_of(rule), spec.where)
    return rule


def _parts_of_each(spec: Spec) -> Iterator[ClaimPart]:
    """A part for each combination of the values of ``for_each``, no two of which are the same."""
    labels: dict[Rule, str] = {}
    for label, one in spec.each():
        rule = rule_of(one)
        _check_used(spec, one.scope, rule)
        first = labels.setdefault(rule, label)
        if first != label:
            raise spec.error(
                f"expected other rows for each of its values, found the same for {first!r} and "
                f"{label!r}; take the axis out of the selections, or out of for_each",
                "for_each",
            )
        yield ClaimPart(label, rule)


def _check_used(spec: Spec, scope: Scope, rule: Rule) -> None:
    """A value of ``for_each`` is that of a selection at least; others may replace it."""
    for axis in spec.content["for_each"]:
        value = scope.fixed[axis]
        if not any(_is_at(one, axis, value, scope) for one in selections_of(rule)):
            raise spec.error(
                f"expected a selection that leaves the axis {axis!r} to for_each, found none at "
                f"{value!r}; take the axis out of the selections, or out of for_each",
                f"for_each.{axis}",
            )


def _is_at(selection: Selection, axis: str, value: str, scope: Scope) -> bool:
    """Whether all rows of a selection are at a value of an axis, or of an artefact."""
    if axis == "artefact":
        return selection.artefact == value
    rows = scope.artefacts[selection.artefact].rows
    return all(rows[place].axes.get(axis) == value for place in selection.rows)
