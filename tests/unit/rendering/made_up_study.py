"""The made-up study as plan.json has it, without rows."""

from pathlib import Path
from typing import Any

import yaml

SENTENCES = {
    "title", "label", "text", "caption", "summary", "citation", "source", "difference", "where",
    "unit", "description",
}  # fmt: skip


def made_up_study() -> dict[str, Any]:
    """The study as the YAML has it, with the axes of each artefact spelt out."""
    path = Path(__file__).with_name("made_up_study.yaml")
    study = yaml.safe_load(path.read_text(encoding="utf-8"))
    axes = study.pop("axes")
    shared = {"metric": "test_accuracy", "unit": "%", "decimals": 2}
    for artefact in study["artefacts"]:
        names = artefact["rows"] + artefact["columns"]
        artefact |= shared
        artefact["axes"] = [axis(name, axes[name]) for name in names]
        artefact["layout"] = {"rows": artefact.pop("rows"), "columns": artefact.pop("columns")}
    return study


def axis(name: str, entry: dict[str, Any]) -> dict[str, Any]:
    values = [
        {"id": key, "label": str(label), "x": float(key) if entry.get("numeric") else None}
        for key, label in entry["values"].items()
    ]
    return {"id": name, "label": entry["label"], "values": values}


def with_hostile_ends(content: Any, end: str) -> Any:
    """The same content with every sentence in it ending in ``end``."""
    if isinstance(content, list):
        return [with_hostile_ends(item, end) for item in content]
    if not isinstance(content, dict):
        return content
    return {
        key: [name + end for name in value]
        if key == "authors"
        else value + end
        if key in SENTENCES and isinstance(value, str)
        else with_hostile_ends(value, end)
        for key, value in content.items()
    }
