"""Figures: an artefact's data drawn as SVG (text as text, the same bytes each time) and PNG."""

from pathlib import Path

from matplotlib.figure import Figure

from reprise.inventory import check_arguments, find
from reprise.rendering.figures.panels import hide_ticks_without_data
from reprise.rendering.figures.source import FigureSource, figure_kinds
from reprise.rendering.figures.style import house_style, save_png, save_svg
from reprise.studies.artefact_records import ArtefactRecord

__all__ = ["draw_figure", "draw_learning_curves", "drawn", "draws_histories", "figure_kinds"]


def draw_figure(artefact: ArtefactRecord, results: Path, study: str, svg: Path, png: Path) -> None:
    """Draw the figure that an artefact asks for.

    Args:
        artefact: of the plan; its ``figure`` names the kind and its arguments.
        results: the results folder, which holds ``<study>/<artefact>.csv``; a missing file gives
            a figure that says so.
        study: the id of the study.
        svg: where the SVG is written.
        png: where the PNG is written.

    Raises:
        InputError: the kind of figure, or one of its arguments, is not known.
    """
    source = FigureSource.of(artefact, results, study)
    with house_style():
        figure = drawn(source)
        save_svg(figure, svg, source.title)
        save_png(figure, png)


def drawn(source: FigureSource) -> Figure:
    """The figure that an artefact asks for.

    Raises:
        InputError: the kind of figure, or one of its arguments, is not known.
    """
    asked = source.artefact.figure
    where = f"{source.study}/{source.artefact.id}: figure"
    kind = find("figure kind", asked.kind, where)
    check_arguments(kind, asked.arguments, where)
    figure = figure_kinds[kind.name](source, **asked.arguments)
    hide_ticks_without_data(figure.axes)
    return figure


def draws_histories(artefact: ArtefactRecord) -> bool:
    """Whether the figure of an artefact, if it has one, shows what runs went through."""
    if not artefact.figure:
        return False
    kind = find("figure kind", artefact.figure.kind, f"{artefact.id}: figure")
    return kind.description.get("draws") == "histories"


def draw_learning_curves(artefact: ArtefactRecord, results: Path, study: str, svg: Path) -> None:
    """Draw the main score of test and training images against epochs for an artefact's runs.

    Args:
        artefact: of the plan; a panel for each value of the layout's columns, a
            line for each value of its rows.
        results: the results folder, which holds the cells' ``history.csv``.
        study: the id of the study.
        svg: where the SVG is written.
    """
    source = FigureSource.of(artefact, results, study)
    with house_style():
        figure: Figure = figure_kinds["curves"](source)
        save_svg(figure, svg, f"{source.title} (learning curves)")
