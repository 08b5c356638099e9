"""What a run is of, apart from its data: compared between a plan and what lies in a folder."""

from collections.abc import Mapping
from typing import Any

from reprise.studies.canonical import canonical_json, digest

_LENGTH = 16
# Entries of metrics.json; a training run has no probe.
_ENTRIES = ("cell", "published", "fingerprint", "probe")


def run_identity(metrics: Mapping[str, Any]) -> str:
    """Changes with the description of a run, the published cell behind it, the version of the code
    and the probe, as the entries of its metrics.json give them.

    Raises:
        LookupError: it has no cell, published cell or fingerprint.
    """
    return identity_of(
        canonical_json(metrics["cell"]),
        metrics["published"],
        metrics["fingerprint"],
        metrics.get("probe"),
    )


def identity_of(
    canonical_cell: str, published: str, fingerprint: str, probe: Mapping[str, Any] | None = None
) -> str:
    """The same of a cell as ``Cell.canonical`` has it, which planning asks of thousands."""
    parts = [canonical_cell, published, fingerprint, canonical_json(probe)]
    return digest("\n".join(parts), _LENGTH)


def identity_problem(metrics: Mapping[str, Any], asked: Mapping[str, Any]) -> str | None:
    """What differs first between a run and what is asked for, in words; None where nothing does."""
    words = {
        "cell": "another description",
        "published": "another published cell",
        "fingerprint": "another version of the code",
        "probe": "another probe",
    }
    for name in _ENTRIES:
        if canonical_json(metrics.get(name)) != canonical_json(asked.get(name)):
            return words[name]
    return None
