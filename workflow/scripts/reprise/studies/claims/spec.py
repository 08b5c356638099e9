"""A claim, or a part of one, as YAML writes it, with the rows that its selections mean."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from reprise.errors import InputError, choose_among
from reprise.studies.claims.keys import Keys, check_keys, is_number
from reprise.studies.claims.resolving import INHERITED, Scope, identities, resolved
from reprise.studies.claims.selections import Selection, Selections, Term
from reprise.studies.measure_forms import LEFT_OUT


@dataclass(frozen=True)
class Spec(Keys):
    """One claim or part.

    Attributes:
        scope: what its selections take from it.
    """

    scope: Scope

    @classmethod
    def of(cls, content: Any, scope: Scope, where: str) -> "Spec":
        """The keys of a claim, after a check of those that all kinds have in common.

        Raises:
            InputError: the kind is unknown, or a key is missing, unknown, or no part of the kind.
        """
        if not isinstance(content, Mapping):
            raise InputError(f"{where}: expected the keys of a claim, found {content!r}")
        check_keys(content, where)
        common = {key: content[key] for key in INHERITED if key in content}
        diverged_as = _diverged_as(content, where)
        return cls(content, where, replace(scope, common=common, diverged_as=diverged_as))

    def each(self) -> Iterator[tuple[str, "Spec"]]:
        """Label and keys of each combination of the values of ``for_each``."""
        axes = self.content["for_each"]
        is_mapping = isinstance(axes, Mapping) and axes
        if not is_mapping or not all(map(_is_list_of_words, axes.values())):
            raise self.error(f"expected lists of value ids by axis, found {axes!r}", "for_each")
        for axis, values in axes.items():
            if repeated := [value for value in values if values.count(value) > 1]:
                sentence = f"expected each value once, found {repeated[0]!r} twice or more"
                raise self.error(sentence, f"for_each.{axis}")
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
        artefacts = self.scope.artefacts
        for name in axes.get("artefact", ()):
            if name not in artefacts:
                sentence = f"unknown artefact {name!r}; {choose_among(name, artefacts)}"
                raise self.error(sentence, "for_each.artefact")
        for name in axes.get("artefact", [self.content.get("artefact")]):
            for axis, values in axes.items():
                if axis != "artefact" and isinstance(name, str) and name in artefacts:
                    self._check_axis(name, axis, values)

    def _check_axis(self, artefact: str, axis: str, values: list[str]) -> None:
        axes = self.scope.artefacts[artefact].axes
        if axis not in axes:
            sentence = f"{artefact} has no axis {axis!r}; {choose_among(axis, axes)}"
            raise self.error(sentence, "for_each")
        for value in values:
            if value not in axes[axis]:
                sentence = f"unknown value {value!r}; {choose_among(value, axes[axis])}"
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
        return self._group(self.content[key], key)

    def _group(self, content: Any, key: str) -> Selections:
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
        return tuple(self._group(one, f"{key}[{i}]") for i, one in enumerate(content))

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
        if not is_number(term["weight"]):
            raise self.error(f"expected a number, found {term['weight']!r}", f"{key}.weight")
        return Term(float(term["weight"]), self._group(term["cells"], f"{key}.cells"))

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

    def check_curves(self, *groups: Selections) -> None:
        """See that all rows have learning curves."""
        for selection in (selection for group in groups for selection in group):
            if not self.scope.artefacts[selection.artefact].is_trained:
                raise self.error(
                    f"expected artefacts whose cells are trained, since a claim of kind "
                    f"{self.kind!r} compares learning curves, found {selection.artefact}"
                )


def _diverged_as(content: Mapping[str, Any], where: str) -> float | str | None:
    """A value for runs that diverged, other than what guessing gives, has a reason."""
    counted = content.get("diverged_as")
    if counted is not None and not is_number(counted) and counted != LEFT_OUT:
        raise InputError(
            f"{where}.diverged_as: expected a number or {LEFT_OUT!r}, found {counted!r}"
        )
    if ("diverged_as" in content) != ("diverged_because" in content):
        raise InputError(
            f"{where}: expected the keys diverged_as and diverged_because together (what a run "
            "that diverged counts as, and why), found one of them"
        )
    return counted


def _is_list_of_words(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)
