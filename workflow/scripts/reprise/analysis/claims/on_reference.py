"""What the reference runs say of the claims of a study."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from reprise.analysis.claims.choosing import has_choice
from reprise.analysis.claims.ladder import judge_on_rung
from reprise.analysis.conclusion_rows import REFERENCE, Judgement, columns_of
from reprise.analysis.reference import Reference
from reprise.analysis.reference_tables import reference_table
from reprise.analysis.tables import ArtefactTable, Tables
from reprise.studies.claims import Claim
from reprise.studies.plan_records import StudyRecord
from reprise.studies.rungs import RUNGS, Rung

SHOWN = tuple(name for name in columns_of(Judgement) if name != "evidence")
NEEDS_SEEDS = (
    "the best is chosen on one half of the seeds and scored on the other, which needs several "
    "reference runs of every setting"
)
NOT_DRAWN = "not drawn"
DRAWN = ("holds", "contradicted", "undecided", "same direction", "other direction")
SAID = (*SHOWN, "sources", "evidence", "weaker")
COLUMNS = [f"{REFERENCE}{name}" for name in SAID]


def judge_on_reference(
    study: StudyRecord, references: Mapping[str, Reference | None], tables: Tables
) -> pd.DataFrame:
    """The columns of claims.csv on reference runs, one row a claim.

    A claim is judged on them where every artefact that it names and that is trained has some, on
    the strongest rung of evidence that has runs of all that it compares; where no rung has, nothing
    is said of it, but for what a choice of a best one needs. Artefacts that are computed without
    runs are those of today. Holm's family are the claims that are judged on one rung; runs of two
    rungs decide nothing together. Beside it stands what each weaker rung says of the claim, so that
    rungs can be compared; there the family are all claims that the rung can judge.

    Args:
        study: of the plan.
        references: the reference runs of each artefact.
        tables: by artefact, all that the claims name, with the runs of today.
    """
    left = [claim for claim in study.claims if not all(tables[n].exact for n in claim.artefacts)]
    said: dict[str, dict[str, Any]] = {}
    for rung in RUNGS.values():
        kept = _tables_of_rung(study, references, tables, rung)
        there = [claim for claim in study.claims if kept.keys() >= set(claim.artefacts)]
        asked = [claim for claim in there if claim in left]
        if any(claim not in left for claim in there):
            for claim, word in _verdicts(study.id, there, kept, rung):
                if said.get(claim, {}).get("verdict") in DRAWN:
                    words = f"{rung.evidence}: {word}"
                    before = said[claim].get("weaker")
                    said[claim]["weaker"] = "; ".join(filter(None, [before, words]))
        judged = judge_on_rung(study.id, asked, kept, True, rung).set_index("claim")
        for claim in asked:
            of_claim = _said(claim, judged.loc[claim.id], kept)
            if of_claim["verdict"] not in (None, NOT_DRAWN):
                said[claim.id] = of_claim
                left.remove(claim)
            elif of_claim["verdict"] == NOT_DRAWN:
                said.setdefault(claim.id, of_claim)
    rows = [
        {f"{REFERENCE}{name}": said.get(claim.id, {}).get(name) for name in SAID}
        for claim in study.claims
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _verdicts(
    study_id: str, claims: list[Claim], tables: Tables, rung: Rung
) -> Iterator[tuple[str, str]]:
    """What a rung says of claims by itself, by their ids, where it says something."""
    judged = judge_on_rung(study_id, claims, tables, True, rung)
    for claim, word in zip(judged["claim"], judged["verdict"], strict=True):
        if word in DRAWN:
            yield claim, word


def _said(claim: Claim, row: pd.Series, tables: Tables) -> dict[str, Any]:
    """What the runs of a rung say of a claim; no verdict where they lack some that it compares."""
    lacks_runs = row["verdict"] == "missing"
    values = {name: None if lacks_runs else row[name] for name in SHOWN}
    if lacks_runs and has_choice(claim.rule):
        values |= {"verdict": NOT_DRAWN, "basis": NEEDS_SEEDS}
    return values | {"sources": _sources(claim, tables), "evidence": row["evidence"]}


def _tables_of_rung(
    study: StudyRecord, references: Mapping[str, Reference | None], tables: Tables, rung: Rung
) -> dict[str, ArtefactTable]:
    """The artefacts that are computed, and of the others those that have reference runs of a rung,
    with these in place of today's."""
    artefacts = study.artefacts_by_id
    of_rung = {}
    for name, table in tables.items():
        reference = references.get(name)
        if table.exact:
            of_rung[name] = table
        elif reference and (source := reference.fullest_source(artefacts[name].rows, rung)):
            of_rung[name] = reference_table(artefacts[name], reference, source)
    return of_rung


def _sources(claim: Claim, tables: Tables) -> str:
    """The folders of the reference runs behind a claim, separated by spaces."""
    folders = {
        run.folder.partition("/")[0]
        for name in claim.artefacts
        if not tables[name].exact
        for row in tables[name].rows
        for run in row.runs
    }
    return " ".join(sorted(folders))
