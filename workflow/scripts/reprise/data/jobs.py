"""What the rule that prepares data does: plain data in, files out."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from reprise.data.catalogue import load_entries
from reprise.data.preparation import prepare
from reprise.data.prepared_checksums import PreparedChecksum
from reprise.data.sources import Source
from reprise.folders import own_or_built_in


def prepare_data(plain: Mapping[str, Any]) -> None:
    """Prepare a data set and keep the checksum of what comes out.

    Args:
        plain: ``name`` and ``entry`` of the data set, without the user's folder; ``datasets``, the
            configuration's own entries, which may name that folder; ``files``, those fetched;
            ``pixels`` and ``classes``, those wanted; ``prepared``, the file to write, and
            ``prepared_name``, its name without ending; ``origin``, ``folder`` and ``contents`` as
            of ``PreparedChecksum``.

    Raises:
        InputError: as ``load_entries`` and ``prepare`` do.
        OSError: the checksum cannot be written.
    """
    known = load_entries(own_or_built_in("config/datasets.yaml"), plain["datasets"])
    name, prepared = plain["name"], Path(plain["prepared"])
    source = Source.of(name, plain["entry"])
    prepare(
        replace(source, folder=Source.of(name, known[name]).folder),
        list(map(Path, plain["files"])),
        prepared,
        plain["pixels"],
        plain["classes"],
    )
    checksum = PreparedChecksum.of(prepared, plain["origin"], plain["folder"], plain["contents"])
    checksum.keep(plain["prepared_name"])
