"""Claims about whole learning curves."""

from collections.abc import Mapping
from typing import Any

from reprise.analysis.claims.combining import combine
from reprise.analysis.claims.contrasts import equivalent
from reprise.analysis.claims.registry import kinds
from reprise.analysis.claims.result import ClaimResult, missing
from reprise.analysis.records import FINISHED
from reprise.analysis.selection import required, samples_of
from reprise.analysis.tables import DEFAULT_METRIC, Tables


@kinds.register("same_curve", needs=[["subject", "other"]], takes=["series", "window", "margin"])
def same_curve(claim: Mapping[str, Any], tables: Tables) -> ClaimResult:
    """Subject and other differ by less than ``margin`` at every epoch that both have.

    ``series`` is averaged over ``window`` epochs around each. The effect is the largest gap.
    """
    lengths, ratio = [], 1.0
    for key in ("subject", "other"):
        for sample in samples_of(claim, required(claim, key), tables):
            if sample.lacking:
                return missing(sample.lacking)
            ratio = sample.row.epoch_ratio
            histories = sample.table.histories
            runs = [run for run in sample.row.runs if run.status == FINISHED]
            lengths += [len(histories[run.folder]) for run in runs]
    form = {"series": claim.get("series", DEFAULT_METRIC), "window": claim.get("window", 1)}
    parts = []
    for epoch in range(1, min(lengths) + 1):
        # A measure counts in published epochs, the curves have those that were run.
        metric = {**form, "epoch": epoch / ratio}
        parts.append((f"epoch {epoch}", equivalent({**claim, "metric": metric}, tables)))
    return combine(parts)
