"""Artefacts that are computed from descriptions of their cells, without a run of their own."""

from collections.abc import Callable, Mapping

import pandas as pd

from reprise.inventory import Entry, find
from reprise.probes.registry import Searched, probes
from reprise.studies.artefact_records import ArtefactRecord


def probe_entry(artefact: ArtefactRecord, where: str) -> Entry:
    """The registry entry of an artefact's probe.

    Args:
        artefact: its entry in plan.json.
        where: the plan and the study, for the sentence of an error.

    Raises:
        InputError: there is no such probe.
    """
    return find("probe", artefact.probe.name, f"{where}: {artefact.id}")


def computed_table(
    artefact: ArtefactRecord,
    where: str,
    searched: Callable[[], Mapping[str, Searched]] = dict,
) -> pd.DataFrame:
    """The tidy data of an artefact whose probe is computed from its rows.

    Args:
        artefact: its entry in plan.json.
        where: the plan and the study, for the sentence of an error.
        searched: the artefacts that a probe reads which reads some, by id.

    Raises:
        InputError: there is no such probe, or what the probe says of its arguments.
    """
    entry = probe_entry(artefact, where)
    given = [searched()] if entry.description.get("reads") else []
    return probes[entry.name](artefact.rows, *given, **artefact.probe.arguments)
