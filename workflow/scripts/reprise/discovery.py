"""Imports every module of a room, so that each of its registries knows all its entries."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules


@cache
def import_room(room: str) -> None:
    """Imports the modules of ``reprise.<room>``; a second call does nothing."""
    package = import_module(f"reprise.{room}")
    for module in iter_modules(package.__path__, prefix=f"{package.__name__}."):
        import_module(module.name)
