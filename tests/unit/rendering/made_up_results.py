"""Results folders with made-up numbers, for looking at the report and for testing it.

python made_up_results.py FOLDER [--seeds 1] [--no-verdicts] [--reference]
"""

import argparse
import csv
import json
import math
import random
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from made_up_plans import made_up_plan
from made_up_study import made_up_study, with_hostile_ends

from reprise.studies.plan_storage import write_plan

STUDY = "lantern"
FAILURE = "expected 64 channels to divide by 5 groups, found 64: choose a divisor"
VERDICTS = ["holds", "contradicted", "undecided", "holds", "missing", "undecided", "holds"]
ONE_SEED = ["same direction", "other direction", "same direction", "undecided", "missing",
            "same direction", "holds"]  # fmt: skip


@dataclass
class MadeUp:
    """What a made-up results folder is to contain; ``hostile`` ends every sentence of it."""

    seeds: tuple[int, ...] = (1, 2, 3)
    verdicts: bool = True
    reference: bool = False
    epochs: int = 10
    troubles: bool = True
    hostile: str = ""


def true_accuracy(artefact: str, values: dict[str, str]) -> float:
    """An accuracy in percent that depends on the axes smoothly enough to look real."""
    score = 93.0
    if artefact == "table1":
        score += 0.3 * ["step", "custom_step", "exponential", "sigmoid", "cosine"].index(
            values["schedule"]
        )
    if "groups" in values:
        score -= 3.0 - 0.4 * math.log2(int(values["groups"]))
    if values.get("tiling") == "b16" or values.get("network") == "net_60":
        score -= 0.8
    if values.get("norm") == "group_4":
        score -= 9.0 - 1.6 * math.log2(128 / int(values["batch"]))
    if "c" in values:
        score -= 0.01 * int(values["c"]) ** 2
    return score


