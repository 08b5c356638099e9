"""Made-up files in the form of those of PASCAL VOC, COCO and One Billion Word."""

import io
import json
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.io import savemat


def encoded(picture: Image.Image, kind: str = "PNG") -> bytes:
    """An image file."""
    stream = io.BytesIO()
    picture.save(stream, kind)
    return stream.getvalue()


def palette_png(mask: np.ndarray) -> bytes:
    """A mask as VOC has it: classes (height, width) uint8 as numbers of colors."""
    picture = Image.new("P", mask.shape[::-1])
    picture.putdata(mask.ravel().tolist())
    picture.putpalette([7 * (number % 36) for number in range(768)])
    return encoded(picture)


def mat(mask: np.ndarray) -> bytes:
    """A mask as the Semantic Boundaries Dataset has it."""
    stream = io.BytesIO()
    savemat(stream, {"GTcls": {"Segmentation": mask, "CategoriesPresent": [1]}})
    return stream.getvalue()


def packed(contents: Mapping[str, bytes], path: Path) -> Path:
    """A tar archive of contents by name, compressed as its own name ends."""
    with tarfile.open(path, "w:gz" if path.suffix in (".gz", ".tgz") else "w") as archive:
        for name, content in contents.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def instances(
    images: Sequence[tuple[int, str, tuple[int, int]]],
    annotations: Sequence[tuple[int, int, Sequence[float], bool]],
    categories: Mapping[int, str],
) -> bytes:
    """A JSON file as COCO has it.

    Args:
        images: number, file name, width and height.
        annotations: number of the image and of the category, left, top, width and height, crowd.
        categories: names by number.
    """
    content = {
        "info": {"year": 2017},
        "images": [
            {"id": number, "file_name": name, "width": width, "height": height, "license": 1}
            for number, name, (width, height) in images
        ],
        "annotations": [
            {
                "id": 100 + place,
                "image_id": image,
                "category_id": category,
                "bbox": list(box),
                "iscrowd": int(crowd),
                "segmentation": {"counts": [1, 2], "size": [3, 4]} if crowd else [[1, 2, 3, 4]],
            }
            for place, (image, category, box, crowd) in enumerate(annotations)
        ],
        "categories": [
            {"id": number, "name": name, "supercategory": "thing"}
            for number, name in categories.items()
        ],
    }
    return json.dumps(content).encode()


def zipped(contents: Mapping[str, bytes], path: Path) -> Path:
    """A zip archive of contents by name."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path
