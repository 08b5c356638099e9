"""A tree of image files with one folder a class: train/<class>/<file>, test/<class>/<file>."""

from pathlib import Path

from reprise.data.image_files import ImageFile, check_channels, decode_splits, image_files
from reprise.data.layouts.names import layouts
from reprise.data.sources import Source
from reprise.data.splits import Splits, check_count, check_every_class, class_label


@layouts.register("image-tree")
def decode(source: Source, files: list[Path]) -> Splits:
    """One or more tar or zip archives that together hold the tree, in whatever outer folder.

    Folders have the names of the source's classes, whose order gives the labels. Images are in
    the order of class folder and file name, so that the order in the archive does not matter.
    Hidden files and files outside the tree are passed over.
    """
    check_channels(source)
    where = " and ".join(map(str, files))
    tree: dict[str, dict[ImageFile, int]] = {"train": {}, "test": {}}
    for file in sorted(image_files(files), key=lambda file: file.path.parts[-3:]):
        split, folder, _ = ("", "", *file.path.parts)[-3:]
        if split in tree:
            place = f"{file.archive}, folder {split}"
            tree[split][file] = class_label(source, folder, place)
    for split, expected in (("train", source.train_images), ("test", source.test_images)):
        place = f"the folder {split} of {where}"
        check_every_class(source, tree[split].values(), place)
        names = ("/".join(file.path.parts[-3:]) for file in tree[split])
        check_count(len(tree[split]), expected, place, names)
    return decode_splits(source, tree["train"], tree["test"])
