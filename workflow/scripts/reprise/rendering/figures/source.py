"""What a figure is drawn from: one artefact, its tidy table and its runs."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from reprise.errors import InputError, choose_among
from reprise.registry import Registry
from reprise.rendering.results import Results
from reprise.studies.artefact_records import ArtefactRecord, Values
from reprise.studies.rows import DEFAULT_ARM
from reprise.studies.statuses import FINISHED

figure_kinds = Registry("figure kind")
"""The figures that an artefact may ask for by name."""


@dataclass(frozen=True)
class FigureSource:
    """An artefact of a study in the plan, with a results folder."""

    artefact: ArtefactRecord
    results: Results
    study: str

    @classmethod
    def of(cls, artefact: ArtefactRecord, results: Path, study: str) -> "FigureSource":
        """The source of an artefact's figures."""
        return cls(artefact, Results(Path(results)), study)

    @cached_property
    def table(self) -> pd.DataFrame:
        """The tidy table; empty where it is missing."""
        return self.results.table(self.study, self.artefact)

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row per run; empty where it is missing."""
        return self.results.runs(self.study, self.artefact)

    @property
    def title(self) -> str:
        """The name of the figure for those who do not see it."""
        return self.artefact.heading(": ")

    def axes(self, side: str) -> list[str]:
        """The axes along the layout's ``rows`` or ``columns``."""
        return list(getattr(self.artefact.layout, side))

    def training_axes(self, axes: list[str]) -> list[str]:
        """Those of some axes whose values differ in their runs, not only in what is shown."""
        return [identity for identity in axes if not self.shares_runs(identity)]

    def shares_runs(self, identity: str) -> bool:
        """Whether the values of an axis show several metrics of the same runs."""
        others = [axis for axis in self.artefact.axis_ids if axis != identity]
        groups: dict[tuple, list] = {}
        for row in self.artefact.rows:
            group = groups.setdefault((row.arm, *row.values(others)), [])
            group.append(row.folders)
        several = [group for group in groups.values() if len(group) > 1]
        return bool(several) and all(
            group[0] and group.count(group[0]) == len(group) for group in several
        )

    def varying_axes(self, axes: list[str]) -> list[str]:
        """Those of some axes along which there are several values."""
        return [identity for identity in axes if len(self.combinations([identity])) > 1]

    def combinations(self, axes: list[str]) -> list[Values]:
        """Value combinations along some axes that the artefact has."""
        return self.artefact.combinations(axes)

    def check_columns(self, columns: list[str]) -> None:
        """Refuse a figure of a column that the table does not have; an empty table has any.

        Raises:
            InputError: there is none of that name.
        """
        for column in columns if len(self.table) else []:
            if column not in self.table:
                raise InputError(
                    f"{self.study}/{self.artefact.id}: figure: the table has no column "
                    f"{column!r}; {choose_among(column, self.table.columns)}"
                )

    def points(self, **wanted: str) -> pd.DataFrame:
        """Rows of the table with these values of its columns."""
        return select(self.table, wanted)

    def single_runs(self, **wanted: str) -> pd.DataFrame:
        """Finished runs with these values of their columns."""
        return select(self.runs, {**wanted, "status": FINISHED})


def select(frame: pd.DataFrame, wanted: dict[str, str]) -> pd.DataFrame:
    """Rows of a frame that have all wanted values; a column it lacks excludes nothing but arms.

    A file without arms holds the main arm only.
    """
    for column, value in wanted.items():
        if column in frame:
            frame = frame[frame[column] == value]
        elif column == "arm" and value != DEFAULT_ARM:
            frame = frame.iloc[:0]
    return frame


def first_number(points: pd.DataFrame, column: str) -> float | None:
    """The first filled value of a column, or None."""
    if column not in points:
        return None
    filled = points[column].dropna()
    return float(filled.iloc[0]) if len(filled) else None
