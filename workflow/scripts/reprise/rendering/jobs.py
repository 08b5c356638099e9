"""What the rules of figures, learning curves and the report do: plain data in, files out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reprise.folders import own_or_built_in
from reprise.rendering.figures import draw_figure, draw_learning_curves
from reprise.rendering.report import render_report
from reprise.studies.plan_storage import read_artefact


def draw_artefact_figure(plain: Mapping[str, str]) -> None:
    """Draw the figure of an artefact.

    Args:
        plain: ``plan``, the plan.json of the study; ``study`` and ``artefact``, ids;
            ``svg`` and ``png``, the files to write.

    Raises:
        InputError: the plan cannot be read, or the figure it asks for is not known.
    """
    plan = Path(plain["plan"])
    artefact = read_artefact(plan, plain["artefact"])
    files = Path(plain["svg"]), Path(plain["png"])
    draw_figure(artefact, plan.parents[1], plain["study"], *files)


def draw_artefact_curves(plain: Mapping[str, str]) -> None:
    """Draw the learning curves of the cells behind an artefact.

    Args:
        plain: as that of ``draw_artefact_figure``, without ``png``.

    Raises:
        InputError: the plan cannot be read.
    """
    plan = Path(plain["plan"])
    artefact = read_artefact(plan, plain["artefact"])
    draw_learning_curves(artefact, plan.parents[1], plain["study"], Path(plain["svg"]))


def write_report(plain: Mapping[str, Any]) -> None:
    """Render the report of a scale from its results folder.

    Args:
        plain: ``results``, that folder; ``destination``, the HTML file; ``texts``, the tables as
            Markdown and LaTeX to write beside their data, none for an archive.

    Raises:
        InputError: a file of the results folder cannot be read.
    """
    texts = set(map(Path, plain["texts"]))
    reference = own_or_built_in("reference")
    render_report(Path(plain["results"]), Path(plain["destination"]), reference, texts)
