"""A registered name with its arguments, in YAML ``flip`` or ``{name: crop, padding: 4}``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reprise.errors import InputError


def freeze(value: Any) -> Any:
    """Lists become tuples and mappings sorted tuples of pairs, so that a value can be hashed."""
    if isinstance(value, Mapping):
        return ("mapping", *((str(key), freeze(value[key])) for key in sorted(value)))
    if isinstance(value, list | tuple):
        return ("list", *(freeze(item) for item in value))
    return value


def thaw(value: Any) -> Any:
    """The inverse of ``freeze``: plain lists and dictionaries."""
    if isinstance(value, tuple):
        kind, *items = value
        if kind == "mapping":
            return {key: thaw(item) for key, item in items}
        return [thaw(item) for item in items]
    return value


@dataclass(frozen=True)
class Choice:
    """A name of a registry with arguments; equal choices are equal and hash alike."""

    name: str
    frozen_arguments: Any = ("mapping",)

    @classmethod
    def of(cls, value: Any, where: str = "configuration") -> "Choice":
        """Read a choice from YAML.

        Raises:
            InputError: ``value`` is neither a name nor a mapping with a ``name``.
        """
        if isinstance(value, Choice):
            return value
        if isinstance(value, str):
            return cls(value)
        if isinstance(value, Mapping) and isinstance(value.get("name"), str):
            return cls(value["name"], freeze({k: v for k, v in value.items() if k != "name"}))
        raise InputError(f"{where}: expected a name or a mapping with `name`, found {value!r}")

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments as plain data."""
        return thaw(self.frozen_arguments)

    def plain(self) -> dict[str, Any]:
        """The mapping that YAML would hold."""
        return {"name": self.name, **self.arguments}

    def replacing(self, **arguments: Any) -> "Choice":
        """The same name with some arguments replaced."""
        return Choice(self.name, freeze({**self.arguments, **arguments}))
