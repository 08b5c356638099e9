"""Decoders of data set files by the layout's name in datasets.yaml.

A layout is a function ``(source: Source, files: list[Path]) -> Splits`` that raises InputError
for files that are not as the source says.
"""

from reprise.data.layouts import (
    cifar_binary,
    digits,
    idx,
    image_tree,
    numbered_images,
    tiny_imagenet,
)
from reprise.data.layouts.names import layouts

__all__ = [
    "cifar_binary",
    "digits",
    "idx",
    "image_tree",
    "layouts",
    "numbered_images",
    "tiny_imagenet",
]
