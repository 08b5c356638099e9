"""Results folders with made-up numbers, for looking at the report and for testing it.

python made_up_results.py FOLDER [--seeds 1] [--no-verdicts] [--reference]
"""

import argparse
import csv
import json
import math
import random
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

STUDY = "lantern"
SCHEDULES = {
    "step": "Std step decay",
    "custom_step": "Custom step decay",
    "exponential": "Exponential decay",
    "cosine": "Cosine decay",
    "sigmoid": "Inverse sigmoidal decay",
}
GROUPS = [1, 4, 16, 32, 64]
BATCHES = [128, 64, 32, 16, 8]


@dataclass
class MadeUp:
    """What a made-up results folder is to contain."""

    seeds: tuple[int, ...] = (1, 2, 3)
    verdicts: bool = True
    reference: bool = False
    epochs: int = 40
    troubles: bool = True
    hostile: str = ""
    rows: dict[str, list[dict]] = field(default_factory=dict)


def axis(identity: str, label: str, values: dict, numeric: bool = False) -> dict:
    return {
        "id": identity,
        "label": label,
        "values": [
            {"id": str(key), "label": str(text), "x": float(key) if numeric else None}
            for key, text in values.items()
        ],
    }


def artefacts(hostile: str) -> list[dict]:
    """Artefacts shaped like those of a study with four tables, a figure and two results."""
    settings = {
        "net_120": "MgNet, 120 epochs (64 channels)",
        "net_60": "MgNet, 60 epochs (64 channels)",
        "resnet_120": "ResNet-18, 120 epochs",
    }
    groups = {group: f"{group}" for group in GROUPS}
    shared = {"metric": "test_accuracy", "unit": "%", "decimals": 2, "figure": None}
    norm_settings = {
        "b128": "[1, g, 1, 1], batch 128",
        "b16": "[1, g, 1, 1], batch 16",
        "s128": "[1, g, 4, 4], batch 128",
    }
    return [
        {
            "id": "schedules",
            "kind": "figure",
            "title": "The learning-rate schedules",
            "where": "Equations 1 to 5",
            "caption": "The five schedules, and the last of them over a range of c.",
            "layout": {"rows": ["schedule"], "columns": []},
            "axes": [axis("schedule", "Schedule", SCHEDULES)],
            **shared,
            "figure": {"kind": "schedules"},
        },
        {
            "id": "table1",
            "kind": "table",
            "title": f"Five schedules{hostile}",
            "where": "Table 1",
            "caption": "Final test accuracy under five learning-rate schedules, with batch norm.",
            "layout": {"rows": ["schedule"], "columns": ["setting"]},
            "axes": [
                axis("schedule", "Schedule", SCHEDULES),
                axis("setting", "Network", settings),
            ],
            **shared,
        },
        {
            "id": "table2",
            "kind": "table",
            "title": "General normalization",
            "where": "Table 2",
            "caption": "MgNet with general normalization over groups of channels.",
            "layout": {"rows": ["groups"], "columns": ["setting"]},
            "axes": [
                axis("groups", "Groups", groups, numeric=True),
                axis("setting", "Setting", norm_settings),
            ],
            **shared,
        },
        {
            "id": "table3",
            "kind": "table",
            "title": "Group normalization",
            "where": "Table 3",
            "caption": "MgNet with group normalization.",
            "layout": {"rows": ["groups"], "columns": ["batch"]},
            "axes": [
                axis("groups", "Groups", groups, numeric=True),
                axis("batch", "Batch size", {b: f"Batch {b}" for b in (128, 16, 8)}, True),
            ],
            **shared,
            "figure": {"kind": "lines", "x": "groups", "lines": "batch"},
        },
        {
            "id": "table4",
            "kind": "table",
            "title": "Norms over batch sizes",
            "where": "Table 4",
            "caption": "ResNet-56 with batch and group norm over batch sizes.",
            "layout": {"rows": ["batch"], "columns": ["norm"]},
            "axes": [
                axis("batch", "Batch size", {b: str(b) for b in BATCHES}, numeric=True),
                axis(
                    "norm",
                    "Norm",
                    {
                        "batch_norm": "Batch norm",
                        "group_norm_4": "Group norm (4)",
                        "group_norm_16": "Group norm (16)",
                    },
                ),
            ],
            **shared,
        },
        {
            "id": "tail",
            "kind": "result",
            "title": "A tail of tiny rates",
            "where": "Section 2",
            "caption": "The sigmoid schedule with and without a tail.",
            "layout": {"rows": ["schedule"], "columns": []},
            "axes": [axis("schedule", "Schedule", {"plain": "Sigmoid", "tail": "With a tail"})],
            **shared,
            "figure": {"kind": "dots"},
        },
        {
            "id": "range_of_c",
            "kind": "result",
            "title": "A range of c",
            "where": "Section 2",
            "caption": "The sigmoid schedule over its parameter.",
            "layout": {"rows": ["c"], "columns": []},
            "axes": [axis("c", "c", {c: str(c) for c in (-8, -4, 0, 4, 8)}, numeric=True)],
            **shared,
            "figure": {"kind": "lines", "x": "c"},
        },
    ]


