"""Packages that travel as wheels, for a machine that has few and no network."""

import os
import sys
import zipfile
from pathlib import Path


def unpack_wheels(folder: Path, destination: Path) -> list[str]:
    """Make the packages of wheels importable here and in processes that this one starts. What the
    machine has of its own comes first.

    Args:
        folder: of the wheels, which need not be there.
        destination: where they are unpacked.

    Returns:
        The names of the wheels.
    """
    wheels = sorted(folder.glob("*.whl"))
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(destination)
    if wheels:
        sys.path.append(str(destination))
        earlier = os.environ.get("PYTHONPATH")
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [earlier, str(destination)]))
    return [wheel.name for wheel in wheels]
