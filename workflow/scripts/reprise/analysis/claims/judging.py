"""From the claims of a study to rows of claims.csv, corrected for one another (Holm)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from reprise.analysis.claims.evaluation import evaluate
from reprise.analysis.claims.result import ClaimResult, Outcome, verdict
from reprise.analysis.claims.traversal import named_artefacts
from reprise.analysis.collecting import with_whole_numbers
from reprise.analysis.statistics.multiplicity import holm
from reprise.analysis.tables import Tables, read_tables
from reprise.errors import InputError, choose_among

COLUMNS = [
    "study",
    "claim",
    "kind",
    "verdict",
    "effect",
    "ci_low",
    "ci_high",
    "p_holm",
    "n",
    "n_needed",
    "basis",
    "p",
    "detectable",
    "reported_effect",
    "text",
    "part",
]
# What a scale that draws no verdict still shows of a result.
WITHOUT_VERDICT = ("effect", "n", "reported_effect", "part")
NOT_DRAWN = "this scale draws no verdict"


def evaluate_study(study: Mapping[str, Any], results: Path, verdicts: bool = True) -> pd.DataFrame:
    """All claims of a study as rows of claims.csv.

    Args:
        study: the study's entry in plan.json.
        results: the results folder of the scale, with ``<study>/<artefact>.runs.csv``.
        verdicts: whether the scale draws verdicts.

    Raises:
        InputError: a claim or a file is not as it has to be.
    """
    claims = study["claims"]
    return judge(
        study["id"], claims, read_tables(study, results, named_artefacts(claims)), verdicts
    )


def evaluate_claim(
    study: Mapping[str, Any], claim_id: str, results: Path, verdicts: bool = True
) -> pd.DataFrame:
    """One claim as a row of claims.csv, not corrected for the study's others: no ``p_holm``.

    Raises:
        InputError: the study has no such claim, or a claim or a file is not as it has to be.
    """
    claims = {claim["id"]: claim for claim in study["claims"]}
    if claim_id not in claims:
        raise InputError(
            f"unknown claim {claim_id!r} of the study {study['id']}: "
            f"{choose_among(claim_id, claims)}"
        )
    claim = claims[claim_id]
    result = evaluate(claim, read_tables(study, results, named_artefacts(claim)))
    row = _row(study["id"], claim, result, result.p, verdicts)
    if row["p_holm"] is not None:
        row |= {"p_holm": None, "basis": f"{row['basis']}; unadjusted for the study's other claims"}
    return _table([row])


def judge(
    study_id: str, claims: Sequence[Mapping[str, Any]], tables: Tables, verdicts: bool = True
) -> pd.DataFrame:
    """Rows of claims.csv; Holm's family are the claims that have a p-value.

    Args:
        study_id: of the study.
        claims: each with its id.
        tables: by artefact, all that the claims name.
        verdicts: whether the scale draws verdicts.
    """
    results = [evaluate(claim, tables) for claim in claims]
    tested = [index for index, result in enumerate(results) if result.p is not None]
    adjusted = dict(zip(tested, holm([results[i].p for i in tested]), strict=True))
    return _table(
        _row(study_id, claim, result, adjusted.get(index), verdicts)
        for index, (claim, result) in enumerate(zip(claims, results, strict=True))
    )


def _row(
    study_id: str,
    claim: Mapping[str, Any],
    result: ClaimResult,
    p: float | None,
    verdicts: bool,
) -> dict[str, Any]:
    known = {name: getattr(result, name, None) for name in COLUMNS}
    known |= {"verdict": verdict(result, p), "p_holm": p, "part": _place(result)}
    if not verdicts:
        basis = result.basis if result.outcome is Outcome.MISSING else NOT_DRAWN
        known = {key: known[key] for key in WITHOUT_VERDICT}
        known |= {"verdict": "not drawn", "basis": basis}
    named = {"study": study_id, "claim": claim["id"], "kind": claim["kind"], "text": claim["text"]}
    return dict.fromkeys(COLUMNS) | known | named


def _place(result: ClaimResult) -> str | None:
    """``2.1`` for the first part of the second part."""
    return ".".join(map(str, result.part)) or None


def _table(rows: Any) -> pd.DataFrame:
    return with_whole_numbers(pd.DataFrame(rows, columns=COLUMNS), ["n", "n_needed"])
