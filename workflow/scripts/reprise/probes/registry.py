"""The probes that an artefact may ask for by name, and what each kind is called with.

Without further keywords, ``entry(rows, **arguments)`` is computed from the rows of the artefact in
plan.json and returns tidy data: the axes, ``arm``, what it computes, and ``reported``, ``cited``,
``mean``, ``std``, ``n`` and ``status`` as in every artefact's CSV. A row's ``cell`` is the
published one, and its ``input`` has the ``channels``, ``pixels`` (side) and ``classes`` of the
published data set.

Registered with ``cells=False``, it needs no recipe: where nothing names one, ``cell`` and ``input``
are None. Registered with ``exact=True``, it gives one number for each row, without error, and
claims may compare these. ``mappings={argument: kind}`` says that an argument holds choices of a
registry by id.

Registered with ``reads=True``, ``entry(rows, searched, **arguments)`` is given the artefacts that
its arguments name under the key ``artefact`` too, by id.

Registered with ``runs=True``, ``entry(cell, data, prepared, **arguments)`` is a job of its own for
every row and seed, on the cell as run and its data, and returns a ``ProbeResult``. The artefact is
then gathered from these runs as from training. ``METRICS`` in its module lists the numbers of a
run, which claims may name. Registered with ``trains=True`` too, it trains the
cell to its end and takes a fourth argument ``checkpoint``, from which a job that was killed goes on
(see ``reprise.training.checkpoint``; None keeps no state). The updates of its runs are replayed
where the job asks for CUDA graphs; ``recorded=False`` says that what it measures would be another
thing then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from reprise.registry import Registry

probes = Registry("probe")


@dataclass(frozen=True)
class ProbeResult:
    """What a probe found in one run.

    Attributes:
        metrics: numbers of the run; None where there is none.
        points: tidy data behind them.
        status: "diverged" where the run came to nothing because it diverged.
    """

    metrics: Mapping[str, float | int | None]
    points: pd.DataFrame
    status: Literal["finished", "diverged"] = "finished"


@dataclass(frozen=True)
class Searched:
    """An artefact that a probe reads.

    Attributes:
        positions: numeric position of each axis value (None without one), by axis and value id.
        runs: one row per run: the axes, ``arm``, ``seed``, ``status``, the metrics, and
            ``learned``, whether the run is better than guessing (None where that is not known).
    """

    positions: Mapping[str, Mapping[str, float | None]]
    runs: pd.DataFrame
