"""A claim, or a part of one, as YAML writes it: its keys, each checked where it is read."""

from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from math import isfinite
from typing import Any

from reprise.errors import InputError, choose_among
from reprise.inventory import Entry, find
from reprise.studies.claims.registry import kinds
from reprise.studies.claims.resolving import INHERITED, Scope, identities, resolved
from reprise.studies.claims.selections import Selection, Selections, Term
from reprise.studies.measure_forms import (
    DEFAULT_METRIC,
    LEFT_OUT,
    check_arrival,
    check_measure,
    check_series,
)

DIVERGED_KEYS = frozenset({"diverged_as", "diverged_because"})
COMMON_KEYS = frozenset(
    {"id", "text", "source", "origin", "kind", "for_each", *INHERITED, *DIVERGED_KEYS}
)
SIGNS = {"greater": 1, "less": -1}


@dataclass(frozen=True)
class Spec:
    """The keys of one claim or part.

    Attributes:
        content: its YAML, with what it inherits.
        scope: what its selections take from it.
        where: file and key, for messages.
    """

    content: Mapping[str, Any]
    scope: Scope
    where: str

    @classmethod
    def of(cls, content: Any, scope: Scope, where: str) -> "Spec":
        """The keys of a claim, after a check of those that all kinds have in common.

        Raises:
            InputError: the kind is unknown, or a key is missing, unknown, or no part of the kind.
        """
        if not isinstance(content, Mapping):
            raise InputError(f"{where}: expected the keys of a claim, found {content!r}")
        _check_keys(content, where)
        check_measure(content.get("metric"), f"{where}.metric")
        common = {key: content[key] for key in INHERITED if key in content}
        diverged_as = _diverged_as(content, where)
        return cls(content, replace(scope, common=common, diverged_as=diverged_as), where)

    @property
    def kind(self) -> str:
        """Its registered name."""
        return self.content["kind"]

    def __contains__(self, key: str) -> bool:
        return key in self.content

    def error(self, sentence: str, key: str = "") -> InputError:
        """A mistake in a key, or in the claim as a whole."""
        return InputError(f"{self.where}{key and f'.{key}'}: {sentence}")

    def each(self) -> Iterator[tuple[str, "Spec"]]:
        """Label and keys of each combination of the values of ``for_each``."""
        axes = self.content["for_each"]
        if (
            not isinstance(axes, Mapping)
            or not axes
            or not all(map(_is_list_of_words, axes.values()))
        ):
            raise self.error(f"expected lists of value ids by axis, found {axes!r}", "for_each")
        self._check_axes(axes)
        rest = {key: value for key, value in self.content.items() if key != "for_each"}
        for values in product(*axes.values()):
            fixed = {**dict(zip(axes, values, strict=True)), **self.scope.fixed}
            yield (
                ", ".join(values),
                replace(self, content=rest, scope=replace(self.scope, fixed=fixed)),
            )

    def _check_axes(self, axes: Mapping[str, list[str]]) -> None:
        """The artefacts that ``for_each`` or the claim names have its axes and their values."""
        named = axes.get("artefact", [self.content.get("artefact")])
        for name in named:
            if "artefact" in axes and name not in self.scope.artefacts:
                known = choose_among(name, self.scope.artefacts)
                raise self.error(f"unknown artefact {name!r}; {known}", "for_each.artefact")
            known = self.scope.artefacts[name].axes if name in self.scope.artefacts else None
            for axis, values in axes.items():
                if known is None or axis == "artefact":
                    continue
                if axis not in known:
                    sentence = f"{name} has no axis {axis!r}; {choose_among(axis, known)}"
                    raise self.error(sentence, "for_each")
                for value in values:
                    if value not in known[axis]:
                        sentence = f"unknown value {value!r}; {choose_among(value, known[axis])}"
                        raise self.error(sentence, f"for_each.{axis}")

    def parts(self) -> Iterator["Spec"]:
        """The claims listed in ``parts``, with what they inherit."""
        listed = self.content["parts"]
        if not isinstance(listed, list) or not listed:
            raise self.error(f"expected a list of claims, found {listed!r}", "parts")
        for number, part in enumerate(listed):
            where = f"{self.where}.parts[{number}]"
            if isinstance(part, Mapping):
                part = {**self.scope.common, **part}
            yield Spec.of(part, self.scope, where)

    def selections(self, key: str) -> Selections:
        """The rows that a key selects: by one selection, or by a list of them."""
        content = self.content[key]
        if not isinstance(content, list):
            return (self._resolved(content, key),)
        if not content:
            raise self.error("expected a selection or more, found none", key)
        return tuple(self._resolved(one, f"{key}[{i}]") for i, one in enumerate(content))

    def steps(self, key: str) -> tuple[Selections, ...]:
        """The groups of rows that a key lists."""
        content = self.content[key]
        if not isinstance(content, list) or len(content) < 2:
            found = f"{len(content)}" if isinstance(content, list) else repr(content)
            raise self.error(f"expected a list of two selections or more, found {found}", key)
        return tuple((self._resolved(one, f"{key}[{i}]"),) for i, one in enumerate(content))

    def _resolved(self, content: Any, key: str) -> Selection:
        return resolved(self._with_choice(content, key), self.scope, f"{self.where}.{key}")

    def _with_choice(self, content: Any, key: str) -> Any:
        """A claim's ``choose_best`` is one of its subject, or of its cells."""
        swept = "subject" if "subject" in self else "cells"
        if "choose_best" not in self or key.partition("[")[0] != swept:
            return content
        if key != swept or not isinstance(content, Mapping):
            raise self.error("expected one selection to choose from, found a list", key)
        lowest = self.content.get("direction") == "less" or "below" in self
        choice = {"choose_best": self.content["choose_best"]}
        return {**choice, "best": "lowest" if lowest else "highest", **content}

    def terms(self) -> tuple[Term, ...]:
        """The sum of means that the claim writes as terms, as subject and other, or as cells."""
        if "terms" not in self:
            if "cells" in self:
                return (Term(1.0, self.selections("cells")),)
            subject, other = self.sides()
            return Term(1.0, subject), Term(-1.0, other)
        if "choose_best" in self:
            raise self.error("expected the key in a selection of the terms", "choose_best")
        listed = self.content["terms"]
        if not isinstance(listed, list) or not listed:
            raise self.error(f"expected a list of weights and cells, found {listed!r}", "terms")
        return tuple(self._term(term, f"terms[{i}]") for i, term in enumerate(listed))

    def _term(self, term: Any, key: str) -> Term:
        if not isinstance(term, Mapping) or set(term) != {"weight", "cells"}:
            raise self.error(f"expected the keys weight and cells, found {term!r}", key)
        if not _is_number(term["weight"]):
            raise self.error(f"expected a number, found {term['weight']!r}", f"{key}.weight")
        return Term(float(term["weight"]), (self._resolved(term["cells"], f"{key}.cells"),))

    def sides(self) -> tuple[Selections, Selections]:
        """Subject and other, which are not the same rows."""
        subject, other = self.selections("subject"), self.selections("other")
        if set(self.rows(subject)) == set(self.rows(other)):
            raise self.error(
                "expected other rows than those of its subject, found the same", "other"
            )
        return subject, other

    def subject_and_others(self) -> tuple[Selections, Selections, int]:
        """Subject, others, and how many rows the others have at least that are not the
        subject's."""
        subject, others = self.selections("subject"), self.selections("others")
        chosen = product(*(selection.outcomes for selection in subject))
        owned = [set(self.rows(own)) for own in chosen]
        counts = [sum(row not in own for row in self.rows(others)) for own in owned]
        if not min(counts):
            raise self.error("expected rows beside those of its subject, found none", "others")
        return subject, others, min(counts)

    def rows(self, selections: Selections) -> list[Hashable]:
        """For each row what is equal for rows of the same runs and the same metric."""
        return [row for one in selections for row in identities(one, self.scope.artefacts)]

    def number(self, key: str, least: float | None = None) -> float | None:
        """A number, as YAML has it; None where the key is absent."""
        value = self.content.get(key)
        if key in self and not (_is_number(value) and (least is None or value >= least)):
            wanted = "a number" if least is None else f"a number of {least:g} or more"
            raise self.error(f"expected {wanted}, found {value!r}", key)
        return value

    def positive(self, key: str) -> float | None:
        """A number above 0; None where the key is absent."""
        value = self.number(key)
        if value is not None and value <= 0:
            raise self.error(f"expected a number above 0, found {value!r}", key)
        return value

    def whole(self, key: str, default: int) -> int:
        """A whole number of 1 or more."""
        value = self.content.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.error(f"expected a whole number of 1 or more, found {value!r}", key)
        return value

    def flag(self, key: str) -> bool:
        """Yes or no; no where the key is absent."""
        value = self.content.get(key, False)
        if not isinstance(value, bool):
            raise self.error(f"expected true or false, found {value!r}", key)
        return value

    def word(self, key: str, known: Collection[str], default: str) -> str:
        """One of some words."""
        value = self.content.get(key, default)
        if value not in known:
            raise self.error(f"unknown {key} {value!r}; {choose_among(value, known)}", key)
        return value

    def sign(self) -> int:
        """1 for a claim that something is greater, -1 for less."""
        return SIGNS[self.word("direction", SIGNS, "greater")]

    def bounds(self) -> tuple[float | None, float | None]:
        """``low`` and ``high``, in this order."""
        low, high = self.number("low"), self.number("high")
        if low is not None and high is not None and low > high:
            raise self.error(f"expected a number of {low:g} or more, found {high!r}", "high")
        return low, high

    def series(self) -> str:
        """The column of the learning curves that is compared."""
        name = self.content.get("series", DEFAULT_METRIC)
        check_series(name, f"{self.where}.series")
        return name

    def arrival(self, key: str) -> Mapping[str, Any] | None:
        """A rule by which learning curves arrive; None where the key is absent."""
        check_arrival(self.content, self.where)
        return self.content.get(key)

    def check_curves(self, *groups: Selections) -> None:
        """See that all rows have learning curves."""
        for selection in (selection for group in groups for selection in group):
            if not self.scope.artefacts[selection.artefact].is_trained:
                raise self.error(
                    f"expected artefacts whose cells are trained, since a claim of kind "
                    f"{self.kind!r} compares learning curves, found {selection.artefact}"
                )

    def refuse(self, beside: str, *keys: str) -> None:
        """See that some keys are absent, which would say nothing beside another."""
        for key in keys:
            if key in self:
                raise self.error(f"expected no key {key!r} beside {beside!r}; take one of them out")


