"""The tables of a study, in the order in which they rest on one another: those of its artefacts,
then its deviations and claims, then the claims of all studies.

Rules write them one by one, a preview and ``docs/pages`` one after the other.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from reprise.analysis.claims.study_claims import evaluate_study
from reprise.analysis.conclusion_rows import DEVIATIONS
from reprise.analysis.deviations import measure_deviations
from reprise.analysis.reference import Reference
from reprise.analysis.summaries import collect_and_summarise
from reprise.studies.artefact_records import RUNS, TABLE, ArtefactRecord
from reprise.studies.plan_records import StudyRecord
from reprise.studies.rungs import RUNGS, Rung

CLAIMS = "claims.csv"
"""The claims of a study in its folder, and those of all studies in that of the results."""


def write_gathered(
    artefact: ArtefactRecord,
    results: Path,
    base: Path,
    reference: Reference | None,
    rung: Rung = RUNGS["paper"],
) -> None:
    """Write the runs of an artefact and its tidy data.

    Args:
        artefact: of the plan.
        results: the results folder of the scale.
        base: the files to write, without their endings.
        reference: from ``read_reference``; None without any.
        rung: of the scale.

    Raises:
        InputError: a file of a run cannot be read.
    """
    runs, table = collect_and_summarise(artefact, results, reference, rung)
    runs.to_csv(f"{base}.{RUNS}", index=False)
    table.to_csv(f"{base}.{TABLE}", index=False)


def write_conclusions(
    study: StudyRecord,
    results: Path,
    references: Mapping[str, Reference | None],
    verdicts: bool = True,
    rung: Rung = RUNGS["paper"],
) -> None:
    """Write ``deviations.csv`` and ``claims.csv`` of a study, once the tables of its artefacts are
    there: ``write_deviations`` and ``write_claims``.

    Args:
        study: of the plan.
        results: the results folder of the scale, with ``<study>/<artefact>.runs.csv``.
        references: the reference runs of each artefact.
        verdicts: whether the scale draws verdicts from its own runs.
        rung: of the scale.

    Raises:
        InputError: a file is not as it has to be.
    """
    # Which of them are stale, in which those of two artefacts differ, is not said of deviations.
    reference = next(iter(references.values()), None)
    folder = results / study.id
    write_deviations(study, results, reference, verdicts, folder / DEVIATIONS)
    write_claims(study, results, references, verdicts, rung, folder / CLAIMS)


def write_deviations(
    study: StudyRecord,
    results: Path,
    reference: Reference | None,
    verdicts: bool,
    destination: Path,
) -> None:
    """Write what each deviation of a study changes, as ``measure_deviations`` has it."""
    deviations = measure_deviations(study, results, verdicts, reference)
    deviations.to_csv(destination, index=False)


def write_claims(
    study: StudyRecord,
    results: Path,
    references: Mapping[str, Reference | None],
    verdicts: bool,
    rung: Rung,
    destination: Path,
) -> None:
    """Write all claims of a study, as ``evaluate_study`` has them."""
    claims = evaluate_study(study, results, verdicts, references, rung)
    claims.to_csv(destination, index=False)


def write_all_claims(tables: Iterable[Path], destination: Path) -> None:
    """Put the claims of studies into one table.

    Args:
        tables: ``claims.csv`` of each study.
        destination: the file to write.
    """
    # As text, so that no number changes on the way.
    pd.concat([pd.read_csv(table, dtype=str) for table in tables]).to_csv(destination, index=False)
