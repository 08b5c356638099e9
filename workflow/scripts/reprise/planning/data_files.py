"""Where downloaded data sets lie, and what preparing one takes and depends on."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from reprise.data.sources import Source, SourceFile
from reprise.inventory import find

LIBRARIES_MEGABYTES = 500
# The name of a file and its label, generously.
BYTES_A_NAME = 300
FEWEST_MINUTES = 30
# What an entry says of the runs and not of the prepared file.
NOT_PREPARED = ("folder", "in_place_of", "task")
# Photographs of half a megapixel come at a hundred or more a second.
IMAGES_A_MINUTE = 3000
# Words are read three times, at a million a second or more.
TOKENS_A_MINUTE = 10_000_000


def downloaded_files(source: Source) -> list[str]:
    """The files from which a data set is prepared, in the order of its layout.

    The folder is named by the data set alone and the file by its checksum, so that two variants
    may share a file and none takes another's for its own.
    """
    folder = f"resources/downloads/{source.name}"
    return [f"{folder}/{file.sha256[:12]}-{file.name}" for file in source.files]


def files_by_target(sources: Iterable[Source]) -> dict[str, SourceFile]:
    """Every file that may be downloaded for some data sets."""
    return {
        target: file
        for source in sources
        for target, file in zip(downloaded_files(source), source.files, strict=True)
    }


def preparation_entry(entry: Mapping[str, Any], source: Source) -> dict[str, Any]:
    """What the prepared file depends on: the data set's entry as configured, without addresses,
    folder, prose and what it says of augmentations, so that another mirror or a better title renews
    no data. What the user's folder holds counts beside it (see ``reprise.planning.up_to_date``)."""
    kept = {key: value for key, value in entry.items() if key not in NOT_PREPARED}
    files = [{"url": file.name, "mirrors": [], "sha256": file.sha256} for file in source.files]
    return {**kept, "title": source.name, "citation": "", "files": files}


def preparation_megabytes(source: Source, unresized: Source) -> int:
    """Memory that preparing a data set may take: twice its decoded images, because some layouts
    join parts, and what the libraries need. A streamed layout never holds all images.

    Args:
        source: of the size to which images are resized, with the classes that are kept.
        unresized: of all images that its files hold, at their own size.
    """
    images = unresized.train_images + unresized.test_images
    layout = find("layout", source.layout, f"datasets.{source.name}.layout")
    if layout.description.get("streamed", False):
        own = layout.description.get("megabytes", 0)
        names = images if source.channels else 0
        return LIBRARIES_MEGABYTES + own + math.ceil(names * BYTES_A_NAME / 1e6)
    side = max(source.pixels, unresized.pixels)
    decoded = images * source.channels * side**2
    return LIBRARIES_MEGABYTES + math.ceil(2 * decoded / 1e6)


def preparation_minutes(source: Source) -> int:
    """Time that preparing a data set may take."""
    images = source.train_images + source.test_images
    if not source.channels:
        return FEWEST_MINUTES + images * source.pixels // TOKENS_A_MINUTE
    return FEWEST_MINUTES + math.ceil(images / IMAGES_A_MINUTE)
