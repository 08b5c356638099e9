"""Gathering one artefact: what a job does after its runs have ended."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reprise.analysis.collecting import collect_runs
from reprise.analysis.reference import read_reference
from reprise.analysis.run_checks import check_runs
from reprise.analysis.summaries import summarise
from reprise.folders import own_or_built_in
from reprise.studies.plan_storage import read_artefact
from reprise.studies.rungs import rung_named


def collect_artefact(plain: Mapping[str, Any]) -> None:
    """Write the tidy tables of an artefact.

    Args:
        plain: ``plan``, the plan.json of the study; ``artefact``, an id;
            ``fingerprints`` of today's code by the id of the published cell; ``asked``, the
            identity of each run by its folder; ``rung``, the scale's on the ladder of evidence;
            ``runs`` and ``table``, the files to write.

    Raises:
        InputError: a file of a run, of the plan or of the reference runs cannot be read, or a run
            is another one than is asked for.
    """
    plan = Path(plain["plan"])
    results = plan.parents[1]
    check_runs(plain["asked"], results)
    artefact = read_artefact(plan, plain["artefact"])
    runs = collect_runs(artefact["rows"], results)
    runs.to_csv(plain["runs"], index=False)
    reference = read_reference(own_or_built_in("reference"), plain["fingerprints"])
    rung = rung_named(plain["rung"])
    table = summarise(runs, artefact["rows"], reference, artefact["metric"], rung)
    table.to_csv(plain["table"], index=False)
