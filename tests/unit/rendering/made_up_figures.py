"""The figures of a made-up results folder."""

from pathlib import Path

from reprise.rendering.figures import draw_figure, draw_learning_curves
from reprise.studies.plan_storage import read_plan


def draw_everything(results: Path) -> None:
    """Draw what the pipeline draws before it renders the report."""
    for study in read_plan(results).studies:
        for artefact in study.artefacts:
            base = results / study.id / artefact.id
            if artefact.figure:
                svg, png = base.with_suffix(".svg"), base.with_suffix(".png")
                draw_figure(artefact, results, study.id, svg, png)
            if artefact.kind != "figure":
                svg = base.with_suffix(".curves.svg")
                draw_learning_curves(artefact, results, study.id, svg)
