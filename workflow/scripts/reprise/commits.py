"""Which commit the code is of."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

VARIABLE = "REPRISE_COMMIT"
"""Names the commit of a copy of the code without its repository."""

COMMIT = re.compile(r"[0-9a-f]{40}")


def git_state(folder: Path, environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Commit, and whether tracked files differ from it; None where that is not known.

    Outside of a repository, the commit is what ``REPRISE_COMMIT`` names.
    """
    if not (folder / ".git").exists() and COMMIT.fullmatch(named := environment.get(VARIABLE, "")):
        return {"commit": named, "modified": None}
    changes = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return {
        "commit": _git(folder, "rev-parse", "HEAD"),
        "modified": None if changes is None else changes != "",
    }


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        answer = subprocess.run(
            # Without, it writes, and on a full disk leaves a locked repository behind.
            ["git", "--no-optional-locks", *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=30,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None
