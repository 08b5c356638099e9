"""Whether a prepared file is what its source says."""

from pathlib import Path

from reprise.data.prepared import open_prepared
from reprise.data.sources import Source

DESCRIBED = ("name", "variant", "classes", "mean", "std", "checksums", "pixels")


def check_prepared(path: Path, source: Source, pixels: int | None = None) -> None:
    """See that a prepared file holds what preparing a source writes."""
    data, source = open_prepared(path), source.resized(pixels)
    for key in DESCRIBED:
        assert getattr(data, key) == getattr(source, key), key
    assert len(data.train_images) == source.train_images
    assert len(data.test_images) == source.test_images
