"""Verdicts by rung of the ladder of evidence: which claims a rung may decide, and as what."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from reprise.analysis.claims.directions import LeftOut, direction_of
from reprise.analysis.claims.judging import judge, judge_alone
from reprise.analysis.collecting import with_whole_numbers
from reprise.analysis.tables import Tables
from reprise.studies.claims import Claim
from reprise.studies.claims.registry import Rule
from reprise.studies.claims.rules import AllOf
from reprise.studies.rungs import EXACT, Rung

DISTANCES = ["effect", "ci_low", "ci_high", "parts"]


def judge_on_rung(
    study_id: str, claims: Sequence[Claim], tables: Tables, verdicts: bool, rung: Rung
) -> pd.DataFrame:
    """Rows of claims.csv with the column ``evidence``, as ``judge`` has them.

    On a rung whose numbers are not compared with reported ones, claims are judged by their
    directions alone. Those of which nothing is left have no verdict and count in no family of
    Holm's, and no number of seeds is computed from an effect that was reported of other runs.
    """
    judged = [_on_rung(claim, tables, rung) for claim in claims] if verdicts else claims
    apart = [claim for claim, left in zip(claims, judged, strict=True) if left is None]
    rows = judge(study_id, list(filter(None, judged)), tables, verdicts)
    if apart:
        others = explained(judge(study_id, apart, tables, verdicts=False), apart)
        order = [claim.id for claim in claims]
        found = [table.astype(object) for table in (rows, others) if len(table)]
        rows = pd.concat(found).set_index("claim", drop=False).loc[order].reset_index(drop=True)
        rows = with_whole_numbers(rows, ["n", "n_needed"])
    return with_evidence(rows, claims, tables, rung)


def judge_alone_on_rung(
    study_id: str, claim: Claim, tables: Tables, verdicts: bool, rung: Rung
) -> pd.DataFrame:
    """A row of claims.csv with the column ``evidence``, as ``judge_alone`` has it, on the same
    terms."""
    judged = _on_rung(claim, tables, rung) if verdicts else claim
    row = judge_alone(study_id, judged or claim, tables, verdicts and judged is not None)
    if judged is None:
        row = explained(row, [claim])
    return with_evidence(row, [claim], tables, rung)


def _on_rung(claim: Claim, tables: Tables, rung: Rung) -> Claim | None:
    """A claim as a rung may decide it; None where it decides nothing of it."""
    if rung.compares_numbers or _is_exact(claim, tables):
        return claim
    rule = direction_of(claim.rule)
    return None if isinstance(rule, LeftOut) else replace(claim, rule=rule)


def explained(rows: pd.DataFrame, apart: Sequence[Claim]) -> pd.DataFrame:
    """The rows of such claims with the reason why they have no verdict, and without their distance
    from the study's number."""
    for claim in apart:
        rule = direction_of(claim.rule)
        left = (rows["claim"] == claim.id) & (rows["verdict"] == "not drawn")
        if isinstance(rule, LeftOut):
            rows.loc[left, "basis"] = rule.reason
            rows.loc[left, DISTANCES] = None
    return rows


def with_evidence(
    rows: pd.DataFrame, claims: Sequence[Claim], tables: Tables, rung: Rung
) -> pd.DataFrame:
    """Rows of claims.csv with the category of their verdicts."""
    exact = {claim.id: _is_exact(claim, tables) for claim in claims}
    evidence = [EXACT if exact[claim] else rung.evidence for claim in rows["claim"]]
    rows["evidence"] = evidence
    if not rung.compares_numbers:
        of_runs = [not exact[claim] for claim in rows["claim"]]
        rows.loc[of_runs, "n_needed"] = None
    return rows


def rules_in(rule: Rule) -> Iterator[Rule]:
    """A rule, or those of its parts, however deep."""
    if not isinstance(rule, AllOf):
        yield rule
        return
    for part in rule.parts:
        yield from rules_in(part.rule)


def _is_exact(claim: Claim, tables: Tables) -> bool:
    """Whether a claim is about what is counted without a run."""
    return all(tables[name].exact for name in claim.artefacts)
