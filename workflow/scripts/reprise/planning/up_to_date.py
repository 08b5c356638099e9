"""Whether what lies on disk belongs to today's plan, code and data.

Compared are descriptions, fingerprints and checksums. What Snakemake remembers and the times of
files say nothing here, so that nothing stale is taken for today's and nothing is trained again
because a file was copied.
"""

import json
from contextlib import suppress
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from reprise.data.addresses import expanded
from reprise.data.folder_contents import contents_digest
from reprise.data.integrity import sha256_of
from reprise.data.prepared_checksums import kept_checksum
from reprise.errors import InputError
from reprise.planning.asked_runs import AskedRun
from reprise.planning.data_files import preparation_entry
from reprise.planning.fingerprints import layout_fingerprint
from reprise.planning.plan import Plan
from reprise.planning.plan_file import content_digest, plan_record
from reprise.studies.canonical import canonical_json, digest
from reprise.studies.plan_records import PlanRecord
from reprise.studies.plan_storage import content_of, shared_content, study_contents
from reprise.studies.run_folders import METRICS, OUTPUTS, prepared_path
from reprise.studies.run_identity import identity_problem

_LENGTH = 16


class UpToDate:
    """Today's plan beside a results folder. What was found is kept for one reading of the workflow.

    Args:
        plan: what is asked for.
        results: the results folder of its scale.
    """

    def __init__(self, plan: Plan, results: Path) -> None:
        self.plan = plan
        self.results = results
        self._contents: dict[str, str | None] = {}
        self._problems: dict[str, str | None] = {}
        self.data_origin = cache(self._data_origin)
        self.prepared_checksum = cache(self._prepared_checksum)
        self.preparation_problem = cache(self._preparation_problem)
        self._runs = cache(self._runs_of)

    @cached_property
    def record(self) -> PlanRecord:
        """Today's plan as it is written down."""
        return plan_record(self.plan)

    @cached_property
    def content(self) -> dict[str, Any]:
        """Today's plan as plain data: what plan.json and those of the studies hold."""
        return content_of(self.record)

    @cached_property
    def plan_digest(self) -> str:
        """That of today's plan."""
        return content_digest(self.content)

    @cached_property
    def _file_digests(self) -> dict[str | None, str]:
        """Of today's plan.json of each study, and of that of what they share (None)."""
        contents = {None: shared_content(self.content), **study_contents(self.content)}
        return {study: content_digest(content) for study, content in contents.items()}

    def plan_problem(self, study: str | None = None) -> str | None:
        """Why a plan.json on disk is not today's; None where it is, or where there is none.

        Args:
            study: whose file it is; None for what all studies share.
        """
        folder = self.results if study is None else self.results / study
        try:
            text = (folder / "plan.json").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        with suppress(ValueError):
            if content_digest(json.loads(text)) == self._file_digests[study]:
                return None
        return "another plan"

    def is_there(self, folder: str) -> bool:
        """Whether a run has all its files."""
        return all((self.results / folder / name).is_file() for name in OUTPUTS)

    def is_current(self, folder: str) -> bool:
        """Whether a run is there and belongs to today's plan, code and data."""
        return self.is_there(folder) and self.run_problem(folder) is None

    def run_problem(self, folder: str) -> str | None:
        """Why a run that is there does not belong to today's plan, code and data; None where it
        does, or where there is none."""
        if folder not in self._problems:
            self._problems[folder] = self._run_problem(folder)
        return self._problems[folder]

    def _run_problem(self, folder: str) -> str | None:
        try:
            text = (self.results / folder / METRICS).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        try:
            metrics = json.loads(text)
            read = metrics["provenance"]["data"]
            data = {"sha256": read["sha256"], "origin": read.get("origin")}
        except (ValueError, LookupError, TypeError, AttributeError):
            return "damaged"
        run = self.plan.runs[folder]
        problem = identity_problem(metrics, run.entries(run.fingerprint))
        if problem is None and not self._is_of_data(run.data, **data):
            return "other data"
        return problem

    def _is_of_data(self, name: str, sha256: str, origin: str | None) -> bool:
        prepared = self.prepared_checksum(name)
        return sha256 == prepared if prepared else origin == self.data_origin(name)

    def _data_origin(self, name: str) -> str:
        """A digest of everything that a prepared file depends on, by its name."""
        source = self.plan.prepared[name]
        parts = [
            preparation_entry(self.plan.entries[source.name], source),
            source.pixels,
            layout_fingerprint(source),
            self.folder_contents(name),
        ]
        return digest(canonical_json(parts), _LENGTH)

    def folder(self, name: str) -> str | None:
        """The user's folder behind a prepared file; None where there is none, or no name of it."""
        source = self.plan.prepared[name]
        if source.folder is None:
            return None
        try:
            key = f"datasets.{source.name}.folder"
            return str(Path(expanded(source.folder, key)).expanduser())
        except InputError:
            return None

    def folder_contents(self, name: str) -> str | None:
        """A digest of what the user's folder behind a prepared file holds; None where there is none
        or it cannot be read. Of one that is not there any more it is the last that is known, since
        the prepared file is enough."""
        if (folder := self.folder(name)) is None:
            return None
        if name not in self._contents:
            try:
                self._contents[name] = contents_digest(Path(folder))
            except OSError:
                kept = kept_checksum(name)
                is_of_folder = kept is not None and kept.folder == folder
                self._contents[name] = kept.contents if is_of_folder else None
        return self._contents[name]

    def _prepared_checksum(self, name: str) -> str | None:
        """SHA-256 that a prepared file has or will have; None where that is not known before it is
        prepared."""
        kept = kept_checksum(name)
        return kept.sha256 if kept and kept.origin == self.data_origin(name) else None

    def _preparation_problem(self, name: str) -> str | None:
        """Why a prepared file that is there has to be prepared again; None where it does not, or
        where there is none."""
        prepared = Path(prepared_path(name))
        if not prepared.is_file():
            return None
        kept = kept_checksum(name)
        if kept is None:
            return "nothing says what it was prepared from"
        if kept.origin != self.data_origin(name):
            return "prepared from other files, or by another version of the code"
        if kept.is_of_state(prepared):
            return None
        if sha256_of(prepared) != kept.sha256:
            return "changed since it was prepared"
        # It saves reading the file again, no more.
        with suppress(OSError):
            kept.of_state(prepared).keep(name)
        return None

    def origin(self, *code: str, study: str | None = None, artefact: str | None = None) -> str:
        """A digest of what a table, figure or report depends on: the plan (of one study, what the
        plan says of it), code, and of the runs behind it the versions of the code and the data.

        Args:
            code: digests of the code that makes it.
            study: whose runs these are; those of all studies if None.
            artefact: whose runs these are; those of all artefacts of the study if None.
        """
        scale = self.content["scale"]
        asked = self.plan_digest if study is None else [scale, self._file_digests[study]]
        return digest(canonical_json([asked, *code, self._runs(study, artefact)]), 16)

    def _runs_of(self, study: str | None, artefact: str | None) -> list[str]:
        if study is not None and artefact is not None:
            rows = self.plan.rows[study, artefact]
            # One seed stands for all.
            runs = (run for row in rows for run in row.runs(self.plan.seeds[:1]).values())
            return sorted({self._run_origin(run) for run in runs})
        groups = [self._runs(*key) for key in self.plan.rows if study in (None, key[0])]
        return sorted(set().union(*groups))

    def _run_origin(self, run: AskedRun) -> str:
        """Of a run: equal for runs that differ in nothing but their seeds."""
        return f"{run.fingerprint} {self.data_origin(run.data)}"


def files_digest(files: list[Path]) -> str:
    """Changes with the contents of files, and with their names."""
    digest_of_all = sha256()
    for file in files:
        digest_of_all.update(f"{file}\n{sha256_of(file)}\n".encode())
    return digest_of_all.hexdigest()[:_LENGTH]
