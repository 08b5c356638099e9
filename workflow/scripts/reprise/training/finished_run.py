"""A finished run kept beside its checkpoint, until Snakemake has its outputs for good.

Runs that share a place in a cluster's queue are one job to Snakemake: where one of them fails, it
removes the outputs of all, and where the place is pushed out, all of them begin anew. What is kept
here is no output. The next attempt of the same run takes it over instead of training.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from reprise.data.integrity import write_whole
from reprise.training.dependencies import first_difference
from reprise.training.job import CellFiles

SUFFIX = ".finished.json"

IN_WORDS = {
    "fingerprint": "version of the code",
    "published": "published cell",
    "data": "state of the data",
    "threads": "number of threads",
    "torch": "version of PyTorch",
}


class FinishedRun:
    """The file that keeps what one run wrote into its folder.

    Args:
        checkpoint: that of the run, which need not be there.
    """

    def __init__(self, checkpoint: Path) -> None:
        self.path = checkpoint.with_suffix(SUFFIX)

    def keep(self, files: CellFiles) -> None:
        """Keep what the folder holds. A full disk costs what is kept and not the run."""
        try:
            write_whole(self.path, json.dumps(files.read()))
        except OSError as error:
            print(
                f"no copy of the finished run is kept ({error.strerror}): were its outputs lost, "
                "it would train again"
            )

    def restore(self, files: CellFiles, asked: Callable[[], Mapping[str, Any]]) -> bool:
        """Write the folder as it was, if what is kept is what is asked for. Anything else is
        forgotten, which a printed sentence says.

        Args:
            asked: entries that ``dependencies`` has to give of the kept metrics; asked for once
                they are needed, since the sum of a large file takes a while.

        Returns:
            Whether the folder holds the run.
        """
        if not self.path.exists():
            return False
        expected = asked()
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            texts = {name: kept[name] for name in ("history", "description", "metrics")}
            other = first_difference(json.loads(texts["metrics"]), expected)
        except (OSError, ValueError, LookupError, TypeError) as error:
            return self._refused(f"{self.path} is damaged ({type(error).__name__})")
        if other is not None:
            return self._refused(f"{self.path} was made with another {IN_WORDS.get(other, other)}")
        files.write(**texts)
        return True

    def forget(self) -> None:
        """Remove the file, if it is there."""
        self.path.unlink(missing_ok=True)

    def _refused(self, reason: str) -> bool:
        print(f"does not take over a finished run: {reason}; starts anew", flush=True)
        self.forget()
        return False
