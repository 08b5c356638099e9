"""Decoders of data set files by the layout's name in datasets.yaml.

A layout is a function ``(source: Source, files: list[Path]) -> Splits`` that raises InputError
for files that are not as the source says. ``register`` takes ``folder=True`` for one that reads the
source's folder in place of files, and ``streamed=True`` for one that never holds all images,
whose ``megabytes`` are what it holds beside them; and ``names_classes=True`` for one that finds the
names of the classes in the files, of which the source has the number.
"""

from reprise.data.layouts.names import layouts

__all__ = ["layouts"]
