"""The list of jobs: a JSON file that says what to run, of which code and on which data."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reprise.commits import COMMIT
from reprise.data.integrity import write_whole
from reprise.errors import InputError
from reprise.planning.asked_runs import AskedRun
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice
from reprise.studies.names import is_name

FORMAT = 2
DEVICES = ("auto", "cpu", "cuda")
_DATA_NAME = re.compile(r"[a-z0-9_-]+")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class ListedRun:
    """A run of training, or of a probe, and the code that is to run it.

    Attributes:
        fingerprint: of that code.
    """

    asked: AskedRun
    fingerprint: str

    @property
    def folder(self) -> str:
        """Relative to ``results/<scale>``."""
        return self.asked.folder

    def plain(self) -> dict[str, Any]:
        """The run as plain data: the entries of metrics.json that it has to have."""
        return self.asked.entries(self.fingerprint)

    @classmethod
    def of(cls, plain: Mapping[str, Any], where: str) -> "ListedRun":
        """The inverse of ``plain``."""
        probe = plain.get("probe")
        asked = AskedRun(
            cell=Cell.of(plain["cell"], f"{where}.cell"),
            published=_text(plain["published"]),
            probe=None if probe is None else Choice.of(probe, f"{where}.probe"),
        )
        return cls(asked, _text(plain["fingerprint"]))


@dataclass(frozen=True)
class ListedData:
    """Prepared data that runs read: its SHA-256, and a digest of what it was prepared from."""

    sha256: str
    origin: str | None


@dataclass(frozen=True)
class JobList:
    """What to run.

    Attributes:
        commit: of the code; None where it is not known.
        device: "auto", "cpu" or "cuda".
        cuda_graphs: whether a GPU replays updates that it has recorded.
        resident_share: of the device's memory, that images may take; more are streamed.
        data: by the name of the prepared file.
        runs: in the order in which they are worked through.
    """

    scale: str
    commit: str | None
    device: str
    cuda_graphs: bool
    resident_share: float
    data: Mapping[str, ListedData]
    runs: tuple[ListedRun, ...]

    @property
    def results(self) -> Path:
        """The results folder, relative to the working folder."""
        return Path("results", self.scale)

    def write(self, path: Path) -> None:
        """Write the list, whole or not at all.

        Raises:
            OSError: it cannot be written.
        """
        content = {
            "format": FORMAT,
            "scale": self.scale,
            "commit": self.commit,
            "device": self.device,
            "cuda_graphs": self.cuda_graphs,
            "resident_share": self.resident_share,
            "data": {name: vars(data) for name, data in self.data.items()},
            "runs": [run.plain() for run in self.runs],
        }
        write_whole(path, json.dumps(content, indent=1) + "\n")

    @classmethod
    def read(cls, path: Path) -> "JobList":
        """Read a list.

        Raises:
            InputError: the file is missing, damaged, or no list of jobs of this version.
        """
        content = _content(path)
        if content.get("format") != FORMAT:
            raise InputError(
                f"{path}: expected a list of jobs of format {FORMAT}, found "
                f"{content.get('format')!r}: write it again with `snakemake jobs` of this version"
            )
        try:
            jobs = cls(
                scale=_text(content["scale"]),
                commit=None if content["commit"] is None else _text(content["commit"]),
                device=content["device"],
                cuda_graphs=bool(content["cuda_graphs"]),
                resident_share=float(content["resident_share"]),
                data={name: ListedData(**data) for name, data in content["data"].items()},
                runs=tuple(
                    ListedRun.of(run, f"{path}: runs[{number}]")
                    for number, run in enumerate(content["runs"])
                ),
            )
            problem = _problem(jobs)
        except (LookupError, TypeError, AttributeError, ValueError) as error:
            if isinstance(error, InputError):
                raise
            problem = f"something of another form ({error!r})"
        if problem:
            raise InputError(
                f"{path}: expected a whole list of jobs, found {problem}: copy it again, or write "
                "it again with `snakemake jobs`"
            )
        return jobs


def _content(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(
            f"{path}: expected a list of jobs, found no such file: `snakemake jobs` writes one"
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no JSON, or cut short"
        raise InputError(
            f"{path}: expected a list of jobs, and it cannot be read ({reason}): copy it again"
        ) from None
    if not isinstance(content, dict):
        raise InputError(
            f"{path}: expected a list of jobs, found JSON of another kind: name the file that "
            "`snakemake jobs` has written"
        )
    return content


def _problem(jobs: JobList) -> str | None:
    """What no list that was written here has. Names become files, which must not lead out."""
    if not is_name(jobs.scale):
        return f"the scale {jobs.scale!r}"
    if jobs.commit is not None and not COMMIT.fullmatch(jobs.commit):
        return f"the commit {jobs.commit!r}"
    if jobs.device not in DEVICES:
        return f"the device {jobs.device!r}"
    for name, data in jobs.data.items():
        if not (_DATA_NAME.fullmatch(name) and _SHA256.fullmatch(data.sha256)):
            return f"the data {name!r} with the checksum {data.sha256!r}"
    for run in jobs.runs:
        if run.asked.data not in jobs.data:
            return f"a run on {run.asked.data!r} and no checksum of that data"
    return None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
