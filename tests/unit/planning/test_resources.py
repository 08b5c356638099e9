"""What jobs ask of a machine."""

from pathlib import Path

from reprise.planning.plan import Plan
from reprise.planning.resources import cores_of_probe, training_megabytes
from reprise.studies.choice import Choice

ROOT = Path(__file__).parents[3]


def megabytes(study: str, artefact: str) -> list[int]:
    plan = Plan.of({"scale": "paper", "studies": study}, ROOT)
    cells = [row.runs([1])[1] for row in plan.rows[study, artefact]]
    return [training_megabytes(cell, plan.source(cell)) for cell in cells]


def test_large_images_ask_for_more_memory():
    small, large = megabytes("kth", "fig7"), megabytes("kth", "fig8")
    assert all(3500 < asked < 5000 for asked in small)
    # VGG16 keeps some 115 MB of an image of 224 pixels: 3.7 GB at a batch of 32.
    assert all(asked > 3500 + 3700 for asked in large)


def test_workers_of_a_probe_ask_for_cores():
    assert cores_of_probe(Choice.of("gradient_norms")) == 1
    assert cores_of_probe(Choice.of({"name": "augmentation_speed", "workers": 4})) == 5
