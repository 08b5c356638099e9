"""The prepared data that a list of jobs names, from archives that are smaller on the way."""

from pathlib import Path

from findings import Findings


def prepare_listed(findings: Findings, ends: float, *, listed: Path, archives: Path) -> None:
    """Prepare what is not there yet, and compare its checksum with that of the list.

    Args:
        listed: the list of jobs.
        archives: a folder with the files that the data are prepared from, named as at home.

    Raises:
        InputError: a file is missing or is another one, or the data come out different.
    """
    from reprise.data.integrity import sha256_of
    from reprise.elsewhere.job_list import JobList
    from reprise.errors import InputError
    from reprise.studies.run_folders import prepared_path

    jobs = JobList.read(listed)
    for name, data in jobs.data.items():
        path = Path(prepared_path(name))
        was_there = path.is_file()
        if not was_there:
            path.parent.mkdir(parents=True, exist_ok=True)
            _prepare(name, archives, path)
        found = sha256_of(path)
        findings.add(data=name, was_there=was_there, sha256=found, as_listed=found == data.sha256)
        if found != data.sha256:
            raise InputError(
                f"{path}: expected data with the SHA-256 {data.sha256[:12]}..., found "
                f"{found[:12]}...: copy it from where the list was written"
            )


def _prepare(name: str, archives: Path, destination: Path) -> None:
    # They need packages that are not everywhere, and data that are there need none of them.
    from reprise.data.preparation import prepare
    from reprise.errors import InputError
    from reprise.folders import WORKFLOW
    from reprise.planning.data_files import downloaded_files
    from reprise.planning.plan import Plan

    plan = Plan.of({"scale": "paper", "seeds": [1], **_configured(archives)}, WORKFLOW)
    sources = {f"{one.name}-{one.variant}": one for one in plan.sources.values()}
    if name not in sources:
        raise InputError(
            f"{destination}: expected the prepared data, or a data set {name} that it can be made "
            f"from, found only {', '.join(sorted(sources))}: copy the prepared file"
        )
    files = [archives / Path(file).name for file in downloaded_files(sources[name])]
    prepare(sources[name], files, destination)


def _configured(archives: Path) -> dict:
    """Other files in place of the official ones, as a configuration beside them says."""
    from reprise.studies.yaml_files import read_yaml

    path = archives / "config.yaml"
    return {"datasets": read_yaml(path)["datasets"]} if path.is_file() else {}
