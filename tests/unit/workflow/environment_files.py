"""The conda environments and the pip requirements, as they are written down."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[3]
ENVIRONMENTS = sorted((ROOT / "workflow" / "envs").glob("*.yaml"))
# How conda calls what pip calls otherwise.
PIP_NAMES = {"pytorch": "torch", "matplotlib-base": "matplotlib"}


def requirements(file: str = "requirements.txt") -> dict[str, str]:
    """Versions by name, those of the files that it includes among them."""
    found = {}
    for line in (ROOT / file).read_text().splitlines():
        if line.startswith("-r "):
            found |= requirements(line.removeprefix("-r "))
        elif "==" in line:
            found |= dict([line.split("==")])
    return found


def dependencies(environment: Path) -> tuple[list[str], list[str]]:
    """What conda installs, and what pip does after it."""
    items = yaml.safe_load(environment.read_text())["dependencies"]
    by_pip = [line for item in items if isinstance(item, dict) for line in item["pip"]]
    return [item for item in items if isinstance(item, str)], by_pip


def packages(environment: Path) -> dict[str, str]:
    """Versions by name, those that pip installs among them."""
    by_conda, by_pip = dependencies(environment)
    found = [re.fullmatch(r"(\S+) =(\S+)", item) for item in by_conda if item != "pip"]
    found += [re.fullmatch(r"(\S+) ==(\S+)\.\*", line) for line in by_pip]
    return dict(match.groups() for match in found)
