"""Claims about made-up tables, read as those of a study are."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from made_up_records import made_up_artefact

from reprise.analysis.claims.evaluation import evaluate as evaluate_rule
from reprise.analysis.claims.result import ClaimResult
from reprise.analysis.collecting import RUN_COLUMNS, axis_names
from reprise.analysis.tables import ArtefactTable, Tables
from reprise.studies.artefact_records import ArtefactRecord
from reprise.studies.claims import Claim, read_claim, read_claims, read_deviations
from reprise.studies.claims.artefacts import Artefacts, ComparedArtefact
from reprise.studies.claims.evidence import read_evidence
from reprise.studies.plan_records import Remark, StudyRecord


def claim_on(content: Mapping[str, Any], tables: Tables) -> Claim:
    """A claim from its YAML with its id, about tables by artefact."""
    compared = {name: table.compared() for name, table in tables.items()}
    name = content.get("id", "c")
    return read_claim(name, content, compared, f"claims.{name}")


def evaluate(content: Mapping[str, Any], tables: Tables) -> ClaimResult:
    """The result of a claim, not corrected for others."""
    return evaluate_rule(claim_on(content, tables).rule, tables)


def made_up_record(study: Mapping[str, Any]) -> StudyRecord:
    """A study as plan.json has it.

    Args:
        study: its id and whatever else matters; claims and deviations as in YAML, with their ids.
    """
    shown = tuple(map(made_up_artefact, study.get("artefacts", ())))
    artefacts = {artefact.id: _compared(artefact) for artefact in shown}
    claims = {claim["id"]: claim for claim in study.get("claims", ())}
    deviations = {entry["id"]: entry for entry in study.get("deviations", ())}
    return StudyRecord(
        id=study["id"],
        subject=study.get("subject", study.get("title", "")),
        title=study.get("title", ""),
        authors=tuple(study.get("authors", ())),
        year=study.get("year"),
        citation=study.get("citation", ""),
        summary=study.get("summary", ""),
        artefacts=shown,
        claims=read_claims(claims, artefacts, study["id"]),
        notes=_notes(study.get("notes", ()), artefacts, claims),
        assumptions=_remarks(study.get("assumptions", ())),
        deviations=read_deviations(deviations, artefacts, study["id"]),
    )


def _remarks(remarks: Iterable[Mapping[str, Any]]) -> tuple[Remark, ...]:
    return tuple(Remark(**{**r, "artefacts": tuple(r.get("artefacts", ()))}) for r in remarks)


def _notes(
    notes: Iterable[Mapping[str, Any]], artefacts: Artefacts, claims: Collection[str]
) -> tuple[Remark, ...]:
    """Notes whose evidence is as in YAML, at the rung ``paper`` unless it says otherwise."""
    contents = {
        note["id"]: {"evidence": [{"rung": "paper", **one} for one in note.get("evidence", ())]}
        for note in notes
    }
    evidence = read_evidence(contents, artefacts, claims, "notes.yaml")
    return _remarks([{**note, "evidence": evidence[note["id"]]} for note in notes])


def _compared(artefact: ArtefactRecord) -> ComparedArtefact:
    runs = pd.DataFrame(columns=[*axis_names(artefact.rows), *RUN_COLUMNS])
    table = ArtefactTable.of(artefact, runs, Path(), artefact.is_exact)
    return replace(table.compared(), metrics=None)
