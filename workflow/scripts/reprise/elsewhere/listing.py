"""From a plan to a list of jobs."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from reprise.commits import git_state
from reprise.data.prepared_checksums import PreparedChecksum, kept_checksum
from reprise.elsewhere.job_list import JobList, ListedData, ListedRun
from reprise.errors import InputError
from reprise.folders import WORKFLOW
from reprise.planning.plan import Plan
from reprise.studies.claims.selections import artefacts_of as compared_by
from reprise.studies.run_folders import prepared_path


def runs_behind(plan: Plan, targets: Iterable[str]) -> list[str]:
    """The folders of the runs behind ids, in their order; all runs of the plan without any.

    Args:
        targets: ids of studies, and of artefacts and claims behind that of their study and a
            slash; words that are none of them count for nothing.
    """
    artefacts = [pair for target in targets for pair in _artefacts_of(plan, target)]
    folders = (plan.artefact_folders(*pair) for pair in artefacts or plan.rows)
    return list(dict.fromkeys(folder for group in folders for folder in group))


def _artefacts_of(plan: Plan, target: str) -> list[tuple[str, str]]:
    study, _, name = target.partition("/")
    if study not in plan.studies:
        return []
    asked = plan.studies[study]
    if not name:
        return [(study, artefact) for artefact in asked.artefacts]
    named = [name] if name in asked.artefacts else []
    named += compared_by(*(claim for claim in plan.claims[study] if claim.id == name))
    return [(study, artefact) for artefact in named]


def list_runs(plan: Plan, folders: Sequence[str]) -> JobList:
    """The list of the runs of these folders.

    Raises:
        InputError: data that a run reads has not been prepared.
    """
    runs = [plan.runs[folder] for folder in folders]
    return JobList(
        scale=plan.scale.name,
        commit=git_state(WORKFLOW)["commit"],
        device=plan.settings.device,
        cuda_graphs=plan.settings.cuda_graphs,
        data={name: _data(name) for name in dict.fromkeys(run.data for run in runs)},
        runs=tuple(ListedRun(run, run.fingerprint) for run in runs),
        resident_share=plan.settings.resident_share,
    )


def _data(name: str) -> ListedData:
    kept: PreparedChecksum | None = kept_checksum(name)
    if kept is None:
        raise InputError(
            f"{prepared_path(name)}: expected to know its checksum, and resources/checksums has "
            "none: remove that file, and `snakemake jobs` prepares it again"
        )
    return ListedData(kept.sha256, kept.origin)


def back_text(path: Path, is_there: Callable[[str], bool]) -> str | None:
    """How many of the runs of a list have come back; None where there is no list.

    Args:
        path: the list.
        is_there: whether a run is there and belongs to today's plan, code and data, by its folder.

    Raises:
        InputError: the list is damaged.
    """
    if not path.exists():
        return None
    folders = [run.folder for run in JobList.read(path).runs]
    back = sum(map(is_there, folders))
    return f"{path} lists {len(folders)} runs for a machine without Snakemake: {back} are back."


def list_text(jobs: JobList, path: Path, modified: bool | None) -> str:
    """What to do with a list.

    Args:
        jobs: the list.
        path: its file.
        modified: whether the code differs from its commit.
    """
    count = f"{len(jobs.runs)} run{'s' if len(jobs.runs) != 1 else ''}"
    if not jobs.runs:
        return f"{path}: nothing to run, all that is asked for is there"
    files = ", ".join(prepared_path(name) for name in jobs.data)
    lines = [
        f"{path}: {count}",
        f"Copy workflow/scripts, {path} and {files} to the other machine, at the same places "
        "below one folder. There:",
        f"    REPRISE_COMMIT={jobs.commit} python workflow/scripts/run_jobs.py {path}"
        if jobs.commit
        else f"    python workflow/scripts/run_jobs.py {path}",
        f"Copy {jobs.results} back. docs/elsewhere.md says more.",
    ]
    if modified:
        lines.append(
            f"The code here differs from commit {jobs.commit}: commit first, lest the other "
            "machine has none that is the same."
        )
    return "\n".join(lines)
