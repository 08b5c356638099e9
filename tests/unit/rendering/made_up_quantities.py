"""A made-up study with a table of two metrics and two arms, collected from cells as a run would.

python made_up_quantities.py FOLDER
"""

import json
import random
import sys
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
from claims_on_tables import made_up_record
from made_up_plans import made_up_plan

from reprise.analysis.cell_metrics import collect_metrics
from reprise.analysis.claims import evaluate_study
from reprise.analysis.collecting import collect_runs
from reprise.analysis.deviations import measure_deviations
from reprise.analysis.summaries import summarise
from reprise.studies.plan_storage import write_plan

SEEDS = (1, 2, 3)
EPOCHS = 12
SETTLED = {"series": "validation_accuracy", "settled": {"change": 1.5, "epochs": 3}}
LABELS = {
    "strategy": {"by_tide": "By tide", "by_lamp": "By lamp"},
    "sequence": {"seq1": "1: 1/n", "seq2": "2: 0.9^n", "seq3": "3: sawtooth"},
    "quantity": {"accuracy": "Accuracy", "convergence": "Convergence"},
}
REPORTED = {
    "accuracy": [97.61, 98.23, 98.26, 98.53, 98.29, 98.41],
    "convergence": [8, 5, 6, 4, 7, 5],
}
ARMS = {
    "as run": {"epochs": "mean", "count": 4, "skip_last": 1},
    "as described": {"epochs": "last"},
}
OWN = {"convergence": {"metric": SETTLED, "unit": "epoch", "decimals": 0}}


def axes() -> list[dict[str, Any]]:
    return [
        {
            "id": axis,
            "label": axis.capitalize(),
            "values": [
                {"id": value, "label": label, "x": None, **OWN.get(value, {})}
                for value, label in labels.items()
            ],
        }
        for axis, labels in LABELS.items()
    ]


def rows() -> list[dict[str, Any]]:
    found = []
    for place, (strategy, sequence) in enumerate(product(LABELS["strategy"], LABELS["sequence"])):
        for quantity, arm in product(LABELS["quantity"], ARMS):
            cell = f"cells/net/none/{strategy}_{sequence}/bs64/{arm.replace(' ', '_')}"
            found.append(
                {
                    "axes": {"strategy": strategy, "sequence": sequence, "quantity": quantity},
                    "arm": arm,
                    "reported": REPORTED[quantity][place] if arm == "as run" else None,
                    "cited": None,
                    "metric": OWN.get(quantity, {}).get("metric"),
                    "report": ARMS[arm],
                    "published": [cell],
                    "data": {"run": TEN_CLASSES, "published": TEN_CLASSES},
                    "folders": {str(seed): f"{cell}/seed{seed}" for seed in SEEDS},
                }
            )
    return found


TEN_CLASSES = {"classes": 10, "test_images": 10_000}


def study() -> dict[str, Any]:
    artefact = {
        "id": "signals", "kind": "table", "where": "Table 1", "title": "Signals by strategy",
        "caption": "Validation accuracy and epoch of convergence.", "probe": None, "figure": None,
        "metric": "validation_accuracy", "unit": "%", "decimals": 3,
        "layout": {"rows": ["strategy", "sequence"], "columns": ["quantity"]},
        "axes": axes(), "rows": rows(),
    }  # fmt: skip
    fastest = {"strategy": "by_lamp", "sequence": "seq1"}
    common = {"artefact": "signals", "origin": "stated", "source": "Section 3"}
    return {
        "id": "harbour", "title": "Lights of the harbour", "authors": ["B. Keel"], "year": 2019,
        "citation": "B. Keel, Lights of the harbour, 2019.", "summary": "Two strategies.",
        "artefacts": [artefact], "notes": [], "assumptions": [],
        "claims": [
            {"id": "lamp_fastest", "kind": "best_of", "direction": "less", **common,
             "text": "By lamp with sequence 1 converges first.",
             "subject": {**fastest, "quantity": "convergence"},
             "others": {"quantity": "convergence"},
             "diverged_as": EPOCHS, "diverged_because": "A run that diverges never settles."},
            {"id": "signals", "kind": "difference", **common,
             "text": "By tide is more accurate than by lamp.",
             "subject": {"strategy": "by_tide", "quantity": "accuracy"},
             "other": {"strategy": "by_lamp", "quantity": "accuracy"}},
        ],
        "deviations": [
            {"id": "text", "difference": "What the text says", "arm": "as described",
             "against": "as run", "artefact": "signals",
             "subject": {**fastest, "quantity": "convergence"},
             "other": {**fastest, "quantity": "convergence"}}
        ],
    }  # fmt: skip


def write_cell(folder: Path, numbers: random.Random, level: float) -> None:
    """One run whose validation accuracy rises to about ``level`` %; one in twenty diverges."""
    diverged = numbers.random() < 0.05
    curve = [level - 30 * 0.4**epoch + numbers.gauss(0, 0.2) for epoch in range(EPOCHS)]
    history = pd.DataFrame(
        {"epoch": range(1, EPOCHS + 1), "validation_accuracy": curve, "test_accuracy": curve}
    )
    folder.mkdir(parents=True)
    history.to_csv(folder / "history.csv", index=False)
    content = {
        "status": "diverged" if diverged else "finished",
        "validation_accuracy": curve[-1], "test_accuracy": curve[-1], "epochs": EPOCHS,
        "wall_seconds": 80.0, "provenance": {"device": "cpu", "device_name": "Made-up CPU"},
    }  # fmt: skip
    (folder / "metrics.json").write_text(json.dumps(content), encoding="utf-8")


def write_made_up_quantities(folder: Path) -> Path:
    """Write the results folder of the study, without figures, and return it."""
    numbers, content = random.Random(3), made_up_record(study())
    (artefact,) = content.artefacts
    cells = sorted(set(artefact.folders))
    for cell in cells:
        write_cell(folder / cell, numbers, 97 + numbers.random())
    scale = {"name": "short", "title": "Short", "description": "Shortened.", "verdicts": True,
             "label": "shortened", "rung": "short"}  # fmt: skip
    plan = made_up_plan(study(), scale=scale, seeds=list(SEEDS))
    write_plan(plan, folder)
    below = folder / content.id
    runs = collect_runs(artefact.rows, folder)
    runs.to_csv(below / "signals.runs.csv", index=False)
    table = summarise(runs, artefact.rows, metric=artefact.metric)
    table.to_csv(below / "signals.csv", index=False)
    measure_deviations(content, folder).to_csv(below / "deviations.csv", index=False)
    evaluate_study(content, folder).to_csv(folder / "claims.csv", index=False)
    collect_metrics(cells, folder).to_csv(folder / "metrics.csv", index=False)
    return folder


if __name__ == "__main__":
    write_made_up_quantities(Path(sys.argv[1]))
