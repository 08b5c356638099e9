"""Download one file: addresses in turn, checked by SHA-256, whole or not at all."""

import time
from pathlib import Path
from shutil import copyfileobj
from ssl import SSLCertVerificationError
from typing import Any

import requests
from pooch import HTTPDownloader
from urllib3.exceptions import (
    HTTPError,
    IncompleteRead,
    NameResolutionError,
    NewConnectionError,
)

from reprise.data.addresses import local_path
from reprise.data.integrity import replacing, sha256_of
from reprise.errors import InputError

# Requests lets some errors of urllib3 through; malformed headers raise ValueError.
_DOWNLOAD_ERRORS = (requests.RequestException, HTTPError, ValueError)


class _AddressError(Exception):
    """One address did not give the file; the message says what it did instead."""

    def __init__(self, message: str, passing: bool = False) -> None:
        super().__init__(message)
        self.passing = passing


def fetch(
    urls: list[str], sha256: str, destination: Path, progress: bool, retries: int = 2
) -> None:
    """Fetch a file from the first address that gives the expected contents.

    Addresses are http(s), ``file://`` or paths, tried in turn. Those that lost the connection or
    report an error of the server are tried again, in up to ``retries`` more rounds. Nothing is
    fetched if the destination holds the expected contents already.

    Raises:
        InputError: no address gave the file, or the destination cannot be written; nothing is
            left of the attempt.
    """
    try:
        if destination.is_file() and sha256_of(destination) == sha256:
            return
        failures = _try_addresses(urls, sha256, destination, progress, retries)
    except OSError as error:
        raise InputError(f"{destination} cannot be written: {error.strerror or error}") from error
    if failures:
        raise InputError(
            f"could not fetch {destination.name}: "
            f"{'; '.join(f'{url} {failure}' for url, failure in failures.items())}; "
            "try again later, or name another address in the configuration under datasets"
        )


def _try_addresses(
    urls: list[str], sha256: str, destination: Path, progress: bool, retries: int
) -> dict[str, _AddressError]:
    """What went wrong with each address; empty if one gave the file."""
    failures: dict[str, _AddressError] = {}
    waiting = urls
    for attempt in range(retries + 1):
        time.sleep(attempt)
        for url in waiting:
            try:
                _fetch_from(url, sha256, destination, progress)
                return {}
            except _AddressError as failure:
                failures[url] = failure
        waiting = [url for url in waiting if failures[url].passing]
        if not waiting:
            break
    return failures


def _fetch_from(url: str, sha256: str, destination: Path, progress: bool) -> None:
    path = local_path(url)
    with replacing(destination) as partial:
        if path is None:
            _download(url, partial, progress)
        else:
            _copy(path, partial)
        digest = sha256_of(partial)
        if digest != sha256:
            raise _AddressError(f"has SHA-256 {digest} where {sha256} is expected")


def _copy(path: Path, partial: Path) -> None:
    try:
        source = path.open("rb")
    except OSError as error:
        raise _AddressError(f"cannot be read ({error.strerror})") from error
    with source, partial.open("wb") as target:
        copyfileobj(source, target)


def _download(url: str, partial: Path, progress: bool) -> None:
    download = HTTPDownloader(
        progressbar=progress,
        headers={"Accept-Encoding": "identity"},
        hooks={"response": _keep_compressed},
    )
    try:
        download(url, str(partial), None)
    except _DOWNLOAD_ERRORS as error:
        raise _AddressError(_reason(error), passing=_is_passing(error)) from error
    except OSError as error:
        # Requests says so of its own settings; what cannot be written has a number.
        if error.errno is not None:
            raise
        raise _AddressError(f"could not be asked ({error})") from error


def _keep_compressed(response: requests.Response, **_: Any) -> None:
    """Servers that call a .gz file an encoding of its contents would have it decompressed."""
    response.raw.headers.pop("Content-Encoding", None)


def _is_passing(error: Exception) -> bool:
    if isinstance(error, requests.HTTPError):
        return error.response.status_code >= 500 or error.response.status_code == 429
    if isinstance(error, requests.exceptions.SSLError | requests.exceptions.ProxyError):
        return False
    return isinstance(
        error,
        requests.ConnectionError | requests.Timeout | requests.exceptions.ChunkedEncodingError,
    )


def _reason(error: Exception) -> str:
    if isinstance(error, requests.HTTPError):
        return f"answered {error.response.status_code} {error.response.reason}"
    if isinstance(error, requests.Timeout):
        return "did not answer in time"
    causes = _causes(error)
    if any(isinstance(part, IncompleteRead) for part in causes):
        return "broke off before the end of the file"
    if isinstance(error, requests.exceptions.SSLError):
        return f"has a certificate that was refused ({_of_certificate(causes)})"
    if isinstance(error, requests.exceptions.ProxyError):
        return "could not be asked, since the proxy that the environment names does not answer"
    if any(isinstance(part, NameResolutionError) for part in causes):
        return "has a name that is not known, or there is no network"
    if any(isinstance(part, NewConnectionError) for part in causes):
        return "could not be reached: nothing takes connections there"
    if isinstance(error, requests.ConnectionError):
        return "lost the connection"
    return f"failed ({type(error).__name__})"


def _of_certificate(causes: list[BaseException]) -> str:
    """What is wrong with a certificate, as the library of encryption says it."""
    said = [part.verify_message for part in causes if isinstance(part, SSLCertVerificationError)]
    return said[-1] if said else "no encrypted connection"


def _causes(error: BaseException) -> list[BaseException]:
    """The error and those behind it, which urllib3 and requests keep in several places."""
    causes: list[BaseException] = []
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one not in causes:
            causes.append(one)
            behind = [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]
            waiting.extend(part for part in behind if isinstance(part, BaseException))
    return causes
