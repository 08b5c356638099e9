"""Claims about whole learning curves."""

from dataclasses import replace

from reprise.analysis.claims.combining import combine
from reprise.analysis.claims.contrasts import equivalent
from reprise.analysis.claims.registry import judge_rule
from reprise.analysis.claims.result import ClaimResult, missing
from reprise.analysis.records import FINISHED
from reprise.analysis.selection import Sample, samples_of
from reprise.analysis.tables import Tables
from reprise.studies.claims.contrasts import Equivalent
from reprise.studies.claims.curves import SameCurve
from reprise.studies.claims.selections import Selection, Term, with_selections


@judge_rule.register
def same_curve(rule: SameCurve, tables: Tables) -> ClaimResult:
    """Two means of curves differ by less than the margin at every epoch that all curves have."""
    samples = [s for group in (rule.subject, rule.other) for s in samples_of(group, tables)]
    if reason := next((sample.lacking for sample in samples if sample.lacking), None):
        return missing(reason)
    form = {"series": rule.series, "window": rule.window}
    terms = (Term(1.0, rule.subject), Term(-1.0, rule.other))

    def at_epoch(epoch: int) -> Equivalent:
        # A measure counts in published epochs, the curves have those that were run.
        def measured(selection: Selection) -> Selection:
            published = epoch / _epoch_ratio(selection, tables)
            return replace(selection, metric={**form, "epoch": published})

        return Equivalent(terms=with_selections(terms, measured), margin=rule.margin)

    epochs = range(1, min(map(_shortest_curve, samples)) + 1)
    return combine([(f"epoch {epoch}", equivalent(at_epoch(epoch), tables)) for epoch in epochs])


def _shortest_curve(sample: Sample) -> int:
    histories = sample.table.histories
    return min(len(histories[r.folder]) for r in sample.row.runs if r.status == FINISHED)


def _epoch_ratio(selection: Selection, tables: Tables) -> float:
    """Epochs run / epochs published of the rows of a selection, which have one share."""
    return tables[selection.artefact].rows[selection.rows[0]].epoch_ratio
