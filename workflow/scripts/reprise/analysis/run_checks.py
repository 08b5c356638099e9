"""Whether the runs that are gathered are those that are asked for."""

from collections.abc import Mapping
from pathlib import Path

from reprise.analysis.records import read_record
from reprise.data.prepared_checksums import kept_checksum
from reprise.errors import InputError
from reprise.studies.run_folders import prepared_name, prepared_path
from reprise.studies.run_identity import run_identity
from reprise.studies.statuses import ENDED


def check_runs(asked: Mapping[str, str], results: Path) -> None:
    """Compare each run with what is asked for: its description, published cell, version of the
    code, and the checksum of its data.

    Args:
        asked: identity (see ``reprise.studies.run_identity``) by folder, relative to ``results``.
        results: the results folder of the scale.

    Raises:
        InputError: names the first run that is another one.
    """
    for folder, identity in asked.items():
        record = read_record(results / folder)
        if record.status not in ENDED:
            continue
        try:
            of_run = run_identity(record.content)
            data = record.content["provenance"]["data"]
            read, name = data["sha256"], prepared_name(data["name"], data["variant"])
        except (LookupError, TypeError):
            of_run, read, name = "", "", ""
        prepared = kept_checksum(name)
        if of_run != identity:
            problem = "another description or version of the code"
        elif prepared is not None and prepared.sha256 != read:
            problem = f"other data than {prepared_path(name)}"
        else:
            continue
        raise InputError(
            f"{results / folder} was expected to hold the run that is asked for, and holds one of "
            f"{problem}: run again without options that choose what runs, or remove that folder"
        )