def _check_keys(content: Mapping[str, Any], where: str) -> None:
    """Compare keys with those that the kind needs and takes."""
    if not isinstance(content.get("kind"), str):
        raise InputError(f"{where}: the key 'kind' is missing")
    kind = find("claim kind", content["kind"], f"{where}.kind")
    needs, known = kind.description["needs"], _known_keys(kind)
    for key in content:
        if key not in known:
            raise InputError(
                f"{where}: a claim of kind {kind.name!r} has no key {key!r}; "
                f"{choose_among(key, known - COMMON_KEYS)}"
            )
    given = {key for key in set().union(*needs) if key in content}
    takes = set(kind.description["takes"])
    if not any(set(whole) <= given <= {*whole, *takes} for whole in needs):
        wanted = "; or ".join(", ".join(alternative) for alternative in needs)
        found = ", ".join(sorted(given)) or "none of them"
        raise InputError(
            f"{where}: a claim of kind {kind.name!r} needs the keys {wanted}; found {found}"
        )


def _known_keys(kind: Entry) -> frozenset[str]:
    known = COMMON_KEYS.union(kind.description["takes"], *kind.description["needs"])
    return known - DIVERGED_KEYS if "diverged" in kinds[kind.name].handles else known


def _diverged_as(content: Mapping[str, Any], where: str) -> float | str | None:
    """A value for runs that diverged, other than what guessing gives, has a reason."""
    counted = content.get("diverged_as")
    if counted is not None and not _is_number(counted) and counted != LEFT_OUT:
        raise InputError(
            f"{where}.diverged_as: expected a number or {LEFT_OUT!r}, found {counted!r}"
        )
    if ("diverged_as" in content) != ("diverged_because" in content):
        raise InputError(
            f"{where}: expected the keys diverged_as and diverged_because together (what a run "
            "that diverged counts as, and why), found one of them"
        )
    return counted


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _is_list_of_words(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)
