"""Claims about whole learning curves."""

from dataclasses import replace

from reprise.analysis.claims.combining import combine
from reprise.analysis.claims.contrasts import equivalent
from reprise.analysis.claims.result import ClaimResult, Outcome, judges, missing
from reprise.analysis.selection import Sample, samples_of
from reprise.analysis.tables import Tables
from reprise.studies.claims.contrasts import Equivalent
from reprise.studies.claims.curves import SameCurve
from reprise.studies.claims.selections import Selection, Term, with_selections
from reprise.studies.measure_forms import AtEpoch
from reprise.studies.statuses import FINISHED


@judges.register("same_curve")
def same_curve(rule: SameCurve, tables: Tables) -> ClaimResult:
    """Two means of curves differ by less than the margin at every epoch that all curves have."""
    samples = [s for group in (rule.subject, rule.other) for s in samples_of(group, tables)]
    if reason := next((sample.lacking for sample in samples if sample.lacking), None):
        return missing(reason)
    for sample in samples:
        if not _finished(sample):
            reason = f"all runs of {sample.row.label} diverged, and have no whole learning curve"
            return ClaimResult(Outcome.UNTESTABLE, reason)
    terms = (Term(1.0, rule.subject), Term(-1.0, rule.other))

    def at_epoch(epoch: int) -> Equivalent:
        # A measure counts in published epochs, the curves have those that were run.
        def measured(selection: Selection) -> Selection:
            published = epoch / _epoch_ratio(selection, tables)
            metric = AtEpoch(series=rule.series, epoch=published, window=rule.window)
            return replace(selection, metric=metric)

        return Equivalent(terms=with_selections(terms, measured), margin=rule.margin)

    epochs = range(1, min(map(_shortest_curve, samples)) + 1)
    return combine([(f"epoch {epoch}", equivalent(at_epoch(epoch), tables)) for epoch in epochs])


def _finished(sample: Sample) -> list[str]:
    """Folders of the runs of a row that ran to their end."""
    return [run.folder for run in sample.row.runs if run.status == FINISHED]


def _shortest_curve(sample: Sample) -> int:
    return min(len(sample.table.histories[folder]) for folder in _finished(sample))


def _epoch_ratio(selection: Selection, tables: Tables) -> float:
    """Epochs run / epochs published of the rows of a selection, which have one share."""
    return tables[selection.artefact].rows[selection.rows[0]].epoch_ratio
