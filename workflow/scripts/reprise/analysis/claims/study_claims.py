"""The claims of a study, all or one of them: the rows of its claims.csv."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from reprise.analysis.claims.ladder import judge_alone_on_rung, judge_on_rung
from reprise.analysis.claims.on_reference import judge_on_reference
from reprise.analysis.reference import Reference
from reprise.analysis.tables import read_tables
from reprise.errors import InputError, choose_among
from reprise.studies.claims.selections import artefacts_of
from reprise.studies.plan_records import StudyRecord
from reprise.studies.rungs import RUNGS, Rung


def evaluate_study(
    study: StudyRecord,
    results: Path,
    verdicts: bool = True,
    references: Mapping[str, Reference | None] | None = None,
    rung: Rung = RUNGS["paper"],
) -> pd.DataFrame:
    """All claims of a study as rows of claims.csv, with what reference runs say beside them.

    Args:
        study: of the plan.
        results: the results folder of the scale, with ``<study>/<artefact>.runs.csv``.
        verdicts: whether the scale draws verdicts from its own runs.
        references: the reference runs of each artefact; none of those that are not named.
        rung: of the scale. Verdicts are of its category. On a rung whose numbers are not compared
            with reported ones, a claim that holds runs against a number of the study has none.

    Raises:
        InputError: a file is not as it has to be.
    """
    claims = study.claims
    tables = read_tables(study, results, artefacts_of(*claims))
    own = judge_on_rung(study.id, claims, tables, verdicts, rung)
    return pd.concat([own, judge_on_reference(study, references or {}, tables)], axis=1)


def evaluate_claim(
    study: StudyRecord,
    claim_id: str,
    results: Path,
    verdicts: bool = True,
    rung: Rung = RUNGS["paper"],
) -> pd.DataFrame:
    """One claim as a row of claims.csv, not corrected for the study's others.

    Raises:
        InputError: the study has no such claim, or a file is not as it has to be.
    """
    claims = {claim.id: claim for claim in study.claims}
    if claim_id not in claims:
        raise InputError(
            f"unknown claim {claim_id!r} of the study {study.id}: {choose_among(claim_id, claims)}"
        )
    claim = claims[claim_id]
    tables = read_tables(study, results, artefacts_of(claim))
    return judge_alone_on_rung(study.id, claim, tables, verdicts, rung)
