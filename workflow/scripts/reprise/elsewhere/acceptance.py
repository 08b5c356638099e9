"""Whether this machine has the code and the data that a list of jobs was written for."""

from pathlib import Path

from reprise.commits import VARIABLE, git_state
from reprise.data.integrity import sha256_of
from reprise.elsewhere.job_list import JobList, ListedRun
from reprise.errors import InputError
from reprise.folders import WORKFLOW
from reprise.studies.run_folders import prepared_path


def accept(jobs: JobList, path: Path) -> None:
    """See that commit, code and data are those of a list.

    Args:
        jobs: the list.
        path: its file, for messages.

    Raises:
        InputError: names the first that is another one.
    """
    _check_commit(jobs, path)
    for run in jobs.runs:
        _check_code(run, path)
    for name in dict.fromkeys(run.asked.data for run in jobs.runs):
        _check_data(jobs, name)


def _check_commit(jobs: JobList, path: Path) -> None:
    if jobs.commit is None:
        return
    commit = git_state(WORKFLOW)["commit"]
    if commit is None:
        raise InputError(
            f"{path}: expected the code of commit {jobs.commit}, and nothing in {WORKFLOW} says of "
            f"which commit it is: copy the code of that commit and set {VARIABLE}={jobs.commit}"
        )
    if commit != jobs.commit:
        raise InputError(
            f"{path}: expected the code of commit {jobs.commit}, found that of {commit} in "
            f"{WORKFLOW}: check out the former, or write the list again at the latter"
        )


def _check_code(run: ListedRun, path: Path) -> None:
    try:
        fingerprint = run.asked.fingerprint
    except InputError as error:
        raise InputError(f"{path}: {run.folder}: {error}") from None
    if fingerprint != run.fingerprint:
        raise InputError(
            f"{path}: {run.folder}: expected version {run.fingerprint} of its code, found "
            f"{fingerprint} in {WORKFLOW}: copy the code again from where the list was written, or "
            "write the list again"
        )


def _check_data(jobs: JobList, name: str) -> None:
    prepared, expected = Path(prepared_path(name)), jobs.data[name].sha256
    if not prepared.is_file():
        raise InputError(
            f"{prepared}: expected the prepared data that runs read, found no such file in "
            f"{Path.cwd()}: copy it to there"
        )
    checksum = sha256_of(prepared)
    if checksum != expected:
        raise InputError(
            f"{prepared}: expected data with the SHA-256 {expected[:12]}..., found "
            f"{checksum[:12]}...: copy it again from where the list was written"
        )
