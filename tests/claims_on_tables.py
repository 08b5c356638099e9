"""Claims about made-up tables, read as those of a study are."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from reprise.analysis.claims.evaluation import evaluate as evaluate_rule
from reprise.analysis.claims.result import ClaimResult
from reprise.analysis.collecting import RUN_COLUMNS, axis_names
from reprise.analysis.tables import ArtefactTable, Tables
from reprise.studies.claims import Claim, read_claim, read_claims, read_deviations
from reprise.studies.claims.artefacts import ComparedArtefact


def claim_on(content: Mapping[str, Any], tables: Tables) -> Claim:
    """A claim from its YAML with its id, about tables by artefact."""
    compared = {name: table.compared() for name, table in tables.items()}
    name = content.get("id", "c")
    return read_claim(name, content, compared, f"claims.{name}")


def evaluate(content: Mapping[str, Any], tables: Tables) -> ClaimResult:
    """The result of a claim, not corrected for others."""
    return evaluate_rule(claim_on(content, tables).rule, tables)


def with_claims(study: Mapping[str, Any]) -> dict[str, Any]:
    """A study as plan.json has it, whose claims and deviations are written as in YAML with their
    ids, with the records that plan.json holds of them."""
    artefacts = {artefact["id"]: _compared(artefact) for artefact in study["artefacts"]}
    claims = {claim["id"]: claim for claim in study.get("claims", ())}
    deviations = {entry["id"]: entry for entry in study.get("deviations", ())}
    return {
        **study,
        "claims": read_claims(claims, artefacts, study["id"]),
        "deviations": read_deviations(deviations, artefacts, study["id"]),
    }


def _compared(artefact: Mapping[str, Any]) -> ComparedArtefact:
    exact = all(row.get("folders") == {} for row in artefact["rows"])
    runs = pd.DataFrame(columns=[*axis_names(artefact["rows"]), *RUN_COLUMNS])
    table = ArtefactTable.of(artefact, runs, Path(), exact)
    return replace(table.compared(), metrics=None)
