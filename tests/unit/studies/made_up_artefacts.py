"""Artefacts as claims see them before anything runs, made up."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from reprise.studies.claims.artefacts import ComparedArtefact, ComparedRow
from reprise.studies.measure_forms import Arrival, Settled, trained_metrics
from reprise.studies.reported_epochs import LAST_EPOCH, ReportedEpochs

MEAN = ReportedEpochs(epochs="mean", count=4)
TIME = Arrival(series="validation_accuracy", rule=Settled(change=1, epochs=4))
SHOWN = {"accuracy": "test_accuracy", "time": TIME}


def artefact(
    name: str,
    axes: Mapping[str, Mapping[str, float | None]],
    arms: Mapping[str, Any] | None = None,
    without: Sequence[tuple[str, ...]] = (),
    **more: Any,
) -> ComparedArtefact:
    """All combinations of axis values in every arm but some, each of runs of its own; values of
    an axis ``shown`` say what their rows show, of the same runs.

    Args:
        name: id.
        axes: positions by value, by axis.
        arms: which epochs each reports.
        without: combinations that are no rows.
        more: other fields.
    """
    rows = []
    for values in product(*axes.values()):
        if values in without:
            continue
        at = dict(zip(axes, values, strict=True))
        for arm, report in (arms or {"as run": LAST_EPOCH}).items():
            runs = name, arm, *(value for axis, value in at.items() if axis != "shown")
            metric = SHOWN[at.get("shown", "accuracy")]
            rows.append(ComparedRow(at, arm, metric, report, runs))
    return ComparedArtefact(name, axes, tuple(rows), **{"metrics": trained_metrics(), **more})


SETTING = {"a": None, "b": None}
PLACES = {"setting": SETTING, "shown": dict.fromkeys(SHOWN)}
RATES = {"low": 0.1, "mid": 1.0, "high": 10.0, "none": None, "zero": 0.0}


def artefacts() -> dict[str, ComparedArtefact]:
    """Tables of two settings that show two metrics, a sweep over rates, a sweep without one of its
    cells, a probe's table, exact counts, and curves of runs of two lengths."""
    two_arms = {"as run": LAST_EPOCH, "as described": LAST_EPOCH}
    curves = artefact("curves", {"setting": {**SETTING, "c": None}})
    lengths = zip(curves.rows, (1.0, 0.5, 1.0), strict=True)
    shortened = tuple(replace(row, epoch_ratio=ratio) for row, ratio in lengths)
    found = [
        artefact("table1", PLACES, two_arms),
        artefact("table2", PLACES),
        artefact("averaged", PLACES, {"as run": MEAN, "as described": LAST_EPOCH}),
        artefact("sweep", {"rate": RATES}),
        artefact("gap", {"setting": SETTING, "rate": RATES}, without=[("b", "high")]),
        artefact("probed", {"setting": SETTING}, metrics=frozenset({"loss_range"}),
                 is_trained=False),
        artefact("counts", {"setting": SETTING}, metrics=frozenset({"test_accuracy"}),
                 is_trained=False),
        artefact("computed", {"setting": SETTING}, is_comparable=False),
        replace(curves, rows=shortened),
    ]  # fmt: skip
    return {each.id: each for each in found}
