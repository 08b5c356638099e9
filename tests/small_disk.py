"""A disk of some kilobytes that can be filled to the last page.

It is a tmpfs on a folder, in a mount namespace of its own: nothing else of the machine sees it, and
it is gone with the process that holds the namespace.
"""

import ctypes
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
# Whoever is not root may mount as root of a user namespace, where the system has them.
OF_ANOTHER_USER = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
HOLD = 'mount -t tmpfs -o "size=$1" tmpfs "$2" && echo mounted && exec cat'


def unshared(*command: str) -> list[str]:
    """A command in a mount namespace of its own."""
    return ["unshare", "--mount", *OF_ANOTHER_USER, *command]


@cache
def why_no_small_disk() -> str | None:
    """What keeps this machine from mounting one."""
    missing = [name for name in ("unshare", "nsenter", "mount") if shutil.which(name) is None]
    if missing:
        return f"no {', '.join(missing)} (Debian: util-linux and mount)"
    tried = unshared("mount", "-t", "tmpfs", "tmpfs", "/mnt")
    answer = subprocess.run(tried, capture_output=True, text=True)
    return f"no tmpfs may be mounted here: {answer.stderr.strip()}" if answer.returncode else None


class SmallDisk:
    """Mounted on an empty folder while its ``with`` block lasts.

    Args:
        folder: where processes that ``run`` starts find it.
        pages: its size, in pages of the system.
    """

    def __init__(self, folder: Path, pages: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.pages = pages

    def __enter__(self) -> "SmallDisk":
        self._holder = subprocess.Popen(
            unshared("sh", "-c", HOLD, "sh", str(self.pages * PAGE), str(self.folder)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._holder.stdout.readline() == "mounted\n"
        return self

    def __exit__(self, *_: object) -> None:
        self._holder.communicate()

    @property
    def seen(self) -> Path:
        """The folder as this process, which is outside, finds it."""
        return Path(f"/proc/{self._holder.pid}/root{self.folder}")

    def run(
        self, *command: str, folder: Path | str = ".", **environment: str
    ) -> subprocess.CompletedProcess:
        """Run a command that sees the disk, in a folder."""
        # A folder that is entered from outside leads past the disk.
        inside = ["sh", "-c", 'cd "$0" && exec "$@"', str(Path(folder).absolute())]
        user = ["--user", "--preserve-credentials"] if OF_ANOTHER_USER else []
        return subprocess.run(
            ["nsenter", f"--target={self._holder.pid}", "--mount", *user, *inside, *command],
            env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
            capture_output=True,
            text=True,
            timeout=600,
        )

    def enter(self) -> None:
        """Let this process see the disk, which has to be a fork and have one thread."""
        here = os.getcwd()
        libc = ctypes.CDLL(None, use_errno=True)
        for kind in ("user", "mnt") if OF_ANOTHER_USER else ("mnt",):
            namespace = os.open(f"/proc/{self._holder.pid}/ns/{kind}", os.O_RDONLY)
            if libc.setns(namespace, 0) != 0:
                raise OSError(ctypes.get_errno(), f"cannot enter the {kind} namespace")
        os.chdir(here)

    def leave_room_for(self, pages: int) -> None:
        """Fill it with one file until so many pages are free."""
        self._ballast.unlink(missing_ok=True)
        status = os.statvfs(self.seen)
        self._ballast.write_bytes(bytes(PAGE * (status.f_bfree - pages)))
        assert os.statvfs(self.seen).f_bfree == pages

    def clear(self) -> None:
        """Remove everything."""
        for path in self.seen.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def make_room(self) -> None:
        """Remove what filled it."""
        self._ballast.unlink()

    def files(self) -> set[str]:
        """The files on it, but for what fills it, by their paths within."""
        found = {p.relative_to(self.seen).as_posix() for p in self.seen.rglob("*") if p.is_file()}
        return found - {self._ballast.name}

    @property
    def _ballast(self) -> Path:
        return self.seen / "ballast"
