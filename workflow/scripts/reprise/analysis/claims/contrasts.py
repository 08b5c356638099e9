"""Claims about a linear contrast of means: difference, threshold, trend, range, equivalent."""

from math import log2

from reprise.analysis.claims.comparison import compare, comparison_of
from reprise.analysis.claims.decisions import bounded, directional
from reprise.analysis.claims.result import ClaimResult, judges
from reprise.analysis.claims.spreads import difference_of_spreads
from reprise.analysis.selection import Sample, samples_of
from reprise.analysis.statistics.contrasts import slope_weights
from reprise.analysis.tables import Tables
from reprise.studies.claims.contrasts import Difference, Equivalent, Range, Threshold, Trend


@judges.register("difference")
def difference(rule: Difference, tables: Tables) -> ClaimResult:
    """The sum of the terms lies above 0 or below."""
    if rule.spread:
        return difference_of_spreads(rule, tables)
    return directional(comparison_of(rule, tables), rule.sign)


@judges.register("threshold")
def threshold(rule: Threshold, tables: Tables) -> ClaimResult:
    """The mean lies above or below a value; the effect is its distance."""
    return directional(comparison_of(rule, tables), rule.sign, rule.value)


@judges.register("trend")
def trend(rule: Trend, tables: Tables) -> ClaimResult:
    """The slope of the sum along the axis is rising, falling, or flat to within the margin."""
    weighted = []
    for term in rule.terms:
        samples = samples_of(term.selections, tables)
        slope = slope_weights([_position(rule, sample) for sample in samples])
        weighted += [(term.weight * weight, s) for weight, s in zip(slope, samples, strict=True)]
    comparison = compare(weighted)
    if rule.margin is not None:
        return bounded(comparison, -rule.margin, rule.margin, level=0.90)
    return directional(comparison, rule.sign)


@judges.register("range")
def inside_range(rule: Range, tables: Tables) -> ClaimResult:
    """The 95 % interval lies between the bounds."""
    return bounded(comparison_of(rule, tables), rule.low, rule.high, level=0.95)


@judges.register("equivalent")
def equivalent(rule: Equivalent, tables: Tables) -> ClaimResult:
    """The 90 % interval lies within the margin."""
    low = None if rule.or_less else -rule.margin
    return bounded(comparison_of(rule, tables), low, rule.margin, level=0.90)


def _position(rule: Trend, sample: Sample) -> float:
    x = sample.table.axes[rule.axis][sample.row.axes[rule.axis]]
    return log2(x) if rule.logarithmic else float(x)
