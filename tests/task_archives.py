"""Made-up files in the form of those of PASCAL VOC, COCO and One Billion Word."""

import io
import tarfile
from collections.abc import Mapping
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
