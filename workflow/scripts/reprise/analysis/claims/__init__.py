"""The claim language: each kind of claim is a function from a claim and tables to a result."""

from reprise.analysis.claims import (
    composites,
    contrasts,
    counts,
    curves,
    divergence,
    ranks,
    times,
)
from reprise.analysis.claims.judging import evaluate_claim, judge
from reprise.analysis.claims.study_claims import evaluate_study

__all__ = [
    "composites",
    "contrasts",
    "counts",
    "curves",
    "divergence",
    "evaluate_claim",
    "evaluate_study",
    "judge",
    "ranks",
    "times",
]
