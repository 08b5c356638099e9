"""The one idiom by which a model, norm, schedule, optimizer, ... is found by its YAML name.

    models = Registry("model")

    @models.register("mgnet", widths=["channels"])
    class MgNet(nn.Module): ...

    models["mgnet"]

A registry imports the module of an entry when the entry is asked for, and no other module. The
keywords of ``register`` are literals that describe an entry to code that must not import it (the
workflow plans cells on machines without torch): see ``reprise.inventory``.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, TypeVar

from reprise import inventory
from reprise.errors import InputError, choose_among

Entry = TypeVar("Entry")


class Registry:
    """Named entries of one kind.

    Raises:
        ImportError: the module of the entry that is asked for needs a package that is absent.
        InputError: no module of the library registers the name that is asked for.
        ValueError: a name is registered twice.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._entries: dict[str, Any] = {}

    def register(self, name: str, **description: Any) -> Callable[[Entry], Entry]:
        """Decorator that enters a function or class under ``name``."""

        def enter(entry: Entry) -> Entry:
            if name in self._entries:
                raise ValueError(f"{self.kind} {name!r} is registered twice")
            self._entries[name] = entry
            return entry

        return enter

    def __getitem__(self, name: str) -> Any:
        if name not in self._entries:
            entry = inventory.entries().get((self.kind, name))
            if entry is None:
                raise InputError(f"unknown {self.kind} {name!r}; {choose_among(name, list(self))}")
            import_module(entry.module)
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        """The names of all entries, those too whose modules are not imported yet."""
        return iter(sorted({*inventory.names(self.kind), *self._entries}))
