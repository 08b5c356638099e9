"""Where files of the workflow lie: in the working folder, or in the folder of the workflow."""

from pathlib import Path

WORKFLOW = Path(__file__).resolve().parents[3]
"""The folder that holds ``config/``, ``reference/`` and ``workflow/``."""


def own_or_built_in(name: str, folder: Path = Path()) -> Path:
    """A file or folder of a working folder or, where that has none of the name, the workflow's own.

    Both are one in a clone. They differ for ``snakemake -d``, ``snakemake -s`` and modules.

    Args:
        name: relative to both, ``config/scales.yaml`` for example.
        folder: the working folder.
    """
    own = folder / name
    return own if own.exists() else WORKFLOW / name
