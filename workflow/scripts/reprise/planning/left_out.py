"""Rows that are not run, and why."""

from reprise.data.sources import Source
from reprise.studies.scales import Overlay


def why_not_run(source: Source, overlay: Overlay) -> str | None:
    """Why cells on a data set, as published, are not run; None where they are.

    Data that the user has to bring is not there until a folder is named. Nothing else takes its
    place: what is asked of such data is a matter of its size.
    """
    if not source.available:
        return (
            f"{source.title} cannot be downloaded freely. Name your folder of it under "
            f"datasets.{source.name}.folder in the configuration; config/README.md says how."
        )
    if source.in_own_folder and (overlay.data or {}).get("dataset"):
        return f"{source.title} is not run at this scale, which has other data in its place."
    return None
