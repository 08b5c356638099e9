"""Where the files of a run lie: its folder, relative to ``results/<scale>``, what is in it, and the
data and weights that it reads. They are spelt here alone.

A cell that is trained has the folder ``CELL``. A probe that runs on a cell has the folder
``PROBE``: that of the cell, below that of the probe.
"""

import re

DESCRIPTION, METRICS, HISTORY = "cell.yaml", "metrics.json", "history.csv"
"""What a run leaves in its folder."""
OUTPUTS = (DESCRIPTION, METRICS, HISTORY)
FAILURE = "failure.json"
"""What a run that failed leaves instead."""

TRAINED, PROBED = "cells", "probes"

_SETTINGS = "{model}/{norm}/{schedule}/bs{batch_size}/{variant}"
_SEED = "seed{seed}"
RUN = f"{_SETTINGS}/{_SEED}"
"""The part that training and probes share, with Snakemake's wildcards."""
CELL = f"{TRAINED}/{RUN}"
PROBE = f"{PROBED}/{{probe}}/{RUN}"

WHOLE_NUMBERS = ("batch_size", "seed")


def _pattern(wildcard: re.Match[str]) -> str:
    return rf"(?P<{wildcard[1]}>{r'[0-9]+' if wildcard[1] in WHOLE_NUMBERS else '[^/]+'})"


_CELL = re.compile(re.sub(r"\{(\w+)\}", _pattern, CELL))


def settings_folder(**settings: str | int) -> str:
    """The folder above those of a cell's seeds.

    Args:
        settings: ``model``, ``norm``, ``schedule``, ``batch_size`` and ``variant``.
    """
    return f"{TRAINED}/{_SETTINGS}".format(**settings)


def seed_folder(settings: str, seed: int) -> str:
    """The folder of one seed, below that of its settings."""
    return f"{settings}/{_SEED.format(seed=seed)}"


def probe_folder(probe: str, cell: str) -> str:
    """The folder of a probe's run.

    Args:
        probe: the name of the probe with a digest of its arguments.
        cell: the folder of the cell.
    """
    return f"{PROBED}/{probe}/{cell.removeprefix(f'{TRAINED}/')}"


def is_trained(folder: str) -> bool:
    """Whether it is the folder of a cell that is trained."""
    return folder.startswith(f"{TRAINED}/")


def kind_of(folder: str) -> str:
    """What ran in a folder: ``cells``, or ``probes/<probe>``."""
    first, second, *_ = f"{folder}/".split("/")
    return first if first == TRAINED else f"{first}/{second}"


def settings_of(folder: str) -> dict[str, str | int] | None:
    """What the folder of a trained cell says, by wildcard; None where it is no such folder."""
    found = _CELL.fullmatch(folder)
    if found is None:
        return None
    return {name: int(v) if name in WHOLE_NUMBERS else v for name, v in found.groupdict().items()}


def prepared_name(dataset: str, variant: str) -> str:
    """The name of the prepared data of a variant of a data set."""
    return f"{dataset}-{variant}"


def prepared_path(name: str) -> str:
    """The prepared file of that name."""
    return f"resources/prepared/{name}.safetensors"


def weights_path(stem: str) -> str:
    """The file of starting weights, by what a cell as run calls them."""
    return f"resources/weights/{stem}.safetensors"
