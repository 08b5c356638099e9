"""Runs that start from weights, as they are planned."""

from dataclasses import replace
from pathlib import Path

import pytest

from reprise.data.weights import load_weights
from reprise.errors import InputError
from reprise.planning.plan import Plan
from reprise.planning.starting_weights import (
    source_file,
    weights_by_target,
    weights_stem,
    with_weights,
)

ROOT = Path(__file__).parents[3]
WEIGHTS = load_weights(ROOT / "config" / "weights.yaml")


@pytest.fixture(scope="module")
def plans():
    return {
        scale: Plan.of({"studies": "cappa", "scale": scale, "seeds": 1}, ROOT)
        for scale in ("demo", "paper")
    }


def cells(plan):
    return [row.cell for row in plan.rows["cappa", "transfer"]]


def test_as_published_they_are_fetched(plans):
    assert list(plans["paper"].starting_weights) == [
        "imagenet_resnet50-0676ba61b679", "imagenet_mobilenet_v2-b03531047ffa",
        "imagenet_resnet101-63fe2227b86e", "imagenet_vgg16-6c64b3138f2f",
    ]  # fmt: skip
    assert {cell.weights for cell in cells(plans["paper"])} == {"imagenet_resnet50-0676ba61b679"}
    target = "resources/downloads/weights/0676ba61b679-resnet50-0676ba61.pth"
    assert source_file(WEIGHTS["imagenet_resnet50"]) == target
    assert weights_by_target(WEIGHTS.values())[target].sha256.startswith("0676ba61b6795bbe")


def test_in_miniature_a_run_on_other_digits_gives_them(plans):
    plan = plans["demo"]
    ((stem, weights),) = plan.starting_weights.items()
    assert stem == weights_stem(weights)
    assert weights.name == "digits_resnet50"
    assert {cell.weights for cell in cells(plan)} == {stem}
    assert {cell.dataset for cell in cells(plan)} == {"last_digits"}
    assert {"first_digits-32px", "last_digits-32px"} < plan.prepared.keys()
    learned, learns = (plan.sources[name] for name in ("first_digits", "last_digits"))
    assert not set(learned.classes) & set(learns.classes)
    # They are no run of the study, and enter none of its tables.
    assert "first_digits" not in {cell.dataset for cell in plan.run_cells.values()}


@pytest.mark.parametrize(
    ("artefact", "wanted"),
    [
        ("segmentation", {"deeplab_v3_mobilenet_v2": "imagenet_mobilenet_v2",
                          "deeplab_v3_resnet101": "imagenet_resnet101"}),
        ("detection", {"ssdlite_mobilenet_v2": "imagenet_mobilenet_v2",
                       "ssdlite_mobilenet_v1": None, "ssd300_vgg16": "imagenet_vgg16",
                       "ssd512_vgg16": "imagenet_vgg16"}),
    ],
)  # fmt: skip
def test_other_tasks_start_from_weights_of_their_backbone(plans, artefact, wanted):
    found = {
        scale: {
            row.cell.model.name: row.cell.weights
            for row in plan.rows["cappa", artefact]
            if row.cell
        }
        for scale, plan in plans.items()
    }
    stems = {name: name and weights_stem(WEIGHTS[name]) for name in wanted.values()}
    assert found["paper"] == {model: stems[name] for model, name in wanted.items()}
    # In miniature they start at random.
    assert found["demo"] == dict.fromkeys(wanted)


def test_what_they_are_made_from_is_a_part_of_the_cell(plans):
    cell, *_ = cells(plans["demo"])
    weights = WEIGHTS["digits_resnet50"]
    longer = replace(weights, trained=replace(weights.trained, epochs=9))
    assert weights_stem(longer) != weights_stem(weights)
    named = replace(cell, weights="digits_resnet50")
    found = with_weights(named, {"digits_resnet50": longer}, "here")
    assert found.weights == weights_stem(longer)
    assert found.folder != cell.folder
    at_random = replace(cell, weights=None)
    assert with_weights(at_random, WEIGHTS, "here") is at_random
    assert "weights" not in at_random.plain()


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ("imagenet_resnet5", "here: weights: unknown weights .* did you mean 'imagenet_resnet50'"),
        ("imagenet_resnet50", "here: weights: expected those of .*'blocks': .* found imagenet_res"),
    ],
)
def test_unknown_weights_and_those_of_another_network(plans, weights, message):
    cell, *_ = cells(plans["demo"])
    with pytest.raises(InputError, match=message):
        with_weights(replace(cell, weights=weights), WEIGHTS, "here")


def test_jobs_name_what_they_need(plans):
    plan = plans["demo"]
    needed = {plan.source(cell).name for cell in cells(plan)}
    assert needed == {"last_digits"}
    trained = plan.starting_weights[cells(plan)[0].weights].trained
    assert plan.source(trained).pixels == 32
