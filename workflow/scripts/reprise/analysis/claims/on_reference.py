"""What the reference runs say of the claims of a study."""

from collections.abc import Mapping

import pandas as pd

from reprise.analysis.claims.choosing import has_choice
from reprise.analysis.claims.ladder import judge_on_rung
from reprise.analysis.reference import Reference
from reprise.analysis.reference_tables import reference_table
from reprise.analysis.tables import ArtefactTable, Tables
from reprise.studies.artefact_records import ArtefactRecord
from reprise.studies.claims import Claim
from reprise.studies.plan_records import StudyRecord
from reprise.studies.rungs import LOWEST, RUNGS

SHOWN = ("verdict", "effect", "ci_low", "ci_high", "n", "basis", "part")
NEEDS_SEEDS = (
    "the best is chosen on one half of the seeds and scored on the other, which needs several "
    "reference runs of every setting"
)
COLUMNS = [*(f"reference_{name}" for name in SHOWN), "reference_sources", "reference_evidence"]


def judge_on_reference(
    study: StudyRecord, references: Mapping[str, Reference | None], tables: Tables
) -> pd.DataFrame:
    """The columns of claims.csv on reference runs, one row a claim.

    A claim is judged on them where every artefact that it names and that is trained has some; where
    a row that it compares has none, nothing is said of it, but for what a choice of a best one
    needs. Artefacts that are computed without runs are those of today. Holm's family are the claims
    that are judged on one rung of evidence; runs of two rungs decide nothing together.

    Args:
        study: of the plan.
        references: the reference runs of each artefact.
        tables: by artefact, all that the claims name, with the runs of today.
    """
    artefacts = study.artefacts_by_id
    known, rungs = {}, {}
    for name, table in tables.items():
        if table.exact:
            known[name] = table
        else:
            known[name], rungs[name] = _reference_table(artefacts[name], references.get(name))
    judged = [claim for claim in study.claims if _has_all(claim, known, tables)]
    tables_known = {name: table for name, table in known.items() if table}
    found = pd.concat(
        judge_on_rung(study.id, of_rung, tables_known, True, rung)
        for rung in RUNGS.values()
        if (of_rung := [c for c in judged if _rungs(c, rungs) == {rung.name}]) or rung is LOWEST
    ).set_index("claim")
    judged = [claim for claim in judged if claim.id in found.index]
    lacking = found.index[found["verdict"] == "missing"]
    found = found.drop(index=lacking)
    for claim in judged:
        if claim.id in lacking and has_choice(claim.rule):
            found.loc[claim.id, ["verdict", "basis"]] = ["not drawn", NEEDS_SEEDS]
    rows = [
        {
            **{f"reference_{column}": found[column].get(claim.id) for column in SHOWN},
            "reference_sources": _sources(claim, known) if claim.id in found.index else None,
            "reference_evidence": found["evidence"].get(claim.id),
        }
        for claim in study.claims
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _has_all(claim: Claim, known: Mapping[str, ArtefactTable | None], tables: Tables) -> bool:
    """Whether reference runs say something of a claim, which one on exact numbers alone does not
    need."""
    named = claim.artefacts
    return all(known[name] for name in named) and not all(tables[name].exact for name in named)


def _reference_table(
    artefact: ArtefactRecord, reference: Reference | None
) -> tuple[ArtefactTable | None, str | None]:
    """The artefact with reference runs in place of today's, and their rung; None without any."""
    source = reference.fullest_source(artefact.rows) if reference else None
    if source is None:
        return None, None
    return reference_table(artefact, reference, source), reference.rung_of_source(source).name


def _rungs(claim: Claim, rungs: Mapping[str, str | None]) -> set[str]:
    """The rungs of the reference runs behind a claim. What is of several is not judged."""
    return {rungs[name] for name in claim.artefacts if rungs.get(name)}


def _sources(claim: Claim, known: Mapping[str, ArtefactTable | None]) -> str:
    """The folders of the reference runs behind a claim, separated by spaces."""
    folders = {
        run.folder.partition("/")[0]
        for name in claim.artefacts
        if (table := known[name]) and not table.exact
        for row in table.rows
        for run in row.runs
    }
    return " ".join(sorted(folders))
