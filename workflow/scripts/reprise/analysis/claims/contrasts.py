"""Claims about a linear contrast of means: difference, threshold, trend, range, equivalent."""

from collections.abc import Mapping
from math import log2
from typing import Any

from reprise.analysis.claims.comparison import compare, comparison_of
from reprise.analysis.claims.decisions import bounded, directional
from reprise.analysis.claims.registry import kinds
from reprise.analysis.claims.result import ClaimResult
from reprise.analysis.claims.spreads import difference_of_spreads
from reprise.analysis.selection import Sample, claim_name, required, samples_of
from reprise.analysis.statistics.contrasts import slope_weights
from reprise.analysis.tables import Tables
from reprise.errors import InputError, choose_among

DEFAULT_MARGIN = 0.5
SIGNS = {"greater": 1, "less": -1}
SLOPES = {"rising": 1, "falling": -1}


@kinds.register(
    "difference",
    needs=[["subject", "other"], ["terms"]],
    takes=[
        "direction",
        "choose_best",
        "spread",
        "paired",
        "ratio",
        "reported_effect",
    ],
    means=True,
)
def difference(claim: Mapping[str, Any], tables: Tables) -> ClaimResult:
    """The subject lies above the other (``direction: less``: below); or a sum of ``terms``."""
    sign = sign_of(claim, SIGNS, "greater")
    if claim.get("spread"):
        return difference_of_spreads(claim, tables, sign)
    return directional(comparison_of(claim, tables), sign)


@kinds.register(
    "threshold",
    needs=[["cells", "above"], ["cells", "below"]],
    takes=["choose_best"],
)
def threshold(claim: Mapping[str, Any], tables: Tables) -> ClaimResult:
    """The mean of ``cells`` lies ``above`` or ``below`` a value; the effect is its distance."""
    comparison = comparison_of(claim, tables)
    if "above" in claim:
        return directional(comparison, 1, float(claim["above"]))
    return directional(comparison, -1, float(required(claim, "below")))


@kinds.register(
    "trend",
    needs=[["cells", "axis"], ["subject", "other", "axis"]],
    takes=["transform", "direction", "margin"],
    means=True,
)
def trend(claim: Mapping[str, Any], tables: Tables) -> ClaimResult:
    """The slope along ``axis`` is rising, falling, or flat to within ``margin``.

    Of the mean of ``cells``, or of the difference between ``subject`` and ``other``.
    """
    signed = {"cells": 1} if "cells" in claim else {"subject": 1, "other": -1}
    weighted = []
    for key, sign in signed.items():
        samples = samples_of(claim, required(claim, key), tables)
        x = [_position(claim, sample) for sample in samples]
        if len(set(x)) < 2:
            raise InputError(
                f"the claim {claim_name(claim)} of kind 'trend' should have cells at two or more "
                f"positions of the axis {claim['axis']!r}, but has them at {x[0]:g} only"
            )
        slope = slope_weights(x)
        weighted += [(sign * weight, s) for weight, s in zip(slope, samples, strict=True)]
    comparison = compare(claim, weighted)
    if claim.get("direction") == "flat":
        margin = float(required(claim, "margin"))
        return bounded(comparison, -margin, margin, level=0.90)
    return directional(comparison, sign_of(claim, {**SLOPES, "flat": 0}, "rising"))


@kinds.register(
    "range",
    needs=[
        ["subject", "other", "low"],
        ["subject", "other", "high"],
        ["terms", "low"],
        ["terms", "high"],
        ["cells", "low"],
        ["cells", "high"],
    ],
    takes=["low", "high", "paired", "ratio", "choose_best", "reported_effect"],
    means=True,
)
def inside_range(claim: Mapping[str, Any], tables: Tables) -> ClaimResult:
    """The 95 % interval of an effect, or of one mean, lies between ``low`` and ``high``."""
    low, high = claim.get("low"), claim.get("high")
    if low is None and high is None:
        required(claim, "low")
    return bounded(comparison_of(claim, tables), low, high, level=0.95)


@kinds.register(
    "equivalent",
    needs=[["subject", "other"], ["terms"]],
    takes=["margin", "or_less", "paired", "reported_effect"],
    means=True,
)
def equivalent(claim: Mapping[str, Any], tables: Tables) -> ClaimResult:
    """Subject and other differ by less than ``margin``; ``or_less``: the subject may be lower."""
    margin = float(claim.get("margin", DEFAULT_MARGIN))
    low = None if claim.get("or_less") else -margin
    return bounded(comparison_of(claim, tables), low, margin, level=0.90)


def sign_of(claim: Mapping[str, Any], signs: Mapping[str, int], default: str) -> int:
    """The sign of a claim's direction.

    Raises:
        InputError: the kind has no such direction.
    """
    direction = claim.get("direction", default)
    if direction not in signs:
        raise InputError(
            f"the claim {claim_name(claim)} of kind {claim.get('kind')!r} has the direction "
            f"{direction!r}: {choose_among(direction, signs)}"
        )
    return signs[direction]


def _position(claim: Mapping[str, Any], sample: Sample) -> float:
    axis = required(claim, "axis")
    if axis not in sample.table.axes:
        raise InputError(
            f"the claim {claim_name(claim)} runs along the axis {axis!r} of {sample.table.id}: "
            f"{choose_among(axis, sample.table.axes)}"
        )
    value = sample.row.axes[axis]
    x = sample.table.axes[axis].get(value)
    logarithmic = claim.get("transform", "none") == "log2"
    if x is None or (logarithmic and x <= 0):
        kind = "a positive number" if logarithmic else "a number"
        raise InputError(
            f"the claim {claim_name(claim)} of kind 'trend' should find {kind} x for the value "
            f"{value!r} of the axis {axis!r}, but found {x}: add it to the axis in the study's YAML"
        )
    return log2(x) if logarithmic else float(x)
