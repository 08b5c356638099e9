"""What the reference runs say of the claims behind a table, as the report judges them."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from reprise.analysis.claims.study_claims import evaluate_study
from reprise.analysis.collecting import collect_runs
from reprise.analysis.reference import read_references
from reprise.planning.fingerprints import artefact_fingerprints
from reprise.planning.plan import Plan
from reprise.rendering.numbers import count
from reprise.studies.plan_records import StudyRecord
from reprise.studies.rungs import RUNGS, rung_of_evidence

UNSAID = ("not drawn", "missing")
ORDER = ("holds", "contradicted", "undecided", "same direction", "other direction")


def claim_lines(study: StudyRecord, artefact: str, verdicts: pd.DataFrame) -> str:
    """A line of Markdown for each claim that compares rows of one artefact alone: the claim, its
    verdict, and the seeds behind it. Empty without any.

    Args:
        study: of the plan.
        artefact: id.
        verdicts: from ``judged_claims``.
    """
    lines = []
    for claim in study.claims:
        found = verdicts.loc[claim.id]
        verdict = found["reference_verdict"]
        if claim.artefacts != (artefact,) or not isinstance(verdict, str):
            continue
        if verdict in UNSAID:
            continue
        basis, seeds = found["reference_basis"], found["reference_n"]
        if "exact" not in basis:
            known = count(int(seeds), "seed")
            basis = f"{known}, no interval" if seeds == 1 else f"{known} each; {basis}"
        lines.append(f"- {claim.text} **{verdict.capitalize()}** ({basis}).\n")
    if not lines:
        return ""
    return "\nWhat the runs say of the study's claims:\n\n" + "".join(lines)


def words_of_verdicts(verdicts: pd.DataFrame) -> str:
    """How many claims have each verdict on reference runs, by the evidence that there is for them:
    ``2 same direction, 1 undecided; laptop: 3 same direction``.

    Args:
        verdicts: from ``judged_claims``.
    """
    parts = []
    for rung in RUNGS.values():
        of_rung = verdicts[verdicts["reference_evidence"].map(rung_of_evidence) == rung]
        counts = of_rung["reference_verdict"].value_counts()
        if words := ", ".join(f"{counts[word]} {word}" for word in ORDER if word in counts):
            parts.append(words if rung.name == "paper" else f"{rung.name}: {words}")
    return "; ".join(parts)


def judged_claims(plan: Plan, study: StudyRecord, reference: Path) -> pd.DataFrame:
    """The claims of a study by id, judged on the reference runs alone.

    Args:
        plan: at published length.
        study: of the plan.
        reference: the folder above those of the reference runs.
    """
    fingerprints = {
        artefact.id: artefact_fingerprints(plan, study.id, artefact.id)
        for artefact in study.artefacts
    }
    with TemporaryDirectory() as place:
        results = Path(place)
        (results / study.id).mkdir()
        for artefact in study.artefacts:
            runs = collect_runs(artefact.rows, results)
            runs.to_csv(results / study.id / f"{artefact.id}.runs.csv", index=False)
        references = read_references(reference, fingerprints)
        return evaluate_study(study, results, references=references).set_index("claim")
