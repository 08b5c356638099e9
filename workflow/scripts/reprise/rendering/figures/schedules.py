"""Learning rates against epochs: every schedule, and the family of one over its parameter."""

from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reprise.rendering.figures.panels import (
    left_panels,
    say_nothing_to_draw,
    set_title,
    small_multiples,
)
from reprise.rendering.figures.source import FigureSource, figure_kinds
from reprise.rendering.figures.style import legend_columns, look
from reprise.rendering.metrics import metric_label
from reprise.rendering.numbers import plain
from reprise.studies.artefact_records import ArtefactRecord
from reprise.studies.rows import DEFAULT_ARM

LINE_STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))


class Curve(NamedTuple):
    """One learning-rate curve."""

    label: str
    points: pd.DataFrame


@figure_kinds.register("schedules")
def draw_schedules(
    source: FigureSource,
    *,
    of: str | None = None,
    family: str = "c",
    log: bool = False,
    x: str = "epoch",
    x_label: str = "",
) -> Figure:
    """The curves of all values of axis ``of``, beside those of the axis ``family``, for each arm.

    The table has the columns ``of``, ``x`` and ``learning_rate``, and may have ``family``;
    a value of ``of`` with several family members is drawn once among the others (its first
    member) and with all members in a panel of its own.

    Args:
        of: the axis of the schedules; the first axis beside ``family`` by default.
        family: the axis of one schedule's parameter.
        log: whether the axis of the rates is logarithmic.
        x: the column along the horizontal axis.
        x_label: what stands below the horizontal axis; the name of ``x`` by default.

    Raises:
        InputError: the table has no column ``of`` or ``x``.
    """
    others = (axis for axis in source.artefact.axis_ids if axis != family)
    of = of or next(others, family)
    source.check_columns([of, x])
    panels = titled_panels(source, of, family)
    longest = max(len(curves) for _, curves in panels)
    figure, drawn = small_multiples(
        len(panels), legend_lines=longest, most_columns=2, panel_height=2.7
    )
    for panel, (title, curves) in zip(drawn, panels, strict=True):
        draw_curves(panel, curves, x, log)
        set_title(panel, title)
        panel.set_xlabel(x_label or metric_label(x))
    for panel in left_panels(drawn):
        panel.set_ylabel(metric_label("learning_rate"))
    return figure


def titled_panels(source: FigureSource, of: str, family: str) -> list[tuple[str, list[Curve]]]:
    """The curves of each panel with its title, which names the arm where there are several."""
    everything = f"All {source.artefact.axis(of).label.lower()}s"
    named = source.artefact.arms or [DEFAULT_ARM]
    panels = []
    for arm in named:
        table = source.points(arm=arm)
        ending = f", {arm}" if len(named) > 1 else ""
        panels.append((everything + ending, all_curves(source.artefact, table, of, family)))
        panels += [
            (name + ending, curves) for name, curves in families(source.artefact, table, of, family)
        ]
    return panels


def all_curves(artefact: ArtefactRecord, table: pd.DataFrame, of: str, family: str) -> list[Curve]:
    """One curve for each value of the axis: the first member where there are several."""
    curves = []
    for value in ordered_values(artefact, table, of):
        points = table[table[of] == value]
        members = ordered_values(artefact, points, family)
        curves.append(Curve(artefact.label(of, value), member_points(points, family, members[0])))
    return curves


def families(
    artefact: ArtefactRecord, table: pd.DataFrame, of: str, family: str
) -> list[tuple[str, list[Curve]]]:
    """For each value of the axis with several members, the curves of all of them."""
    named = []
    for value in ordered_values(artefact, table, of):
        points = table[table[of] == value]
        members = [m for m in ordered_values(artefact, points, family) if m is not None]
        if len(members) > 1:
            curves = [
                Curve(member_label(artefact, family, member), member_points(points, family, member))
                for member in members
            ]
            named.append((artefact.label(of, value), curves))
    return named


def ordered_values(artefact: ArtefactRecord, table: pd.DataFrame, identity: str) -> list[Any]:
    """The values of a column in the order of the axis; a column that is absent has one, None."""
    if identity not in table:
        return [None] if len(table) else []
    present = [None if pd.isna(value) else value for value in table[identity].unique()]
    return sorted(present, key=lambda value: (value is not None, artefact.rank(identity, value)))


def member_points(points: pd.DataFrame, family: str, member: Any) -> pd.DataFrame:
    """The rows of one member of a family."""
    if family not in points:
        return points
    return points[points[family].isna() if member is None else points[family] == member]


def member_label(artefact: ArtefactRecord, family: str, member: Any) -> str:
    """What a member is called; a number that the axis does not describe is named by the axis."""
    if artefact.axis(family).values:
        return artefact.label(family, member)
    name = plain(member) if isinstance(member, float) else member
    return f"{family} = {name}"


def draw_curves(panel: Axes, curves: list[Curve], x: str, log: bool) -> None:
    """The curves of one panel with a legend below it."""
    for index, curve in enumerate(curves):
        points = curve.points.dropna(subset=[x, "learning_rate"]).sort_values(x)
        panel.plot(
            points[x],
            points["learning_rate"],
            color=look(index).colour,
            linestyle=LINE_STYLES[index % len(LINE_STYLES)],
            label=curve.label,
        )
    if not curves:
        say_nothing_to_draw(panel, "no curve was computed")
        return
    panel.set_yscale("log" if log else "linear")
    labels = [curve.label for curve in curves]
    panel.legend(
        loc="upper center",
        bbox_to_anchor=(0.5, -0.2),
        ncols=min(2, legend_columns(labels, 3.3)),
        handlelength=2.8,
    )
