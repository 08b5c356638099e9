"""Where a file of a data set lies: a web address, a ``file://`` address or a path."""

import os
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import SplitResult, urlsplit
from urllib.request import url2pathname

from reprise.errors import InputError

WEB_SCHEMES = ("http", "https")

_VARIABLE = re.compile(r"\$\{(\w+)\}")


def expanded(address: str, key: str, environment: Mapping[str, str] = os.environ) -> str:
    """The address with every ``${VARIABLE}`` replaced by that environment variable.

    Raises:
        InputError: a variable is not set or empty; ``key`` says where in the configuration.
    """

    def value_of(match: re.Match[str]) -> str:
        variable = match.group(1)
        if not environment.get(variable):
            raise InputError(
                f"{key} needs the environment variable {variable}, which is not set: "
                f"set it to what stands for it in {address!r}"
            )
        return environment[variable]

    return _VARIABLE.sub(value_of, address)


def local_path(address: str) -> Path | None:
    """The path that a ``file://`` address or a plain path names; None for a web address.

    Raises:
        InputError: the address is malformed, or has a scheme that is not supported.
    """
    parts = _split(address)
    if not parts.scheme:
        return Path(address).expanduser()
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return Path(url2pathname(parts.path))
    if parts.scheme in WEB_SCHEMES and parts.netloc:
        return None
    raise InputError(
        f"the address {address!r} cannot be fetched from: expected is http://host/file, "
        "https://host/file, file:///folder/file or a path"
    )


def file_name(address: str) -> str:
    """The last part of an address, in characters that every file system takes.

    Raises:
        InputError: the address ends in no file name.
    """
    parts = _split(address)
    name = PurePosixPath(parts.path if parts.scheme else address).name
    if not name.strip("."):
        raise InputError(f"the address {address!r} must end in the name of a file")
    return re.sub(r"[^A-Za-z0-9._-]", "_", name)


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError as error:
        raise InputError(f"the address {address!r} is malformed ({error})") from error
