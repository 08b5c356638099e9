"""How claims are shown: units, decimals, drawings, places."""

import json
from typing import Any

import pytest
from claims_on_tables import made_up_record
from made_up_records import made_up_artefact

from reprise.analysis.conclusion_rows import ClaimRow
from reprise.rendering.claims import build_claim, claims_legend, own_basis
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
    by_id = {artefact["id"]: made_up_artefact(artefact) for artefact in artefacts}
    return build_claim(asked, ClaimRow.of(row), by_id)


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
        (claim("diverges", 2 / 3, subject=A), "2 of 3", "runs"),
        (claim("diverges", 2 / 3, **SIDES), "67", "% of runs"),
        (claim("time_to", -3.5, target=90, **SIDES), "3.5", "epochs later"),
        (claim("time_to", 1.0, target=90, **SIDES), "1", "epoch earlier"),
        (claim("rank_correlation", -0.976, subject={}, other={"artefact": "other"}, below=0.5),
         "−0.48", "rank correlation"),
        (claim("difference", -0.041, metric="generalisation_gap", **SIDES), "−0.0410", "points"),
        (claim("difference", -0.041, **SIDES), "−0.04", "points"),
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
        ("1", "25", "% of runs", False),
        ("2", "+0.2", "points", True),
        ("2.1", "+0.2", "points", True),
        ("3.1", "0.250", "times", False),
        ("3.2.4", "+0.250", "points per unit of c", False),
        (None, "25", "% of runs", False),
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


def test_a_run_that_never_arrives_makes_a_difference_of_epochs_a_bound() -> None:
    row = {"effect": -8.0, "basis": "1 of 2 runs arrive, the others count as arriving at epoch 17"}
    found = shown(
        {**row, "ci_low": -9.0, "ci_high": 1.0}, TABLE, kind="time_to", target=90, **SIDES
    )
    assert found.effect_in_words == "8 epochs or more later"
    assert found.interval == "9 later to 1 earlier"
    both = {"effect": -8.0, "basis": "2 of 2 runs arrive"}
    assert shown(both, TABLE, kind="time_to", target=90, **SIDES).unit == "epochs later"


def stepped(*values: tuple[float | None, str]) -> str:
    """The unit of a slope along an axis with these values and labels."""
    values = [{"id": f"v{i}", "label": label, "x": x} for i, (x, label) in enumerate(values)]
    axis = {"id": "c", "label": "Policy", "values": values}
    rows = [{"axes": {"c": value["id"]}, "arm": "as run"} for value in values]
    table = {**TABLE, "axes": [axis], "rows": rows}
    kept = {"c": [value["id"] for value in values if value["x"] is not None]}
    return shown({"effect": 0.5}, table, kind="trend", cells=kept, axis="c").unit


def test_a_slope_is_counted_per_what_the_axis_counts() -> None:
    epochs = [(12, "Super, 12 epochs"), (15, "Super, 15 epochs"), (None, "Constant")]
    assert stepped(*epochs) == "points per epoch"
    assert stepped((3, "3x3"), (5, "5x5"), (7, "7x7")) == "points per pixel"
    assert stepped((1, "Simple"), (2, "VGG16"), (3, "MobileNetV2")) == "points per step"
    assert stepped((4, "a"), (8, "b")) == "points per unit of Policy"


def test_what_counts_runs_says_so_and_what_is_counted_has_none() -> None:
    assert claim("diverges", 1.0, subject=A).runs == "3 runs"
    assert claim("difference", **SIDES).runs == "3 seeds"
    counted = {"kind": "counted", "cells": A, "equals": 2, "metric": "parameters"}
    row = {"verdict": "holds", "effect": 2.0, "n": 1, "evidence": "exact"}
    assert shown(row, TABLE, **counted).runs == ""


