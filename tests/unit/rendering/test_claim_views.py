"""How claims are shown: units, decimals, drawings, places."""

from typing import Any

import pytest
from claims_on_tables import made_up_record
from made_up_records import made_up_artefact

from reprise.rendering.claims import build_claim, own_basis
from reprise.rendering.intervals import plot_interval

VALUES = [{"id": name, "label": name, "x": x} for name, x in (("a", 1.0), ("b", 2.0), ("d", 4.0))]
TABLE = {
    "id": "table", "title": "A table", "where": "Table 1", "metric": "test_accuracy",
    "unit": "%", "decimals": 1, "axes": [{"id": "c", "label": "c", "values": VALUES}],
    "rows": [{"axes": {"c": value["id"]}, "arm": "as run"} for value in VALUES],
}  # fmt: skip
A, B = {"c": "a"}, {"c": "b"}
SIDES = {"subject": A, "other": B}


def shown(row: dict[str, Any], *artefacts: dict[str, Any], **content: Any) -> Any:
    """A claim on some artefacts, as the report shows it."""
    spec = {"id": "a", "text": "A.", "artefact": artefacts[0]["id"], **content}
    (asked,) = made_up_record({"id": "s", "artefacts": artefacts, "claims": [spec]}).claims
    return build_claim(
        asked, row, {artefact["id"]: made_up_artefact(artefact) for artefact in artefacts}
    )


def claim(kind: str, effect: float | None = 0.25, **keys: Any) -> Any:
    row = {"verdict": "holds", "effect": effect, "ci_low": 0.1, "ci_high": 0.4, "n": 3}
    return shown(row, TABLE, {**TABLE, "id": "other"}, kind=kind, **keys)


@pytest.mark.parametrize(
    ("seen", "effect", "unit"),
    [
        (claim("difference", **SIDES), "+0.2", "points"),
        (claim("difference", -0.35, **SIDES), "−0.3", "points"),
        (claim("threshold", cells=A, above=90), "+0.2", "points"),
        (claim("range", 93.25, cells={}, low=93), "93.2", "%"),
        (claim("trend", 0.01234, cells={}, axis="c", transform="log2"), "+0.0123",
         "points per doubling"),
        (claim("trend", 0.01234, cells={}, axis="c"), "+0.0123", "points per unit of c"),
        (claim("counted", 521418, cells=A, equals=521418, metric="parameters"), "521\u202f418", ""),
        (claim("diverges", 2 / 3, subject=A), "0.67", ""),
        (claim("time_to", -3.5, target=90, **SIDES), "−3.5", "epochs"),
        (claim("rank_correlation", -0.976, subject={}, other={"artefact": "other"}, below=0.5),
         "−0.98", "from 0.5"),
        (claim("difference", 2.5, ratio=True, **SIDES), "2.50", "times"),
        (claim("difference", 0.034, metric="test_loss", **SIDES), "+0.0340", ""),
        (claim("all_of", 0.25, parts=[{"kind": "difference", **SIDES}]), "+0.2", "points"),
    ],
)  # fmt: skip
def test_an_effect_has_the_decimals_and_unit_of_what_it_compares(
    seen: Any, effect: str, unit: str
) -> None:
    assert (seen.effect, seen.unit) == (effect, unit)


FAILURES = {"kind": "diverges", "subject": A, "or_below": 50}
WITHIN = {"kind": "range", **SIDES, "low": 0, "high": 2}
FAST = {"kind": "difference", "ratio": True, **SIDES}
SLOPE = {"kind": "trend", "artefact": "other", "cells": {}, "axis": "c"}


@pytest.mark.parametrize(
    ("place", "effect", "unit", "has_band"),
    [
        ("1", "0.25", "", False),
        ("2", "+0.2", "points", True),
        ("2.1", "+0.2", "points", True),
        ("3.1", "0.250", "times", False),
        ("3.2.4", "+0.250", "points per unit of c", False),
        (None, "0.25", "", False),
        # Of an older specification.
        ("9", "0.250", "times", False),
    ],
)
def test_an_effect_is_written_as_that_of_the_part_which_decides(
    place: str | None, effect: str, unit: str, has_band: bool
) -> None:
    parts = [FAILURES, WITHIN, {"kind": "all_of", "parts": [FAST, SLOPE]}]
    row = {"verdict": "holds", "effect": 0.25, "ci_low": 0.1, "ci_high": 0.4, "part": place}
    seen = shown(row, TABLE, {**TABLE, "id": "other"}, kind="all_of", parts=parts)
    assert (seen.effect, seen.unit) == (effect, unit)
    assert bool(seen.plot and seen.plot.band) == has_band


def test_each_value_of_for_each_is_written_as_its_rows_are() -> None:
    values = [{"id": "accuracy"}, {"id": "time", "unit": "epoch", "decimals": 0}]
    rows = [
        {"axes": {**row["axes"], "shown": value["id"]}, "arm": "as run"}
        for row in TABLE["rows"]
        for value in values
    ]
    axes = [*TABLE["axes"], {"id": "shown", "label": "Shown", "values": values}]
    asked = {"kind": "difference", "for_each": {"shown": ["accuracy", "time"]}, **SIDES}
    table = {**TABLE, "axes": axes, "rows": rows}
    units = [shown({"effect": 3.0, "part": place}, table, **asked).unit for place in "12"]
    assert units == ["points", "epochs"]


def test_without_a_row_of_results_a_claim_is_missing() -> None:
    seen = shown({}, TABLE, kind="difference", **SIDES)
    assert seen.verdict.word == "missing"
    assert (seen.effect, seen.interval, seen.plot, seen.n) == ("", "", None, 0)


def test_places_are_those_of_claim_and_selections_its_own_first() -> None:
    seen = claim("difference", subject={"artefact": "other", **A}, other=B)
    assert [place.id for place in seen.places] == ["table", "other"]


def test_a_drawing_keeps_order_and_stays_inside() -> None:
    plot = plot_interval(0.5, -0.5, 1.5, reported=2.0)
    assert plot is not None
    assert 0 < plot.low < plot.null < plot.effect < plot.high < plot.reported < 100


def test_bounds_are_drawn_and_an_open_end_reaches_the_edge() -> None:
    plot = plot_interval(5.0, 4.0, 6.0, band=(3.0, None))
    assert plot is not None and plot.band is not None
    assert plot.band[0] < plot.low
    assert plot.band[1] == 100.0
    assert claim("equivalent", margin=0.3, **SIDES).plot.band is not None
    assert claim("difference", **SIDES).plot.band is None


def test_there_is_no_drawing_of_a_lone_number() -> None:
    assert plot_interval(None, None, None) is None
    assert plot_interval(5.0, None, None, null=None) is None


@pytest.mark.parametrize(
    ("basis", "left"),
    [
        ("1 seed: no interval", ""),
        ("2 parts; weakest: part 2; 1 seed: no interval", "2 parts; weakest: part 2"),
        ("pooled sd 0.21 over 15 settings", "pooled sd 0.21 over 15 settings"),
    ],
)
def test_what_the_number_of_seeds_says_is_not_said_on_every_row(basis: str, left: str) -> None:
    assert own_basis(basis) == left
