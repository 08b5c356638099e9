"""Where data sets lie, downloaded and prepared, and what a prepared file depends on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from reprise.data.sources import Source, SourceFile
from reprise.studies.cell import Cell

if TYPE_CHECKING:
    from reprise.planning.plan import Plan

LIBRARIES_MEGABYTES = 500


def prepared_name(cell: Cell) -> str:
    """Stem of the prepared file that a cell trains on."""
    return f"{cell.dataset}-{cell.data_variant}"


def downloaded_files(source: Source) -> list[str]:
    """The files from which a data set is prepared, in the order of its layout.

    The folder is named by the data set alone and the file by its checksum, so that two variants
    may share a file and none takes another's for its own.
    """
    folder = f"resources/downloads/{source.name}"
    return [f"{folder}/{file.sha256[:12]}-{file.name}" for file in source.files]


def files_by_target(plan: Plan) -> dict[str, SourceFile]:
    """Every file that may be downloaded."""
    return {
        target: file
        for source in plan.sources.values()
        for target, file in zip(downloaded_files(source), source.files, strict=True)
    }


def preparation_entry(plan: Plan, source: Source) -> dict[str, Any]:
    """What the prepared file depends on: the data set's entry without addresses and prose, so
    that another mirror or a better title renews no data."""
    entry = dict(plan.entries[source.name])
    files = [{"url": file.name, "mirrors": [], "sha256": file.sha256} for file in source.files]
    return {**entry, "title": source.name, "citation": "", "files": files}


def preparation_megabytes(plan: Plan, source: Source) -> int:
    """Memory that preparing a data set may take: twice its decoded images, because some layouts
    join parts and resizing keeps both sizes, and what the libraries need."""
    side = max(source.pixels, plan.sources[source.name].pixels)
    images = source.train_images + source.test_images
    decoded = images * source.channels * side**2
    return LIBRARIES_MEGABYTES + math.ceil(2 * decoded / 1e6)
