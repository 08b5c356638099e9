"""The keys of a claim as YAML writes them, each checked where it is read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, TypeVar

from reprise.errors import InputError, choose_among
from reprise.inventory import Entry, find
from reprise.studies.claims.registry import kinds
from reprise.studies.claims.resolving import INHERITED
from reprise.studies.measure_forms import DEFAULT_METRIC, NearBest, Settled, check_series

DIVERGED_KEYS = frozenset({"diverged_as", "diverged_because"})
COMMON_KEYS = frozenset(
    {"id", "text", "source", "origin", "kind", "for_each", *INHERITED, *DIVERGED_KEYS}
)
SIGNS = {"greater": 1, "less": -1}

Arriving = TypeVar("Arriving", Settled, NearBest)


@dataclass(frozen=True)
class Keys:
    """The keys of one claim or part.

    Attributes:
        content: its YAML, with what it inherits.
        where: file and key, for messages.
    """

    content: Mapping[str, Any]
    where: str

    @property
    def kind(self) -> str:
        """Its registered name."""
        return self.content["kind"]

    def __contains__(self, key: str) -> bool:
        return key in self.content

    def error(self, sentence: str, key: str = "") -> InputError:
        """A mistake in a key, or in the claim as a whole."""
        return InputError(f"{self.where}{key and f'.{key}'}: {sentence}")

    def number(self, key: str, least: float | None = None) -> float | None:
        """A number, as YAML has it; None where the key is absent."""
        value = self.content.get(key)
        if key in self and not (is_number(value) and (least is None or value >= least)):
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

    def word(self, key: str, words: Collection[str], default: str) -> str:
        """One of some words."""
        value = self.content.get(key, default)
        if not isinstance(value, str) or value not in words:
            raise self.error(f"unknown {key} {value!r}; {choose_among(value, words)}", key)
        return value

    def text(self, key: str) -> str:
        """Any word."""
        value = self.content[key]
        if not isinstance(value, str):
            raise self.error(f"expected a word, found {value!r}", key)
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

    def arrival(self, key: str, rule: type[Arriving]) -> Arriving | None:
        """A rule by which learning curves arrive; None where the key is absent."""
        return rule.of(self.content[key], f"{self.where}.{key}") if key in self else None

    def refuse(self, beside: str, *keys: str) -> None:
        """See that some keys are absent, which would say nothing beside another."""
        for key in keys:
            if key in self:
                raise self.error(f"expected no key {key!r} beside {beside!r}; take one of them out")


def check_keys(content: Mapping[str, Any], where: str) -> None:
    """Compare keys with those that the kind needs and takes.

    Raises:
        InputError: the kind is unknown, or a key is missing, unknown, or no part of the kind.
    """
    if not isinstance(content.get("kind"), str):
        raise InputError(f"{where}: the key 'kind' is missing")
    kind = find("claim kind", content["kind"], f"{where}.kind")
    needs, keys = kind.description["needs"], _known_keys(kind)
    for key in content:
        if key not in keys:
            raise InputError(
                f"{where}: a claim of kind {kind.name!r} has no key {key!r}; "
                f"{choose_among(key, keys - COMMON_KEYS)}"
            )
    given = {key for key in set().union(*needs) if key in content}
    takes = set(kind.description["takes"])
    if not any(set(whole) <= given <= {*whole, *takes} for whole in needs):
        wanted = "; or ".join(", ".join(alternative) for alternative in needs)
        listed = ", ".join(sorted(given)) or "none of them"
        raise InputError(
            f"{where}: a claim of kind {kind.name!r} needs the keys {wanted}; found {listed}"
        )


def _known_keys(kind: Entry) -> frozenset[str]:
    keys = COMMON_KEYS.union(kind.description["takes"], *kind.description["needs"])
    return keys - DIVERGED_KEYS if "diverged" in kinds[kind.name].handles else keys


def is_number(value: Any) -> bool:
    """Whether a value is a finite number; yes and no are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
