"""Drawing one artefact: what the jobs for its figure and its learning curves do."""

from collections.abc import Mapping
from pathlib import Path

from reprise.rendering.figures import draw_figure, draw_learning_curves
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
