"""A package that is not installed, where only a part of what a module offers needs it."""

from typing import NoReturn

from reprise.errors import InputError


class MissingPackage:
    """Takes the place of a package. Whoever uses it is told what needs it.

    Args:
        name: of the package, as it is imported.
        user: what needs it.
    """

    def __init__(self, name: str, user: str) -> None:
        self._name = name
        self._user = user

    def __getattr__(self, attribute: str) -> NoReturn:
        # Python and tools look for names of this form in everything.
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        raise InputError(
            f"{self._user} needs the package {self._name}, which is not installed: install what "
            "requirements.txt names, or leave out the runs that need it"
        )
