"""Targets of the command line that are no ids and no files: what was meant."""

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from reprise.errors import InputError, choose_among

_ID = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)?")


JOBS = "jobs"


def check_jobs(targets: Collection[str], ids: Mapping[str, Collection[str]]) -> None:
    """See that beside the target ``jobs`` there are only ids, whose runs are listed.

    Args:
        targets: as given on the command line.
        ids: of artefacts and claims by study, of the studies that the configuration asks for.

    Raises:
        InputError: names the first target that is another.
    """
    if JOBS not in targets:
        return
    for target in targets:
        study, _, item = target.partition("/")
        if target != JOBS and not (study in ids and (not item or item in ids[study])):
            raise InputError(
                f"target {target!r}: expected ids of studies, artefacts or claims beside `jobs`, "
                "which lists their runs: ask for this target by itself"
            )


def check_targets(
    targets: Iterable[str],
    rules: Collection[str],
    ids: Mapping[str, Collection[str]],
    available: Collection[str],
) -> None:
    """See that targets that look like ids are known.

    Args:
        targets: as given on the command line; those with a dot or more than one slash are files.
        rules: names of rules.
        ids: of artefacts and claims by study, of the studies that the configuration asks for.
        available: all studies that there are.

    Raises:
        InputError: names the closest id, or says that the configuration leaves its study out.
    """
    for target in targets:
        if target in rules or not _ID.fullmatch(target) or Path(target).exists():
            continue
        study, _, item = target.partition("/")
        if study in available and study not in ids:
            raise InputError(
                f"target {target!r}: expected a study that the configuration asks for "
                f"({', '.join(ids)}), found {study}: leave `studies` out, or add {study} to it"
            )
        if study in ids:
            raise InputError(
                f"target {target!r}: {study} has no artefact or claim of that id; "
                f"{choose_among(item, ids[study])}"
            )
        if item:
            raise InputError(
                f"target {target!r}: there is no study of that id; {choose_among(study, ids)}"
            )
        suggestion = choose_among(target, [name for name in rules if "/" not in name])
        raise InputError(f"target {target!r}: there is no study or rule of that name; {suggestion}")
