"""The models of torchvision."""

from importlib import import_module
from types import ModuleType

from reprise.errors import InputError


def import_torchvision_models(model: str) -> ModuleType:
    """``torchvision.models`` for the model of this name; a caller imports it when it builds one.

    Raises:
        InputError: torchvision cannot be imported.
    """
    # Imported here since it takes longer than all else that a job imports.
    try:
        return import_module("torchvision.models")
    except (ImportError, OSError, RuntimeError) as error:
        raise InputError(
            f"model {model!r} needs torchvision, but importing it failed ({error}): install a "
            "torchvision that matches the installed torch"
        ) from None