class Writer:
    """Writes one made-up results folder; the same wish gives the same files."""

    def __init__(self, folder: Path, wish: MadeUp) -> None:
        self.folder, self.wish = folder, wish
        self.random = random.Random(7)
        self.metrics: list[dict] = []

    def write(self) -> None:
        study = made_up_study()
        for artefact in study["artefacts"]:
            artefact["rows"] = self.plan_rows(artefact)
            if artefact["id"] == "schedules":
                self.write_schedules(artefact)
            else:
                self.write_artefact(artefact)
        write_csv(self.folder / "metrics.csv", self.metrics)
        self.write_deviations(study)
        self.write_claims(study)
        write_plan(with_hostile_ends(self.plan(study), self.wish.hostile), self.folder)

    def plan(self, study: dict) -> dict:
        drawn = self.wish.verdicts
        scale = {
            "name": "short" if drawn else "demo",
            "title": "Short" if drawn else "Demo",
            "rung": "short" if drawn else "demo",
            "description": "Real data, a quarter of the epochs."
            if drawn
            else "Handwritten digits in place of every data set, a few epochs.",
            "verdicts": drawn,
            "label": "shortened" if drawn else "digits, not evidence",
        }
        digits = {
            "name": "digits", "variant": "8px", "title": "Handwritten digits",
            "citation": "A. Scribe, Digits by hand, 1998.", "stands_for": ["cifar10"],
        }  # fmt: skip
        return made_up_plan(
            study,
            scale=scale,
            seeds=list(self.wish.seeds),
            software={"reprise": "0.1.0"},
            datasets=[digits],
        )

    def plan_rows(self, artefact: dict) -> list[dict]:
        rows = []
        names = [entry["id"] for entry in artefact["axes"]]
        for values in product(*([v["id"] for v in entry["values"]] for entry in artefact["axes"])):
            chosen = dict(zip(names, values, strict=True))
            if chosen == {"groups": "64", "tiling": "s128"}:
                continue  # a combination that the study does not have
            arms = ["as run", "as described"] if chosen.get("tiling") == "b16" else ["as run"]
            rows += [self.plan_row(artefact["id"], chosen, arm) for arm in arms]
        return rows

    def plan_row(self, artefact: str, chosen: dict[str, str], arm: str) -> dict:
        name = "_".join([artefact, *chosen.values(), arm.replace(" ", "_")])
        has_number = arm == "as run" and artefact not in ("range_of_c", "schedules")
        reported = round(true_accuracy(artefact, chosen) + self.random.gauss(0, 0.3), 2)
        folders = {str(s): f"cells/net/norm/{name}/bs128/plain/seed{s}" for s in self.wish.seeds}
        return {
            "axes": chosen,
            "arm": arm,
            "reported": reported if has_number else None,
            "cited": None,
            "published": [name],
            "folders": {} if artefact == "schedules" else folders,
        }

    def write_artefact(self, artefact: dict) -> None:
        tidy, runs = [], []
        for position, row in enumerate(artefact["rows"]):
            outcomes = [self.run(artefact["id"], row, s, position) for s in self.wish.seeds]
            runs += outcomes
            tidy.append(self.tidy_row(artefact["id"], row, outcomes))
        write_csv(self.folder / STUDY / f"{artefact['id']}.csv", tidy)
        write_csv(self.folder / STUDY / f"{artefact['id']}.runs.csv", runs)

    def status(self, artefact: str, position: int, seed: int) -> str:
        """Troubles: whole rows are lost, and single seeds where there are several."""
        rows = {("table1", 2): "missing", ("table1", 7): "diverged", ("table2", 4): "failed"}
        seeds = {("table3", 0): "diverged", ("table3", 5): "missing"}
        if len(self.wish.seeds) > 1 and seed == self.wish.seeds[-1]:
            rows |= seeds
        return rows.get((artefact, position), "finished") if self.wish.troubles else "finished"

    def run(self, artefact: str, row: dict, seed: int, position: int) -> dict:
        status, folder = self.status(artefact, position, seed), row["folders"][str(seed)]
        accuracy = round(true_accuracy(artefact, row["axes"]) + self.random.gauss(0, 0.2), 2)
        epochs = self.wish.epochs
        measured = {"test_accuracy": accuracy, "test_loss": 0.31, "train_accuracy": 99.1,
                    "train_loss": 0.02, "epochs": epochs, "updates": epochs * 391,
                    "parameters": 521418, "wall_seconds": 812.4,
                    "processor_seconds": 790.1}  # fmt: skip
        if status in ("missing", "failed"):
            measured = dict.fromkeys(measured, "")
        else:
            write_csv(self.folder / folder / "history.csv", self.history(status, accuracy))
        if status == "failed":
            content = {"status": status, "error": FAILURE + self.wish.hostile}
            write_json(self.folder / folder / "failure.json", content)
        self.metrics.append(
            {"folder": folder, "seed": seed, "status": status, **measured, "dataset": "digits",
             "data_variant": "8px", "device": "cpu", "device_name": "Made-up CPU", "threads": 1,
             "commit": "abc1234", "modified": False, "python": "3.11.9", "torch": "2.12.1"}
        )  # fmt: skip
        return {**row["axes"], "arm": row["arm"], "seed": seed, "status": status,
                "folder": folder, **measured}  # fmt: skip

    def history(self, status: str, accuracy: float) -> list[dict]:
        rows = []
        last = self.wish.epochs if status == "finished" else max(1, self.wish.epochs // 3)
        for epoch in range(1, last + 1):
            part = 1 - math.exp(-6 * epoch / self.wish.epochs)
            test = 10 + (accuracy - 10) * part + self.random.gauss(0, 2.5) * (1 - part)
            rows.append(
                {"epoch": epoch, "train_loss": round(2.3 * (1 - part) + 0.02, 4),
                 "train_accuracy": round(min(100, test + 6 * part), 3),
                 "test_loss": round(2.3 * (1 - part) + 0.3, 4), "test_accuracy": round(test, 3),
                 "learning_rate": 0.1 * (1 - part), "updates": epoch * 391}
            )  # fmt: skip
        return rows

    def tidy_row(self, artefact: str, row: dict, outcomes: list[dict]) -> dict:
        values = [run["test_accuracy"] for run in outcomes if run["status"] == "finished"]
        n = len(values)
        mean = sum(values) / n if n else None
        std = math.sqrt(sum((v - mean) ** 2 for v in values) / (n - 1)) if n > 1 else None
        found = {run["status"] for run in outcomes}
        mixed = "partly diverged" if "diverged" in found else "partial"
        reach = 4.3 * std * math.sqrt(1 + 1 / n) if std is not None else None
        names = ("mean", "std", "n", "median", "low", "high")
        reference: dict = {f"reference_{name}": None for name in names}
        if self.wish.reference and artefact in ("table1", "table4"):
            there = round(true_accuracy(artefact, row["axes"]) + self.random.gauss(0, 0.1), 3)
            numbers = (there, 0.18, 3, there, there - 0.9, there + 0.9)
            reference = dict(zip(reference, numbers, strict=True))
        return {
            **row["axes"], "arm": row["arm"], "reported": row["reported"], "cited": None,
            "mean": mean, "std": std, "n": n, "status": found.pop() if len(found) == 1 else mixed,
            **reference, "prediction_low": mean - reach if reach else None,
            "prediction_high": mean + reach if reach else None, "median": mean,
            "statistic": "mean",
        }  # fmt: skip

    def write_schedules(self, artefact: dict) -> None:
        members = [(row["axes"]["schedule"], None) for row in artefact["rows"]]
        members += [("sigmoid", c) for c in (-8, -4, 0, 4, 8)]
        rows = [
            {"schedule": schedule, "c": c, "epoch": e, "learning_rate": rate(schedule, e, c or 0)}
            for schedule, c in members
            for e in range(121)
        ]
        write_csv(self.folder / STUDY / "schedules.csv", rows)

    def write_deviations(self, study: dict) -> None:
        first = study["deviations"][0]
        row = {"effect": -0.214, "ci_low": -0.5, "ci_high": 0.07, "n": len(self.wish.seeds)}
        keys = ("id", "difference", "arm", "against")
        said = {"effect": -0.187, "ci_low": -0.31, "ci_high": -0.06, "n": 2, "status": "finished",
                "basis": "pooled sd 0.21 over 15 settings", "scale": "paper", "dataset": "cifar10",
                "data_variant": "jpeg", "seeds": "1 2", "source": "paper-cifar10-gpu"}  # fmt: skip
        said = {f"reference_{k}": v if self.wish.reference else None for k, v in said.items()}
        rows = [{**{key: first[key] for key in keys}, **row, "status": "finished", **said}]
        write_csv(self.folder / STUDY / "deviations.csv", rows)

    def write_claims(self, study: dict) -> None:
        words = VERDICTS if len(self.wish.seeds) > 1 else ONE_SEED
        words = words if self.wish.verdicts else ["not drawn"] * len(words)
        pairs = zip(study["claims"], words, strict=True)
        write_csv(self.folder / "claims.csv", [self.claim_row(*pair) for pair in pairs])

    def claim_row(self, claim: dict, verdict: str) -> dict:
        n, counted = len(self.wish.seeds), claim["kind"] == "counted"
        tested = n > 1 and self.wish.verdicts and verdict != "missing" and not counted
        sign = -1 if verdict in ("contradicted", "other direction") else 1
        effect = 521418 if counted else sign * abs(self.random.gauss(0.4, 0.2))
        effect = None if verdict == "missing" else effect
        compared = claim["kind"] == "difference"
        said = ["same direction", 0.25, 1, "1 seed: no interval", "paper-cifar10-gpu"]
        names = ("verdict", "effect", "n", "basis", "sources")
        reference = {f"reference_{name}": None for name in names}
        if self.wish.reference and compared:
            reference = dict(zip(reference, said, strict=True))
        return {
            **reference,
            "study": STUDY, "claim": claim["id"], "kind": claim["kind"], "verdict": verdict,
            "evidence": "shortened" if self.wish.verdicts else "miniature",
            "effect": effect, "ci_low": effect - 0.3 if tested else None,
            "ci_high": effect + 0.3 if tested else None, "p_holm": 0.012 if tested else None,
            "n": 0 if verdict == "missing" else n, "n_needed": 14 if compared else None,
            "basis": "pooled sd 0.21 over 15 settings" if tested else f"{n} seeds: no interval",
            "p": 0.002 if tested else None, "detectable": 0.52 if tested else None,
            "reported_effect": 0.14 if compared else None, "text": claim["text"],
        }  # fmt: skip


def rate(schedule: str, epoch: int, c: float, epochs: int = 120) -> float:
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
        {"folder": f"cells/a/seed{seed}", "seed": seed, "status": "finished", "epochs": 120,
         "wall_seconds": 900.0, "dataset": "cifar10", "data_variant": "full", "device": "cuda",
         "device_name": "Made-up GPU", "threads": 8, "published": "a"}
        for seed in (1, 2, 3)
    ]  # fmt: skip
    write_csv(folder / "metrics.csv", rows)
    write_json(folder / "provenance.json", {"hardware": "Made-up GPU", "driver": "550.1"})
    return folder


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=120)
    parser.add_argument("--no-verdicts", action="store_true")
    parser.add_argument("--reference", action="store_true")
    chosen = parser.parse_args()
    write_made_up_results(
        chosen.folder,
        MadeUp(
            seeds=tuple(range(1, chosen.seeds + 1)),
            verdicts=not chosen.no_verdicts,
            reference=chosen.reference,
            epochs=chosen.epochs,
        ),
    )
