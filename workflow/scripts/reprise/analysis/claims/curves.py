"""Claims about whole learning curves."""

from collections.abc import Mapping
from typing import Any

from reprise.analysis.claims.combining import combine
from reprise.analysis.claims.contrasts import equivalent
from reprise.analysis.claims.registry import kinds
from reprise.analysis.claims.result import ClaimResult, missing
from reprise.analysis.claims.traversal import own_selections, with_selections
from reprise.analysis.records import FINISHED
from reprise.analysis.selection import Sample, claim_name, samples_of
from reprise.analysis.tables import DEFAULT_METRIC, Tables
from reprise.errors import InputError


@kinds.register("same_curve", needs=[["subject", "other"]], takes=["series", "window", "margin"])
def same_curve(claim: Mapping[str, Any], tables: Tables) -> ClaimResult:
    """Subject and other differ by less than ``margin`` at every epoch that both have.

    ``series`` is averaged over ``window`` epochs around each. The effect is the gap at the epoch
    that speaks most clearly against the claim, or least clearly for it.

    Raises:
        InputError: a selection has rows that a scale shortens to different shares.
    """
    compared = [samples_of(claim, selection, tables) for selection in own_selections(claim)]
    samples = [sample for group in compared for sample in group]
    if reason := next((sample.lacking for sample in samples if sample.lacking), None):
        return missing(reason)
    form = {"series": claim.get("series", DEFAULT_METRIC), "window": claim.get("window", 1)}

    def at_epoch(epoch: int) -> dict[str, Any]:
        # A measure counts in published epochs, the curves have those that were run.
        return with_selections(
            claim, lambda s: {**s, "metric": {**form, "epoch": epoch / _ratio(claim, s, tables)}}
        )

    epochs = range(1, min(map(_shortest_curve, samples)) + 1)
    return combine([(f"epoch {epoch}", equivalent(at_epoch(epoch), tables)) for epoch in epochs])


def _shortest_curve(sample: Sample) -> int:
    histories = sample.table.histories
    return min(len(histories[r.folder]) for r in sample.row.runs if r.status == FINISHED)


def _ratio(claim: Mapping[str, Any], selection: Mapping[str, Any], tables: Tables) -> float:
    """Epochs run / epochs published of the rows of a selection."""
    ratios = {sample.row.epoch_ratio for sample in samples_of(claim, selection, tables)}
    if len(ratios) > 1:
        raise InputError(
            f"the selection {dict(selection)} of the claim {claim_name(claim)} of kind "
            "'same_curve' should select rows that are run for one share of their published "
            f"epochs, but selects shares from {min(ratios):.3g} to {max(ratios):.3g}: narrow it"
        )
    return ratios.pop()
