"""A run of training, or of a probe, as it is asked for."""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from reprise.planning.fingerprints import run_fingerprint
from reprise.studies.canonical import canonical_json, digest
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice
from reprise.studies.run_folders import prepared_name, probe_folder
from reprise.studies.run_identity import identity_of


@dataclass(frozen=True)
class AskedRun:
    """A run, before it is there.

    Attributes:
        cell: as run, with its seed.
        published: the id of the published cell behind it.
        probe: that runs on the cell in place of training.
    """

    cell: Cell
    published: str
    probe: Choice | None = None

    @cached_property
    def folder(self) -> str:
        """Relative to ``results/<scale>``: that of the cell, of a probe below that of the probe."""
        if self.probe is None:
            return self.cell.folder
        return probe_folder(_named(self.probe), self.cell.folder)

    @cached_property
    def fingerprint(self) -> str:
        """That of the code of this machine.

        Raises:
            InputError: the run names what this code does not have.
        """
        return run_fingerprint(self.cell, self.probe)

    @property
    def data(self) -> str:
        """The name of the prepared data that it reads."""
        return prepared_name(self.cell.dataset, self.cell.data_variant)

    def entries(self, fingerprint: str) -> dict[str, Any]:
        """Entries of metrics.json that tie a run to the plan.

        Args:
            fingerprint: of the code that is to run it.
        """
        probe = {} if self.probe is None else {"probe": self.probe.plain()}
        cell = self.cell.plain()
        return {"cell": cell, "published": self.published, "fingerprint": fingerprint, **probe}

    @cached_property
    def identity(self) -> str:
        """One word for ``entries`` of the code of this machine."""
        # Planning asks it of thousands of runs, and a cell keeps its canonical form.
        probe = None if self.probe is None else self.probe.plain()
        return identity_of(self.cell.canonical(), self.published, self.fingerprint, probe)


@cache
def _named(probe: Choice) -> str:
    """How folders name a probe, which planning asks of thousands of runs."""
    return f"{probe.name}_{digest(canonical_json(probe.arguments), 8)}"
