"""The parts of a claim in words: what each compares, and what came of it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from reprise.analysis.claims.ladder import rules_in
from reprise.rendering.claim_effects import judged_part, writing_of
from reprise.rendering.entries import as_number
from reprise.rendering.metrics import metric_words
from reprise.rendering.numbers import listed
from reprise.studies.artefact_records import ArtefactRecord, RowRecord
from reprise.studies.claims.contrasts import Contrast, Trend
from reprise.studies.claims.counts import Counted
from reprise.studies.claims.orders import AgainstOthers, Order
from reprise.studies.claims.registry import Rule
from reprise.studies.claims.rules import AllOf, ClaimPart
from reprise.studies.claims.selections import Selections, selections_of
from reprise.studies.measure_forms import Metric, metric_name
from reprise.studies.rows import DEFAULT_ARM

Artefacts = Mapping[str, ArtefactRecord]


@dataclass(frozen=True)
class ComparedRow:
    """A row of an artefact, and what of it is compared."""

    artefact: ArtefactRecord
    row: RowRecord
    metric: Metric

    @property
    def names_metric(self) -> bool:
        """Whether an axis value of it says already what it shows."""
        return any(value.metric for value in self.artefact.values_at(self.row))

    def label(self, axis: str, value: str) -> str:
        """A value in words; a bare number follows the name of its axis."""
        label = self.artefact.label(axis, value)
        name = self.artefact.axis(axis).label
        is_bare = name and BARE_NUMBER.fullmatch(label)
        return f"{name[:1].lower()}{name[1:]} {label}" if is_bare else label


Rows = Sequence[ComparedRow]

SIDES = {True: "as claimed", False: "not as claimed"}
STEP = re.compile(r"step (\d+)")
BARE_NUMBER = re.compile(r"[\d.]+(e-?\d+)?")
DECIDES = re.compile(r"(weakest|decisive): (.*)")
SILENT = re.compile(r"(\d+ of \d+ parts cannot be judged): (.*?) \((.*)\)")


@dataclass(frozen=True)
class ShownPart:
    """One part: what it compares, its effect with unit and interval, that which the study reports
    where it does, and on which side of the claim it lies; of one without an effect ``said`` is why
    it has none."""

    words: str
    effect: str
    interval: str
    reported: str
    said: str

    @property
    def found(self) -> str:
        """What came of it: ``+0.21 points (−0.10 to +0.52), as claimed; reported +0.40 points``."""
        interval = f" ({self.interval})" if self.interval else ""
        said = ", ".join(
            filter(None, [f"{self.effect}{interval}" if self.effect else "", self.said])
        )
        return f"{said}; reported {self.reported}" if self.reported else said


def shown_parts(rule: Rule, text: str | None, artefacts: Artefacts) -> list[ShownPart]:
    """The parts of a claim; none where the column cannot be read.

    Args:
        rule: of the claim.
        text: the column ``parts`` of claims.csv.
        artefacts: of the study, by id.
    """
    try:
        parts = json.loads(text or "[]")
    except ValueError:
        return []
    return [_shown(rule, part, artefacts) for part in parts if isinstance(part, dict)]


def _shown(rule: Rule, part: dict[str, Any], artefacts: Artefacts) -> ShownPart:
    effect, low, high = (as_number(part.get(k)) for k in ("effect", "ci_low", "ci_high"))
    basis = part.get("basis") or ""
    write = writing_of(judged_part(rule, part.get("part")), artefacts, effect, basis)
    side = SIDES.get(part.get("holds"), "on neither side")
    return ShownPart(
        words=part_in_words(rule, part.get("label") or "", artefacts),
        effect=write.in_words(effect),
        interval=write.interval(low, high),
        reported=write.in_words(as_number(part.get("reported_effect"))),
        said=basis if effect is None else side,
    )


def basis_in_words(
    basis: str, rule: Rule, place: str | None, artefacts: Artefacts
) -> tuple[str, str]:
    """What a verdict rests on without the part that decides, and that part in words.

    Args:
        basis: as claims.csv has it, with the parts by their labels there.
        rule: of the claim.
        place: of the part that decides, as claims.csv has it.
    """
    left, decides = [], ""
    for clause in basis.split("; "):
        if found := DECIDES.fullmatch(clause):
            inside = judged_part(rule, place)
            words = part_in_words(rule if found[1] == "weakest" else inside, found[2], artefacts)
            decides = f"{decides}; {words}" if decides and words not in decides else words
        elif found := SILENT.fullmatch(clause):
            left.append(f"{found[1]}: {part_in_words(rule, found[2], artefacts)} ({found[3]})")
        else:
            left.append(clause)
    return "; ".join(left), decides


def part_in_words(rule: Rule, label: str, artefacts: Artefacts) -> str:
    """What a part of a claim compares: ``multiply-adds: MobileNetV2 against ShuffleNet``.

    Args:
        rule: of the claim.
        label: of the part, as the judge calls it.
        artefacts: of the study, by id.
    """
    metrics = {metric_name(one.metric) for leaf in rules_in(rule) for one in selections_of(leaf)}
    part, rest = _descend(rule, label)
    return _compared(part, rest, artefacts, len(metrics) > 1)


def _descend(rule: Rule, label: str) -> tuple[Rule, str]:
    """The part of the rule that a label begins with, and what the label says beyond it."""
    while isinstance(rule, AllOf):
        named = [part for part in rule.parts if _begins(label, part)]
        if not named:
            return rule, label
        part = max(named, key=lambda one: len(one.label))
        rule, label = part.rule, label.removeprefix(part.label).removeprefix(", ")
    return rule, label


def _begins(label: str, part: ClaimPart) -> bool:
    return f"{label}, ".startswith(f"{part.label}, ")


def _compared(rule: Rule, rest: str, artefacts: Artefacts, metrics_differ: bool) -> str:
    """What a rule compares, or that part of it which the rest of a label names."""
    if isinstance(rule, AllOf):
        return rest
    if isinstance(rule, Order) and (found := STEP.fullmatch(rest)):
        # The results may be older than the rule, and know more steps than it has.
        for first, second in list(pairwise(rule.steps))[int(found[1]) - 1 :][:1]:
            return _pair([_rows(first, artefacts)], [_rows(second, artefacts)], metrics_differ)
        return rest
    over, under = ([_rows(group, artefacts) for group in groups] for groups in _groups(rule))
    if rest.startswith("against "):
        under = list(filter(None, [_rows_of_label(under, rest.removeprefix("against "))]))
        rest = "" if under else rest
    words = _pair(over, under, metrics_differ)
    if isinstance(rule, Trend):
        rest = f"along {_axis_label(rule, artefacts)}"
    return ", ".join(filter(None, [words, rest]))


def _groups(rule: Rule) -> tuple[Sequence[Selections], Sequence[Selections]]:
    """What a rule sets over what."""
    if isinstance(rule, Contrast):
        over = [term.selections for term in rule.terms if term.weight > 0]
        return over, [term.selections for term in rule.terms if term.weight < 0]
    if isinstance(rule, Counted):
        return rule.counted[:1], rule.counted[1:]
    if isinstance(rule, Order):
        return rule.steps, ()
    against = rule.others if isinstance(rule, AgainstOthers) else getattr(rule, "other", ())
    against = against or getattr(rule, "others", ())
    return [rule.subject], [against] if against else []


def _rows(selections: Selections, artefacts: Artefacts) -> list[ComparedRow]:
    return [
        ComparedRow(artefacts[one.artefact], artefacts[one.artefact].rows[place], one.metric)
        for one in selections
        for place in one.rows
    ]


def _rows_of_label(groups: Sequence[Rows], label: str) -> list[ComparedRow]:
    """The row that a judge calls so: by its values, and its arm where that is not the main one."""
    for one in (one for group in groups for one in group):
        arm = [] if one.row.arm == DEFAULT_ARM else [one.row.arm]
        if ", ".join([*(one.row.axes.values() or [one.artefact.id]), *arm]) == label:
            return [one]
    return []


def _pair(over: Sequence[Rows], under: Sequence[Rows], metrics_differ: bool) -> str:
    """Groups against others: what all have in common first, then what tells them apart.

    Args:
        metrics_differ: whether the parts of the claim are about several metrics.
    """
    groups = [*over, *under]
    labels = [_labels(group, metrics_differ) for group in groups]
    shared = set.intersection(*map(set, labels)) if len(groups) > 1 else set()
    common = [label for pair, label in labels[0].items() if pair in shared]
    if metrics_differ and not groups[0][0].names_metric:
        common.insert(0, metric_words(groups[0][0].metric))
    names = [
        ", ".join(label for pair, label in of_group.items() if pair not in shared)
        for of_group in labels
    ]
    if len(set(names)) < len(names) and not metrics_differ:
        return _pair(over, under, True)
    if len(set(names)) < len(names):
        names = [
            _told_apart(name, group, groups) for name, group in zip(names, groups, strict=True)
        ]
    sides = [listed(filter(None, part)) for part in (names[: len(over)], names[len(over) :])]
    pair = " against ".join(filter(None, sides))
    return ": ".join(filter(None, [", ".join(common), pair]))


def _labels(group: Rows, metrics_differ: bool) -> dict[tuple[str, str], str]:
    """The axis values that all rows of a group share, and their arm where it is not the main one,
    with their words. Where all parts are about one metric, what the rows show goes without
    saying."""
    first, *others = group
    labels = {}
    for axis, value in first.row.axes.items():
        record = first.artefact.axis(axis).value(value)
        says_metric = record is not None and record.metric is not None
        is_shared = all(other.row.axes.get(axis) == value for other in others)
        if is_shared and (metrics_differ or not says_metric):
            labels[axis, value] = first.label(axis, value)
    if first.row.arm != DEFAULT_ARM and all(o.row.arm == first.row.arm for o in others):
        labels["", first.row.arm] = first.row.arm
    return labels


def _told_apart(name: str, group: Rows, groups: Sequence[Rows]) -> str:
    """The words of a group with its metric, or else its artefact, where the values alone do not
    tell groups apart."""
    metrics = {metric_name(rows[0].metric) for rows in groups}
    further = metric_words(group[0].metric) if len(metrics) > 1 else group[0].artefact.name
    return ", ".join(filter(None, [name, further]))


def _axis_label(rule: Trend, artefacts: Artefacts) -> str:
    artefact = artefacts[next(selections_of(rule)).artefact]
    label = artefact.axis(rule.axis).label or rule.axis
    return f"{label[:1].lower()}{label[1:]}"
