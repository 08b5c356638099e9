"""Names and paths that stay where they belong, whoever wrote them."""

import re
from pathlib import PurePosixPath

NAME = r"[A-Za-z0-9_]+"
"""What the ids of scales, studies, artefacts and claims are made of, since they name files."""


def is_name(text: str) -> bool:
    """Whether a text can be a file's name on every system and leads nowhere else."""
    return re.fullmatch(NAME, text) is not None


def is_below(path: str) -> bool:
    """Whether a relative path, with slashes, stays below the folder that it starts from."""
    parts = PurePosixPath(path).parts
    return bool(parts) and parts[0] != "/" and ".." not in parts and path.isprintable()