def true_accuracy(artefact: str, values: dict[str, str]) -> float:
    """An accuracy in percent that depends on the axes smoothly enough to look real."""
    score = 93.0
    if "schedule" in values:
        score += 0.3 * (list(SCHEDULES).index(values["schedule"]) if artefact == "table1" else 1)
    if "groups" in values:
        score -= 3.0 - 0.4 * math.log2(int(values["groups"]))
    if values.get("setting") in ("b16", "net_60"):
        score -= 0.8
    if values.get("norm") == "group_norm_4":
        score -= 9.0 - math.log2(128 / int(values["batch"])) * 1.6
    if "c" in values:
        score -= 0.01 * int(values["c"]) ** 2
    return score


class Writer:
    """Writes one made-up results folder."""

    def __init__(self, folder: Path, wish: MadeUp) -> None:
        self.folder, self.wish = folder, wish
        self.random = random.Random(7)
        self.metrics: list[dict] = []
        self.plan_artefacts: list[dict] = []

    def write(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for artefact in artefacts(self.wish.hostile):
            rows = self.plan_rows(artefact)
            self.plan_artefacts.append({**artefact, "rows": rows})
            if artefact["id"] == "schedules":
                self.write_schedules()
            else:
                self.write_artefact(artefact, rows)
        write_csv(self.folder / "metrics.csv", self.metrics)
        self.write_deviations()
        self.write_claims()
        plan = self.plan()
        (self.folder / "plan.json").write_text(json.dumps(plan, indent=1), encoding="utf-8")

    def plan_rows(self, artefact: dict) -> list[dict]:
        if artefact["id"] == "schedules":
            return []
        axes = artefact["axes"]
        rows = []
        for values in product(*([value["id"] for value in entry["values"]] for entry in axes)):
            chosen = dict(zip([entry["id"] for entry in axes], values, strict=True))
            if chosen == {"groups": "64", "setting": "s128"}:
                continue  # a combination that the study does not have
            arms = ["as run", "as described"] if chosen.get("setting") == "b16" else ["as run"]
            for arm in arms:
                rows.append(self.plan_row(artefact["id"], chosen, arm))
        return rows

    def plan_row(self, artefact: str, chosen: dict[str, str], arm: str) -> dict:
        name = "_".join([artefact, *chosen.values(), arm.replace(" ", "_")])
        batch = chosen.get("batch", "128")
        cell = f"cells/net/norm/{name}/bs{batch}/plain"
        reported = round(true_accuracy(artefact, chosen) + self.random.gauss(0, 0.3), 2)
        return {
            "axes": chosen,
            "arm": arm,
            "reported": reported if arm == "as run" and artefact != "range_of_c" else None,
            "cited": None,
            "published": [name],
            "folders": {str(seed): f"{cell}/seed{seed}" for seed in self.wish.seeds},
        }

    def write_artefact(self, artefact: dict, rows: list[dict]) -> None:
        tidy, runs = [], []
        for position, row in enumerate(rows):
            outcomes = [self.run(artefact["id"], row, seed, position) for seed in self.wish.seeds]
            runs += outcomes
            tidy.append(self.tidy_row(artefact["id"], row, outcomes))
        write_csv(self.folder / STUDY / f"{artefact['id']}.csv", tidy)
        write_csv(self.folder / STUDY / f"{artefact['id']}.runs.csv", runs)

    def status(self, artefact: str, position: int, seed: int) -> str:
        if not self.wish.troubles:
            return "finished"
        last = self.wish.seeds[-1]
        troubles = {
            ("table1", 2): "missing",
            ("table1", 7): "diverged",
            ("table2", 4): "failed",
            ("table3", 0): "diverged" if seed == last else "finished",
            ("table3", 5): "missing" if seed == last else "finished",
        }
        return troubles.get((artefact, position), "finished")

    def run(self, artefact: str, row: dict, seed: int, position: int) -> dict:
        status = self.status(artefact, position, seed)
        folder = row["folders"][str(seed)]
        accuracy = round(true_accuracy(artefact, row["axes"]) + self.random.gauss(0, 0.2), 2)
        measured = {
            "test_accuracy": accuracy if status == "finished" else 10.0,
            "test_loss": 0.31,
            "train_accuracy": 99.1,
            "train_loss": 0.02,
            "epochs": self.wish.epochs,
            "updates": self.wish.epochs * 391,
            "parameters": 521418,
            "wall_seconds": 812.4,
        }
        if status in ("missing", "failed"):
            measured = dict.fromkeys(measured, "")
        if status == "failed":
            error = "expected 64 channels to divide by 5 groups, found 64: choose a divisor"
            write_json(self.folder / folder / "failure.json", {"status": status, "error": error})
        if status in ("finished", "diverged"):
            self.write_cell(folder, status, accuracy, row, seed, measured)
        return {
            **row["axes"],
            "arm": row["arm"],
            "seed": seed,
            "status": status,
            "folder": folder,
            **measured,
        }

    def write_cell(
        self, folder: str, status: str, accuracy: float, row: dict, seed: int, measured: dict
    ) -> None:
        provenance = {
            "commit": "abc1234",
            "modified": False,
            "python": "3.11.9",
            "torch": "2.12.1",
            "device": "cpu",
            "device_name": "Made-up CPU",
            "threads": 1,
        }
        record = {
            "status": status,
            **measured,
            "published": row["published"][0],
            "provenance": provenance,
        }
        write_json(self.folder / folder / "metrics.json", record)
        write_csv(self.folder / folder / "history.csv", self.history(status, accuracy))
        self.metrics.append(
            {
                "folder": folder,
                "model": "net",
                "norm": "norm",
                "schedule": "s",
                "batch_size": 128,
                "dataset": "digits",
                "data_variant": "8px",
                "seed": seed,
                "status": status,
                **measured,
                "device": "cpu",
                "device_name": "Made-up CPU",
                "threads": 1,
                "commit": "abc1234",
                "modified": False,
                "python": "3.11.9",
                "torch": "2.12.1",
                "peak_memory_bytes": 123456789,
                "published": row["published"][0],
            }
        )

    def history(self, status: str, accuracy: float) -> list[dict]:
        rows = []
        last = self.wish.epochs if status == "finished" else self.wish.epochs // 3
        for epoch in range(1, last + 1):
            part = 1 - math.exp(-6 * epoch / self.wish.epochs)
            noise = self.random.gauss(0, 2.5) * (1 - part)
            test = 10 + (accuracy - 10) * part + noise
            if status == "diverged" and epoch > last - 3:
                test = 10.0
            rows.append(
                {
                    "epoch": epoch,
                    "train_loss": round(2.3 * (1 - part) + 0.02, 4),
                    "train_accuracy": round(min(100, test + 6 * part), 3),
                    "test_loss": round(2.3 * (1 - part) + 0.3, 4),
                    "test_accuracy": round(test, 3),
                    "learning_rate": 0.1 * (1 - part),
                    "momentum": 0.9,
                    "batch_size": 128,
                    "updates": epoch * 391,
                    "seconds": 6.7,
                    "images_per_second": 7400,
                }
            )
        return rows

    def tidy_row(self, artefact: str, row: dict, outcomes: list[dict]) -> dict:
        values = [run["test_accuracy"] for run in outcomes if run["status"] == "finished"]
        n = len(values)
        mean = sum(values) / n if n else None
        std = math.sqrt(sum((v - mean) ** 2 for v in values) / (n - 1)) if n > 1 else None
        statuses = {run["status"] for run in outcomes}
        status = (
            statuses.pop()
            if len(statuses) == 1
            else ("partly diverged" if "diverged" in statuses else "partial")
        )
        reach = 4.3 * std * math.sqrt(1 + 1 / n) if std is not None else None
        reference = {"reference_mean": None, "reference_std": None, "reference_n": None}
        if self.wish.reference and artefact in ("table1", "table4"):
            mean_there = round(true_accuracy(artefact, row["axes"]) + self.random.gauss(0, 0.1), 3)
            reference = {"reference_mean": mean_there, "reference_std": 0.18, "reference_n": 3}
        return {
            **row["axes"],
            "arm": row["arm"],
            "reported": row["reported"],
            "cited": None,
            "mean": mean,
            "std": std,
            "n": n,
            "status": status,
            **reference,
            "median": mean,
            "statistic": "mean",
            "prediction_low": mean - reach if reach else None,
            "prediction_high": mean + reach if reach else None,
        }

    def write_schedules(self) -> None:
        rows = []
        for schedule in SCHEDULES:
            for epoch in range(0, 121):
                rows.append(
                    {
                        "schedule": schedule,
                        "c": None,
                        "epoch": epoch,
                        "learning_rate": rate(schedule, epoch),
                    }
                )
        for c in (-8, -4, 0, 4, 8):
            for epoch in range(0, 121):
                rows.append(
                    {
                        "schedule": "sigmoid",
                        "c": c,
                        "epoch": epoch,
                        "learning_rate": rate("sigmoid", epoch, c),
                    }
                )
        write_csv(self.folder / STUDY / "schedules.csv", rows)

    def write_deviations(self) -> None:
        write_csv(
            self.folder / STUDY / "deviations.csv",
            [
                {
                    "id": "batch_text",
                    "difference": "The text and the code differ in the batch size.",
                    "arm": "as described",
                    "against": "as run",
                    "effect": -0.214,
                    "ci_low": -0.5,
                    "ci_high": 0.07,
                    "n": len(self.wish.seeds),
                    "status": "finished",
                }
            ],
        )

    def write_claims(self) -> None:
        several = len(self.wish.seeds) > 1
        verdicts = ["holds", "contradicted", "undecided", "holds", "missing", "undecided", "holds"]
        if not several:
            verdicts = [
                "same direction",
                "other direction",
                "same direction",
                "undecided",
                "missing",
                "same direction",
                "holds",
            ]
        if not self.wish.verdicts:
            verdicts = ["not drawn"] * 7
        rows = []
        for claim, verdict in zip(CLAIMS, verdicts, strict=True):
            drawn = several and self.wish.verdicts and verdict != "missing"
            counted = claim["kind"] == "counted"
            effect = None if verdict == "missing" else 521418 if counted else self.effect(verdict)
            tested = drawn and not counted
            rows.append(
                {
                    "study": STUDY,
                    "claim": claim["id"],
                    "kind": claim["kind"],
                    "verdict": verdict,
                    "effect": effect,
                    "ci_low": effect - 0.3 if tested else None,
                    "ci_high": effect + 0.3 if tested else None,
                    "p_holm": 0.012 if tested else None,
                    "n": 0 if verdict == "missing" else len(self.wish.seeds),
                    "n_needed": 14 if claim["kind"] == "difference" else None,
                    "basis": "pooled sd 0.21 over 15 settings (30 degrees of freedom)"
                    if tested
                    else f"{len(self.wish.seeds)} seeds: no interval",
                    "p": 0.002 if tested else None,
                    "detectable": 0.52 if tested else None,
                    "reported_effect": 0.14 if claim["kind"] == "difference" else None,
                    "text": claim["text"],
                }
            )
        write_csv(self.folder / "claims.csv", rows)

    def effect(self, verdict: str) -> float:
        size = abs(self.random.gauss(0.4, 0.2))
        return -size if verdict in ("contradicted", "other direction") else size

    def plan(self) -> dict:
        hostile = self.wish.hostile
        return {
            "scale": {
                "name": "demo",
                "title": "Demo" if not self.wish.verdicts else "Short",
                "description": "Handwritten digits in place of every data set, a few epochs: "
                "it is for seeing the machine work."
                if not self.wish.verdicts
                else "Real data, every axis kept, a quarter of the epochs.",
                "verdicts": self.wish.verdicts,
                "label": "digits, not evidence" if not self.wish.verdicts else "shortened",
            },
            "seeds": list(self.wish.seeds),
            "device": "auto",
            "software": {"reprise": "0.1.0", "commit": "abc1234", "modified": False},
            "datasets": [
                {
                    "name": "digits",
                    "variant": "8px",
                    "title": f"Handwritten digits{hostile}",
                    "citation": "A. Scribe, Digits by hand, 1998.",
                    "stands_for": ["cifar10"],
                }
            ],
            "studies": [
                {
                    "id": STUDY,
                    "title": f"Lanterns in the night{hostile}",
                    "authors": ["A. Wick"],
                    "year": 2021,
                    "citation": "A. Wick, Lanterns in the night, 2021.",
                    "summary": "Five learning-rate schedules and two norms on small networks.",
                    "artefacts": self.plan_artefacts,
                    "claims": CLAIMS,
                    "notes": [
                        {
                            "id": "headers",
                            "text": "Table 2 prints its headers twice; the second "
                            f"column is read as batch 16.{hostile}",
                            "artefacts": ["table2"],
                        },
                        {
                            "id": "general",
                            "text": "The momentum is given nowhere but in the code.",
                            "artefacts": [],
                        },
                    ],
                    "assumptions": [
                        {
                            "id": "augmentation",
                            "text": "Crop and flip, as is usual.",
                            "artefacts": ["table1", "table2"],
                        },
                        {"id": "decay", "text": "Weight decay 5e-4.", "artefacts": []},
                    ],
                    "deviations": [
                        {
                            "id": "batch_text",
                            "difference": "The text and the code differ in the batch size.",
                            "arm": "as described",
                            "against": "as run",
                        },
                        {
                            "id": "unmeasured",
                            "difference": "The text names another initialisation.",
                            "arm": "as described",
                            "against": "as run",
                        },
                    ],
                }
            ],
        }


CLAIMS = [
    {
        "id": "sigmoid_best",
        "text": "At 120 epochs the sigmoid schedule beats each of the other "
        "four on MgNet and on ResNet-18.",
        "source": "Section 1, paragraph 4",
        "origin": "stated",
        "kind": "best_of",
        "artefact": "table1",
    },
    {
        "id": "cosine_beats_sigmoid",
        "text": "At 60 epochs on MgNet cosine beats sigmoid.",
        "source": "Section 1, paragraph 4",
        "origin": "stated",
        "kind": "difference",
        "artefact": "table1",
    },
    {
        "id": "rises_with_groups",
        "text": "Accuracy rises with the number of channel groups.",
        "source": "Table 2",
        "origin": "read",
        "kind": "trend",
        "axis": "groups",
        "transform": "log2",
        "artefact": "table2",
    },
    {
        "id": "tail_adds",
        "text": "The tail of tiny rates adds 0.2 to 0.3 points.",
        "source": "Section 2",
        "origin": "stated",
        "kind": "range",
        "low": 0.2,
        "high": 0.3,
        "artefact": "tail",
    },
    {
        "id": "no_small_batch_gain",
        "text": "Group norm gains nothing from a smaller batch.",
        "source": "Section 4",
        "origin": "stated",
        "kind": "equivalent",
        "artefact": "table3",
    },
    {
        "id": "sixteen_groups",
        "text": "On ResNet-56, 16 groups beat batch norm at batch 8.",
        "source": "Table 4",
        "origin": "read",
        "kind": "difference",
        "artefact": "table4",
    },
    {
        "id": "parameters",
        "text": "The network has 521,418 parameters.",
        "source": "Section 3",
        "origin": "stated",
        "kind": "counted",
        "artefact": "table1",
        "metric": "parameters",
    },
]


def rate(schedule: str, epoch: int, c: float = 0.0, epochs: int = 120) -> float:
    """Learning rates that look like schedules; nothing depends on their values."""
    if schedule == "step":
        return 0.1 * 0.1 ** (epoch // 30)
    if schedule == "custom_step":
        return 0.1 * 0.2 ** max(0, (epoch - 15) // 15)
    if schedule == "exponential":
        return 0.1 * math.exp(-epoch / 10)
    if schedule == "cosine":
        return 0.05 * (1 + math.cos(math.pi * epoch / epochs))
    return 0.1 / (1 + math.exp((epoch - epochs / 2) / (epochs / 10 - c)))


def write_csv(path: Path, rows: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def write_json(path: Path, content: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def write_made_up_results(folder: Path, wish: MadeUp | None = None) -> Path:
    """Write plan, tables, claims, cells and histories (no figures) and return the folder."""
    Writer(folder, wish or MadeUp()).write()
    return folder


def write_made_up_reference(folder: Path) -> Path:
    """What is kept of real runs: their metrics, and where they were made."""
    rows = [
        {
            "folder": "cells/a/seed1",
            "seed": seed,
            "status": "finished",
            "test_accuracy": 93.4,
            "epochs": 120,
            "wall_seconds": 900.0,
            "dataset": "cifar10",
            "data_variant": "full",
            "device": "cuda",
            "device_name": "Made-up GPU",
            "threads": 8,
            "commit": "def5678",
        }
        for seed in (1, 2, 3)
    ]
    write_csv(folder / "metrics.csv", rows)
    write_json(folder / "provenance.json", {"hardware": "Made-up GPU", "torch": "2.12.1"})
    return folder


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=120)
    parser.add_argument("--no-verdicts", action="store_true")
    parser.add_argument("--reference", action="store_true")
    chosen = parser.parse_args()
    wish = MadeUp(
        seeds=tuple(range(1, chosen.seeds + 1)),
        verdicts=not chosen.no_verdicts,
        reference=chosen.reference,
        epochs=chosen.epochs,
    )
    write_made_up_results(chosen.folder, wish)
