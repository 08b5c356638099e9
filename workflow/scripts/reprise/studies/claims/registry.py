"""The registry of claim kinds, by the names that a study's YAML uses."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from reprise.registry import Registry
from reprise.studies.claims.selections import Term

if TYPE_CHECKING:
    from reprise.studies.claims.spec import Spec

# The literal keywords of a registration say which keys a claim of that kind has: ``needs`` lists
# alternatives, one of which has to be there whole, ``takes`` lists further keys. An entry is a
# ``Rule``. ``reprise.analysis.claims`` has a function that judges it.
kinds = Registry("claim kind")


@dataclass(frozen=True, kw_only=True)
class Rule(ABC):
    """What a claim compares, and what has to come out of it."""

    handles: ClassVar[frozenset[str]] = frozenset()
    """Of which runs the kind says by itself what they count as: those that ``diverged``, those
    that have ``not learned``."""

    @classmethod
    @abstractmethod
    def of(cls, spec: "Spec") -> "Rule":
        """Read the keys of a kind.

        Raises:
            InputError: one sentence with the key, for anything that cannot be judged.
        """

    def groups(self) -> tuple[Term, ...]:
        """The groups whose means are compared with one another; none where no means are.
        Weights that are not 1 are those of a sum, in which equal parts may cancel."""
        return ()

    def compares_numbers(self) -> bool:
        """Whether the numbers of its rows are compared with one another or with a number, so that
        all of them are in one unit."""
        return True

    @classmethod
    def kind_name(cls) -> str:
        """The name under which the class is registered."""
        return next(name for name in kinds if kinds[name] is cls)

    @staticmethod
    def of_kind(name: str) -> "type[Rule]":
        """The class that is registered under a name.

        Raises:
            InputError: there is none.
        """
        return kinds[name]
