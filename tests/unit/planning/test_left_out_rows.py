"""Rows that are not run, as the plan has them."""

from pathlib import Path

import pytest

from reprise.planning.plan import Plan
from reprise.planning.plan_file import plan_content

ROOT = Path(__file__).parents[3]
FOLDER = {"imagenet": {"folder": "/data/imagenet"}}


@pytest.fixture
def rows(plan_study, left_out_study):
    """The rows of the study by their axis value, as plan.json has them."""

    def planned(**config):
        (study,) = plan_content(plan_study(left_out_study, **config))["studies"]
        return {row["axes"]["result"]: row for row in study["artefacts"][0]["rows"]}

    return planned


def test_without_a_folder_nothing_of_its_data_is_asked_for(plan_study, left_out_study):
    plan = plan_study(left_out_study)
    assert {cell.dataset for cell in plan.cells.values()} == {"cifar10"}
    assert set(plan.prepared) == {"cifar10-official"}


def test_rows_without_a_run_say_why(rows):
    found = rows()
    assert found["large"]["not_run"].startswith("ImageNet (ILSVRC 2012) cannot be downloaded")
    assert "datasets.imagenet.folder" in found["large"]["not_run"]
    assert found["speech"]["not_run"] == "Speech is no image."
    assert found["small"]["not_run"] is None
    assert [len(found[name]["folders"]) for name in ("large", "small", "speech")] == [0, 2, 0]
    assert found["large"]["train_images"] == {"published": 1_281_167, "run": 1_281_167}


@pytest.mark.parametrize("artefact", ["segmentation", "detection", "language_model"])
def test_a_scale_may_leave_out_a_task_and_says_why(artefact):
    plan = Plan.of({"studies": "cappa", "scale": "laptop", "seeds": 1}, ROOT)
    asked = [row for row in plan.rows["cappa", artefact] if row.row.not_run is None]
    reasons = {row.not_run for row in asked}
    assert reasons
    assert all(reason.startswith("At scale laptop no ") for reason in reasons)
    assert not plan.artefact_folders("cappa", artefact)


@pytest.mark.parametrize(("scale", "epochs"), [("paper", 45), ("short", 11)])
def test_masks_are_trained_on_where_nothing_takes_their_place(scale, epochs):
    plan = Plan.of({"studies": "cappa", "scale": scale, "seeds": 1}, ROOT)
    cells = [row.cell for row in plan.rows["cappa", "segmentation"]]
    assert [(cell.dataset, cell.data_variant) for cell in cells] == [
        ("voc2012", "augmented-513px")
    ] * 2
    assert {cell.epochs for cell in cells} == {epochs}
    assert "voc2012-augmented-513px" in plan.prepared


def test_boxes_are_trained_on_at_the_sides_of_their_detectors():
    plan = Plan.of({"studies": "cappa", "scale": "paper", "seeds": 1}, ROOT)
    cells = [row.cell for row in plan.rows["cappa", "detection"] if row.cell is not None]
    assert {cell.model.name: cell.data_variant for cell in cells} == {
        "ssdlite_mobilenet_v2": "320px",
        "ssdlite_mobilenet_v1": "320px",
        "ssd300_vgg16": "300px",
        "ssd512_vgg16": "512px",
    }


def test_words_are_learned_by_a_softmax_for_many_of_them():
    plan = Plan.of({"studies": "cappa", "scale": "paper", "seeds": 1}, ROOT)
    cells = [row.cell for row in plan.rows["cappa", "language_model_lr"]]
    assert {(cell.dataset, cell.model.name) for cell in cells} == {
        ("one_billion_word", "adaptive_lstm")
    }
    plan = Plan.of({"studies": "cappa", "scale": "demo", "seeds": 1}, ROOT)
    cells = [row.cell for row in plan.rows["cappa", "language_model_lr"]]
    assert {(cell.dataset, cell.model.name) for cell in cells} == {("text", "lstm")}


def test_where_other_data_take_their_place_these_rows_run():
    plan = Plan.of({"studies": "cappa", "scale": "demo", "seeds": 1}, ROOT)
    embedded = {"scenes-48px", "scene_boxes-48px", "text-32-characters"}
    assert embedded < plan.prepared.keys()
    rows = [*plan.rows["cappa", "segmentation"], *plan.rows["cappa", "language_model_lr"]]
    assert [row.not_run for row in rows] == [None] * 8
    detection = {row.row.axes["detector"]: row for row in plan.rows["cappa", "detection"]}
    assert detection["yolo_v2"].not_run.startswith("YOLOv2 is counted and not trained")
    trained = [detection[name].cell for name in ("v2_ssdlite", "v1_ssdlite", "ssd300", "ssd512")]
    assert {cell.task for cell in trained} == {"detection"}
    assert [cell.data_variant for cell in trained[1:]] == ["48px", "48px", "56px"]
    imagenet = {row.row.axes["result"]: row for row in plan.rows["cappa", "imagenet"]}
    assert {imagenet[name].cell.dataset for name in ("sgd", "inception_resnet_v2")} == {"digits"}
    assert imagenet["resnet50"].not_run == "The claim is one about the time on a TPU pod."
    (weighing,) = {row.cell for row in plan.rows["cappa", "imagenet_weighing"]}
    assert weighing.model.arguments["blocks"] == [1, 1, 2, 1]
    (name,) = plan.stands_for(plan.prepared["scenes-48px"])
    assert name == "voc2012"


def test_rows_without_a_run_say_of_what_kind_it_would_be():
    kinds = {}
    for scale in ("paper", "demo"):
        content = plan_content(Plan.of({"studies": "cappa", "scale": scale, "seeds": 1}, ROOT))
        artefacts = {found["id"]: found["rows"] for found in content["studies"][0]["artefacts"]}
        assert "run_kind" not in artefacts["imagenet"][0]
        kinds[scale] = {row["run_kind"] for row in artefacts["imagenet_weighing"]}
    (kind,) = kinds["paper"]
    assert kind.startswith("probes/example_weighing_")
    assert kinds["demo"] == kinds["paper"]


def test_with_a_folder_its_rows_run(rows):
    found = rows(datasets=FOLDER)
    assert len(found["large"]["folders"]) == 2
    assert found["large"]["not_run"] is None
    assert found["speech"]["folders"] == {}


def test_other_data_take_its_place_with_and_without_a_folder(rows):
    for config in ({}, {"datasets": FOLDER}):
        found = rows(**config, scale="demo")
        assert found["large"]["not_run"] is None
        assert [len(found[name]["folders"]) for name in ("large", "small")] == [2, 2]
        assert found["large"]["train_images"]["run"] == 800
