"""Drawings of what reference runs went through, which this run's are set beside."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pandas as pd
from markupsafe import Markup

from reprise.analysis.reference import Reference
from reprise.analysis.reference_tables import RowWithRuns, reference_rows, runs_of_rows
from reprise.rendering.figures import drawn, draws_histories, figure_kinds
from reprise.rendering.figures.source import FigureSource
from reprise.rendering.figures.style import house_style, svg_text
from reprise.rendering.pictures import svg_element
from reprise.rendering.provenance import provenance_in_words
from reprise.studies.artefact_records import ArtefactRecord, RowRecord
from reprise.studies.run_folders import is_trained


@dataclass(frozen=True)
class ReferenceDrawing:
    """The figure of an artefact, or learning curves where its figure shows no course of runs, drawn
    from reference runs; ``made`` says of which."""

    svg: Markup
    made: str
    is_figure: bool


@dataclass(frozen=True)
class ReferenceResults:
    """The reference runs of an artefact, as figures read a results folder.

    Attributes:
        sources: the folder of the runs of each row.
        rows: of plan.json.
        all_runs: one row per run.
    """

    reference: Reference
    sources: Sequence[str]
    rows: Sequence[RowRecord]
    all_runs: pd.DataFrame

    def runs(self, study: str, artefact: ArtefactRecord) -> pd.DataFrame:
        """One row per run."""
        return self.all_runs

    def table(self, study: str, artefact: ArtefactRecord) -> pd.DataFrame:
        """The tidy data: what the runs of each row are on average."""
        means = []
        for row, source in zip(self.rows, self.sources, strict=True):
            measured = self.reference.of_row(row, artefact.metric_of(row))
            if measured.get("reference_source") == source:
                numbers = {name: measured[f"reference_{name}"] for name in ("mean", "median", "n")}
                means.append({**row.axes, "arm": row.arm, **numbers})
        return pd.DataFrame(means)

    def history(self, folder: str) -> pd.DataFrame:
        """The history of a run; empty where none is kept."""
        kept = self.reference.keeps_history(folder)
        return self.reference.histories[folder] if kept else pd.DataFrame()


def reference_drawing(
    reference: Reference | None, study: str, artefact: ArtefactRecord, heading: str
) -> ReferenceDrawing | None:
    """What the reference runs of an artefact went through; None where that is not known of any.

    Args:
        study: the id of the study.
        artefact: of the plan.
        heading: its name for those who do not see the drawing.

    Raises:
        InputError: a history cannot be read.
    """
    is_figure, rows = draws_histories(artefact), artefact.rows
    if reference is None or not (is_figure or trains(rows)):
        return None
    sources = sources_of_rows(reference, rows)
    with_runs = [
        pair
        for row, source in zip(rows, sources, strict=True)
        for pair in reference_rows([row], reference, source)
    ]
    shown = drawn_rows(reference, with_runs)
    results = ReferenceResults(reference, sources, rows, runs_of_rows(with_runs))
    if not shown:
        return None
    drawing = FigureSource(replace(artefact, rows=tuple(shown)), results, study)
    with house_style():
        figure = drawn(drawing) if is_figure else figure_kinds["curves"](drawing)
        text = svg_text(figure, f"{drawing.title} (reference runs)")
    prefix = f"{study}-{artefact.id}-reference"
    return ReferenceDrawing(
        svg=svg_element(text, prefix, f"Reference runs: {heading}"),
        made="; ".join(
            provenance_in_words(reference.provenance_of(rows, source))
            for source in dict.fromkeys(filter(None, sources))
        ),
        is_figure=is_figure,
    )


def sources_of_rows(reference: Reference, rows: Sequence[RowRecord]) -> list[str]:
    """From which source the runs of each row are drawn: the one that holds the most rows, and of
    its rung those that hold none of the rows that are drawn already, first those of which tables
    show the most. So no row's runs are of two sources. Empty for a row without any."""
    fullest = reference.fullest_source(rows)
    if fullest is None:
        return [""] * len(rows)
    rung = reference.rung_of_source(fullest)
    shown = Counter(reference.fullest_source([row], rung) for row in rows)
    held = {
        source: set(reference.runs_from(rows, source)["published"])
        for source in sorted(reference.table["source"].unique())
        if reference.rung_of_source(source) is rung
    }
    taken = [fullest]
    for source in sorted(held, key=lambda name: (-shown[name], -len(held[name]))):
        if all(held[source].isdisjoint(held[other]) for other in taken):
            taken.append(source)
    return [
        next((source for source in taken if held[source].intersection(row.published)), "")
        for row in rows
    ]


def drawn_rows(reference: Reference, with_runs: Iterable[RowWithRuns]) -> list[RowRecord]:
    """The rows of which a history is kept, with the folders of their runs."""
    rows = []
    for row, runs in with_runs:
        folders = {str(run["seed"]): run["folder"] for run in runs}
        if any(map(reference.keeps_history, folders.values())):
            rows.append(replace(row, folders=folders))
    return rows


def trains(rows: Iterable[RowRecord]) -> bool:
    """Whether there are runs behind rows, all of which train."""
    folders = [folder for row in rows for folder in row.folders.values()]
    return bool(folders) and all(map(is_trained, folders))
