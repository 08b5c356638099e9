"""The judge: for each rule of a claim a function from the rule and tables to a result."""

from reprise.analysis.claims.judging import judge
from reprise.analysis.claims.study_claims import evaluate_claim, evaluate_study

__all__ = ["evaluate_claim", "evaluate_study", "judge"]
