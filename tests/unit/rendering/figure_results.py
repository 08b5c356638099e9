"""One made-up artefact with the runs behind it, for drawing its figure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from statistics import fmean, median
from typing import Any
from xml.etree import ElementTree

from made_up_records import made_up_artefact
from made_up_results import write_csv
from matplotlib.figure import Figure

from reprise.rendering.figures import draw_figure, figure_kinds
from reprise.rendering.figures.source import FigureSource

STUDY = "lantern"
LETTERS = "{http://www.w3.org/2000/svg}text"

Values = dict[str, str]
History = list[dict[str, Any]]


@dataclass
class Run:
    """What one run left: its history, its status, and its metrics."""

    history: History = field(default_factory=list)
    status: str = "finished"
    metrics: Mapping[str, Any] = field(default_factory=dict)


MISSING = Run(status="missing")


@dataclass
class FigureResults:
    """A results folder with one artefact: ``axes`` maps axis ids to labels by value id."""

    folder: Path
    axes: Mapping[str, Mapping[str, str]]
    figure: Mapping[str, Any]
    metric: str = "test_accuracy"
    arms: tuple[str, ...] = ("as run",)
    seeds: tuple[int, ...] = (1,)
    columns: tuple[str, ...] = ()
    reported: Callable[[Values, str], float | None] = lambda values, arm: None
    rows: Callable[[Values, str], bool] = lambda values, arm: True

    def artefact(self) -> dict[str, Any]:
        """The artefact as plan.json has it."""
        return {
            "id": "figure1", "kind": "figure", "title": "A figure", "where": "Figure 1",
            "metric": self.metric, "unit": None, "decimals": 2, "figure": dict(self.figure),
            "layout": {"rows": [a for a in self.axes if a not in self.columns],
                       "columns": list(self.columns)},
            "axes": [
                {"id": axis, "label": axis.replace("_", " ").capitalize(),
                 "values": [{"id": v, "label": label, "x": None} for v, label in values.items()]}
                for axis, values in self.axes.items()
            ],
            "rows": [self.row(values, arm) for values, arm in self.settings()],
        }  # fmt: skip

    def settings(self) -> list[tuple[Values, str]]:
        """The axis values and the arm of every row."""
        combinations = (dict(zip(self.axes, c, strict=True)) for c in product(*self.axes.values()))
        wanted = product(combinations, self.arms)
        return [(values, arm) for values, arm in wanted if self.rows(values, arm)]

    def row(self, values: Values, arm: str) -> dict[str, Any]:
        """A row of the artefact."""
        name = "_".join([*values.values(), arm.replace(" ", "_")])
        folders = {str(seed): f"runs/{name}/seed{seed}" for seed in self.seeds}
        return {"axes": values, "arm": arm, "reported": self.reported(values, arm), "cited": None,
                "metric": None, "report": {"epochs": "last"}, "folders": folders,
                "train_images": {"published": 50_000, "run": 1000}}  # fmt: skip

    def write_runs(self, run: Callable[[Values, str, int], Run]) -> None:
        """Write histories, table of runs and tidy table of what ``run(values, arm, seed)`` left."""
        runs, tidy = [], []
        for row in self.artefact()["rows"]:
            found = {seed: run(row["axes"], row["arm"], seed) for seed in self.seeds}
            for seed, outcome in found.items():
                folder = row["folders"][str(seed)]
                if outcome.history:
                    write_csv(self.folder / folder / "history.csv", outcome.history)
                runs.append({**row["axes"], "arm": row["arm"], "seed": seed, "folder": folder,
                             "status": outcome.status,
                             self.metric: outcome.metrics.get(self.metric)})  # fmt: skip
            tidy.append(self.tidy_row(row, found.values()))
        write_csv(self.folder / STUDY / "figure1.runs.csv", runs)
        self.write_table(tidy)

    def tidy_row(self, row: dict[str, Any], runs: Iterable[Run]) -> dict[str, Any]:
        """Mean and median over the runs that have the metric."""
        numbers = [run.metrics[self.metric] for run in runs if run.metrics.get(self.metric)]
        return {**row["axes"], "arm": row["arm"], "reported": row["reported"],
                "mean": fmean(numbers) if numbers else None,
                "median": median(numbers) if numbers else None, "n": len(numbers)}  # fmt: skip

    def write_table(self, rows: list[dict[str, Any]]) -> None:
        """Write the tidy table."""
        write_csv(self.folder / STUDY / "figure1.csv", rows)

    def draw(self, name: str = "figure") -> Path:
        """Draw the figure and return the SVG; the PNG lies beside it."""
        svg = self.folder / f"{name}.svg"
        draw_figure(
            made_up_artefact(self.artefact()), self.folder, STUDY, svg, svg.with_suffix(".png")
        )
        return svg

    def figure_drawn(self) -> Figure:
        """The figure before it is saved, to look at what is in it."""
        source = FigureSource.of(made_up_artefact(self.artefact()), self.folder, STUDY)
        arguments = dict(self.figure)
        return figure_kinds[arguments.pop("kind")](source, **arguments)

    def words(self) -> list[str]:
        """Everything that is written in the figure."""
        root = ElementTree.parse(self.draw()).getroot()
        return ["".join(text.itertext()) for text in root.iter(LETTERS)]