def test_the_part_that_decides_is_named_in_words_and_all_are_listed() -> None:
    values = [{"id": "v1", "label": "MobileNetV1"}, {"id": "v2", "label": "MobileNetV2"}]
    sizes = [{"id": "16", "label": "16"}, {"id": "8", "label": "8"}]
    axes = [{"id": "net", "label": "Network", "values": values},
            {"id": "batch", "label": "Batch size", "values": sizes}]  # fmt: skip
    rows = [{"axes": {"net": v["id"], "batch": s["id"]}, "arm": "as run"}
            for v in values for s in sizes]  # fmt: skip
    parts = [
        {"kind": "difference", "subject": {"net": "v2", "batch": "8"},
         "other": {"net": "v1", "batch": "8"}},
        {"kind": "best_of", "subject": {"net": "v2", "batch": "16"}, "others": {"net": "v1"},
         "metric": "train_accuracy"},
    ]  # fmt: skip
    told = [
        {"part": "1", "label": "part 1", "holds": True, "effect": 1.5, "ci_low": 1.0,
         "ci_high": 2.0, "reported_effect": 0.4, "basis": ""},
        {"part": "2.1", "label": "part 2, against v1, 16", "holds": False, "effect": -0.5,
         "basis": ""},
        {"part": "2.2", "label": "part 2, against v1, 8", "holds": None, "effect": None,
         "basis": "no run has finished"},
    ]  # fmt: skip
    row = {
        "verdict": "undecided", "effect": -0.5, "part": "2.1", "n": 3, "parts": json.dumps(told),
        "basis": "1 of 3 parts cannot be judged: part 2, against v1, 8 (no run has finished); "
        "1 of 3 parts reversed; weakest: part 2, against v1, 16; sd 0.3",
    }  # fmt: skip
    found = shown(row, {**TABLE, "axes": axes, "rows": rows}, kind="all_of", parts=parts)
    assert found.decides == "train accuracy, batch size 16: MobileNetV2 against MobileNetV1"
    assert found.basis == (
        "1 of 3 parts cannot be judged: train accuracy: MobileNetV2, batch size 16 against "
        "MobileNetV1, batch size 8 (no run has finished); 1 of 3 parts reversed; sd 0.3"
    )
    assert [f"{part.words}: {part.found}" for part in found.parts] == [
        "test accuracy, batch size 8: MobileNetV2 against MobileNetV1: +1.5 points "
        "(+1.0 to +2.0), as claimed; reported +0.4 points",
        "train accuracy, batch size 16: MobileNetV2 against MobileNetV1: −0.500 points, not as "
        "claimed",
        "train accuracy: MobileNetV2, batch size 16 against MobileNetV1, batch size 8: no run has "
        "finished",
    ]


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("step 1", "c 1 against c 2"),
        # Of an older specification.
        ("step 7", "step 7"),
        ("part 9", "c 1, c 2 and c 4, part 9"),
    ],
)
def test_the_steps_of_an_order_are_named_by_what_they_compare(label: str, words: str) -> None:
    values = [{"id": name, "label": label} for name, label in (("a", "1"), ("b", "2"), ("d", "4"))]
    table = {**TABLE, "axes": [{"id": "c", "label": "c", "values": values}]}
    row = {"effect": 1.0, "basis": f"3 parts; weakest: {label}; 1 seed: no interval"}
    found = shown(row, table, kind="order", cells=[A, B, {"c": "d"}])
    assert found.decides == words


def test_parts_that_cannot_be_read_are_none() -> None:
    for text in ("[{", '["part"]', None):
        assert shown({"parts": text}, TABLE, kind="difference", **SIDES).parts == []


def test_effect_runs_and_p_of_reference_runs_are_their_own() -> None:
    row = {
        "verdict": "other direction", "evidence": "miniature", "effect": -1.0, "n": 1,
        "basis": "1 seed: no interval", "reference_verdict": "undecided",
        "reference_evidence": "paper", "reference_effect": -1.4, "reference_ci_low": -2.19,
        "reference_ci_high": -0.61, "reference_p_holm": 0.13, "reference_n": 3,
        "reference_sources": "paper-cpu", "reference_reported_effect": 0.5,
    }  # fmt: skip
    kept, own = shown(row, TABLE, kind="difference", **SIDES).shown
    assert (kept.verdict.word, kept.effect_in_words, kept.runs) == (
        "undecided", "−1.4 points", "3 seeds",
    )  # fmt: skip
    assert (kept.interval, kept.p_holm) == ("−2.2 to −0.6", "0.13")
    assert (kept.reported_effect, kept.is_reference) == ("+0.5 points", True)
    assert (own.verdict.word, own.effect_in_words, own.runs) == (
        "other direction", "−1.0 points", "1 seed",
    )  # fmt: skip


def test_the_legend_explains_what_is_there() -> None:
    row = {"verdict": "same direction", "evidence": "miniature", "effect": -1.0, "n": 1}
    one = shown(row, TABLE, kind="difference", **SIDES)
    assert "Needed" not in claims_legend([one]) and "Detectable" not in claims_legend([one])
    assert claims_legend([one]).endswith("One seed gives no interval.")
    full = {**row, "n": 3, "ci_low": -2.0, "ci_high": 0.1, "n_needed": 14, "detectable": 0.5}
    said = claims_legend([shown(full, TABLE, kind="difference", **SIDES)])
    assert "Needed: the seeds that find the reported effect." in said
    assert "Intervals are corrected neither for the parts" in said
    assert "One seed" not in said
