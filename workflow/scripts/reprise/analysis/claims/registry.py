"""Which function judges a claim, by the class of its rule."""

from functools import singledispatch

from reprise.analysis.claims.result import ClaimResult
from reprise.analysis.tables import Tables
from reprise.studies.claims.registry import Rule


@singledispatch
def judge_rule(rule: Rule, tables: Tables) -> ClaimResult:
    """The result of a rule: each class of ``reprise.studies.claims`` registers a function here.

    Args:
        rule: with nothing left to choose.
        tables: by artefact, those that the rule compares.

    Raises:
        TypeError: the class has no function here.
    """
    name = type(rule).__name__
    raise TypeError(f"expected a rule with a function that judges it, found {name}: register one")
