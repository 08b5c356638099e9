"""Which function judges a claim, by the name of its kind.

An entry is called as ``entry(rule, tables)`` with a rule of its kind in which nothing is left to
choose, and the tables of the artefacts that the rule compares, by artefact. It returns a
``reprise.analysis.claims.result.ClaimResult``.
"""

from reprise.registry import Registry

judges = Registry("judge")
