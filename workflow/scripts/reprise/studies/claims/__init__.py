"""What studies claim: read from YAML once, checked, and resolved to the rows that are compared.

A claim has a rule, one frozen class for each kind. What no judge could judge is one sentence here,
before anything runs; ``reprise.analysis.claims`` takes rules as they are.
"""

from reprise.studies.claims.claim import Claim, read_claim, read_claims
from reprise.studies.claims.deviations import Deviation, read_deviations

__all__ = [
    "Claim",
    "Deviation",
    "read_claim",
    "read_claims",
    "read_deviations",
]
