"""The folders of finished runs as one tar, which is swapped by a rename: there is always a whole
one."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

MOST_BYTES = 16 * 2**20
# A header for each file, and its last block; the end of the tar.
BYTES_A_FILE = 1024
BYTES_AT_THE_END = 10 * 2**10


class FinishedRuns:
    """Keeps a tar of the runs that are finished.

    Args:
        results: the results folder of a scale, as its path is to be in the tar.
        tar: the file.
        most: bytes of it; runs beyond are left out.
    """

    def __init__(self, results: Path, tar: Path, most: int = MOST_BYTES) -> None:
        self.results = results
        self.tar = tar
        self.most = most
        self.kept: tuple[Path, ...] = ()
        self.left_out: tuple[Path, ...] = ()

    def swap(self) -> None:
        """Write the tar anew where other runs are finished than it holds.

        Raises:
            OSError: it cannot be written; the one before stays.
        """
        folders = sorted(set(_finished(self.results)))
        kept, size = [], BYTES_AT_THE_END
        for folder in folders:
            size += sum(path.stat().st_size + BYTES_A_FILE for path in _files(folder))
            if size > self.most:
                break
            kept.append(folder)
        self.left_out = tuple(folders[len(kept) :])
        if tuple(kept) == self.kept and self.tar.exists():
            return
        partial = self.tar.with_name(self.tar.name + ".partial")
        with tarfile.open(partial, "w") as tar:
            for folder in kept:
                for path in _files(folder):
                    tar.add(path)
        partial.replace(self.tar)
        self.kept = tuple(kept)


def _finished(results: Path) -> Iterator[Path]:
    # Its being there says that a run has ended; copies of runs lie beside checkpoints.
    for metrics in results.rglob("metrics.json"):
        if "checkpoints" not in metrics.relative_to(results).parts:
            yield metrics.parent


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file())
