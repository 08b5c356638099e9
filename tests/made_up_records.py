"""Artefacts of a plan from what a test says of them, and usual things for all else."""

from collections.abc import Iterable, Mapping
from typing import Any

from reprise.studies.artefact_records import ArtefactRecord, RowRecord
from reprise.studies.plain_records import record
from reprise.studies.rows import DEFAULT_ARM
from reprise.studies.run_folders import TRAINED, kind_of

LAST = {"epochs": "last"}
OF_ARTEFACTS = {
    "kind": "table", "title": "", "where": "", "caption": "", "metric": "test_accuracy",
    "unit": None, "decimals": 2, "figure": None, "probe": None, "gathered": True, "axes": [],
    "rows": [],
}  # fmt: skip
OF_VALUES = {"x": None, "metric": None, "unit": None, "decimals": None, "redefined": False}
OF_ROWS = {
    "arm": DEFAULT_ARM, "reported": None, "cited": None, "metric": None, "unit": None,
    "report": LAST, "statistic": "mean", "reported_runs": 1, "epochs": None, "train_images": None,
    "data": None, "published": [], "cell": None, "input": None, "not_run": None,
    "folders": {"1": "cells/made_up/seed1"},
}  # fmt: skip


def made_up_artefact(content: Mapping[str, Any]) -> ArtefactRecord:
    """An artefact from some of the keys that it has in plan.json, its id at least."""
    axes = [
        {"label": axis["id"], **axis, "values": [_value(value) for value in axis["values"]]}
        for axis in content.get("axes", ())
    ]
    layout = {"rows": [axis["id"] for axis in axes], "columns": []}
    rows = [_row(row) for row in content.get("rows", ())]
    whole = {**OF_ARTEFACTS, "layout": layout, **content, "axes": axes, "rows": rows}
    return record(ArtefactRecord, whole)


def made_up_row(content: Mapping[str, Any]) -> RowRecord:
    """A row from some of the keys that it has in plan.json, its axes at least."""
    return record(RowRecord, _row(content))


def made_up_rows(contents: Iterable[Mapping[str, Any]]) -> tuple[RowRecord, ...]:
    """Rows from some of the keys that they have in plan.json."""
    return tuple(map(made_up_row, contents))


def _value(content: Mapping[str, Any]) -> dict[str, Any]:
    return {"label": content["id"], **OF_VALUES, **content}


def _row(content: Mapping[str, Any]) -> dict[str, Any]:
    said = {key: value for key, value in content.items() if value is not None}
    if "data" in said:
        # Of the published data a test need not speak where they are those of the run.
        said["data"] = {"published": said["data"].get("run"), **said["data"]}
    whole = {**OF_ROWS, **said}
    return {"run_kind": kind_of(next(iter(whole["folders"].values()), TRAINED)), **whole}
