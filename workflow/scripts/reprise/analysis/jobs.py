"""What the rules from runs to tables, claims and deviations do: plain data in, files out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reprise.analysis import study_tables
from reprise.analysis.cell_metrics import collect_metrics
from reprise.analysis.claims.study_claims import evaluate_claim
from reprise.analysis.computed_tables import SearchedArtefact, write_computed
from reprise.analysis.reference import read_reference, read_references
from reprise.analysis.run_checks import check_runs
from reprise.folders import own_or_built_in
from reprise.studies.plan_storage import read_artefact, read_study
from reprise.studies.rungs import rung_named


def write_artefact_tables(plain: Mapping[str, Any]) -> None:
    """Write the tidy tables of an artefact.

    Args:
        plain: ``plan``, the plan.json of the study; ``artefact``, an id;
            ``fingerprints`` of today's code by the id of the published cell; ``asked``, the
            identity of each run by its folder; ``rung``, the scale's on the ladder of evidence;
            ``table``, the file to write; that of the runs lies beside it.

    Raises:
        InputError: a file of a run, of the plan or of the reference runs cannot be read, or a run
            is another one than is asked for.
    """
    plan = Path(plain["plan"])
    results = plan.parents[1]
    check_runs(plain["asked"], results)
    artefact = read_artefact(plan, plain["artefact"])
    reference = read_reference(own_or_built_in("reference"), plain["fingerprints"])
    base = Path(plain["table"]).with_suffix("")
    study_tables.write_gathered(artefact, results, base, reference, rung_named(plain["rung"]))


def write_computed_table(plain: Mapping[str, Any]) -> None:
    """Write the tidy data of an artefact whose probe is computed from its rows.

    Args:
        plain: ``plan``, the plan.json of the study; ``artefact``, an id; ``searched``, by the id of
            each artefact that the probe reads, the fingerprints of today's code by the id of the
            published cell; ``table``, the file to write. The runs of these artefacts lie beside it.

    Raises:
        InputError: the plan cannot be read, there is no such probe, or what the probe says of its
            arguments.
    """
    plan = Path(plain["plan"])
    artefact = read_artefact(plan, plain["artefact"])
    references = read_references(own_or_built_in("reference"), plain["searched"])
    searched = [
        SearchedArtefact(read_artefact(plan, name), reference)
        for name, reference in references.items()
    ]
    write_computed(artefact, str(plan), searched, Path(plain["table"]))


def write_metrics(plain: Mapping[str, Any]) -> None:
    """Write the metrics of all cells into one table.

    Args:
        plain: ``plan``, the plan.json of the scale; ``asked``, the identity of each run by its
            folder; ``metrics``, the metrics.json of the cells; ``table``, the file to write.

    Raises:
        InputError: a file of a run cannot be read, or a run is another one than is asked for.
    """
    results = Path(plain["plan"]).parent
    check_runs(plain["asked"], results)
    folders = [str(Path(file).parent.relative_to(results)) for file in plain["metrics"]]
    collect_metrics(folders, results).to_csv(plain["table"], index=False)


def write_study_claims(plain: Mapping[str, Any]) -> None:
    """Judge all claims of a study and write what is found.

    Args:
        plain: ``plan``, the plan.json of the study; ``verdicts``, whether the scale draws some;
            ``rung``, its place on the ladder of evidence; ``table``, the file to write.

    Raises:
        InputError: a file of a run, of the plan or of the reference runs cannot be read.
    """
    plan = Path(plain["plan"])
    study = read_study(plan)
    # Which reference runs are stale stands in the tables.
    references = dict.fromkeys(study.artefacts_by_id, read_reference(own_or_built_in("reference")))
    study_tables.write_claims(
        study,
        plan.parents[1],
        references,
        plain["verdicts"],
        rung_named(plain["rung"]),
        Path(plain["table"]),
    )


def write_claim(plain: Mapping[str, Any]) -> None:
    """Judge one claim of a study by itself, without correction for the others.

    Args:
        plain: as that of ``write_study_claims``, with ``claim``, an id.

    Raises:
        InputError: a file of a run or of the plan cannot be read.
    """
    plan, rung = Path(plain["plan"]), rung_named(plain["rung"])
    results, verdicts = plan.parents[1], plain["verdicts"]
    claim = evaluate_claim(read_study(plan), plain["claim"], results, verdicts, rung)
    claim.to_csv(plain["table"], index=False)


def write_all_claims(plain: Mapping[str, Any]) -> None:
    """Write the claims of all studies into one table.

    Args:
        plain: ``claims``, the tables of the studies; ``table``, the file to write.
    """
    study_tables.write_all_claims(map(Path, plain["claims"]), Path(plain["table"]))


def write_deviations(plain: Mapping[str, Any]) -> None:
    """Write what each deviation of a study changes.

    Args:
        plain: ``plan``, the plan.json of the study; ``verdicts``, whether the scale draws some;
            ``table``, the file to write.

    Raises:
        InputError: a file of a run, of the plan or of the reference runs cannot be read.
    """
    plan = Path(plain["plan"])
    study_tables.write_deviations(
        read_study(plan),
        plan.parents[1],
        read_reference(own_or_built_in("reference")),
        plain["verdicts"],
        Path(plain["table"]),
    )
