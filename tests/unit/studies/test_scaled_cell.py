"""From cells as published to cells as run."""

import dataclasses
from pathlib import Path

import pytest

from reprise.data.catalogue import load_entries
from reprise.data.sources import Source
from reprise.errors import InputError
from reprise.inventory import find
from reprise.optim.batch_sizes import batch_sizes
from reprise.optim.progress import Progress
from reprise.optim.schedules import schedules
from reprise.planning.cell_checks import normalised_layers
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice
from reprise.studies.scaled_cell import (
    check_injective,
    scale_batch_size,
    scale_cell,
    scale_epochs,
)
from reprise.studies.scales import Overlay, load_scale

ROOT = Path(__file__).parents[3]
SCALES = ROOT / "config" / "scales.yaml"
SOURCES = {
    name: Source.of(name, entry)
    for name, entry in load_entries(ROOT / "config" / "datasets.yaml", {}).items()
}
DEMO_LIKE = Overlay(
    data={"dataset": "digits", "pixels": 16, "train_images": 800, "test_images": 400},
    epochs={"factor": 0.1, "minimum": 3},
    batches={"factor": 0.0625},
)


def cell(**changes):
    fields = {
        "dataset": "cifar10",
        "model": "mgnet",
        "norm": "batch",
        "optimizer": "sgd",
        "schedule": {"name": "sigmoid", "learning_rate": 0.1, "c": 4},
        "momentum": 0.9,
        "batch_size": 128,
        "epochs": 120,
        "augmentation": [{"name": "crop", "padding": 4}, "flip"],
    }
    return Cell.of({**fields, **changes})


def test_arguments_in_epochs_and_pixels_are_scaled():
    run = scale_cell(cell(), DEMO_LIKE, SOURCES)
    assert (run.dataset, run.data_variant) == ("digits", "16px")
    assert (run.train_images, run.test_images) == (800, 400)
    assert run.epochs == 12
    assert run.schedule_interval == pytest.approx(0.1)
    assert run.schedule.arguments["c"] == pytest.approx(0.4)
    assert run.schedule.arguments["learning_rate"] == 0.1
    assert run.augmentation[0].arguments == {"padding": 2}


def test_epochs_inside_lists_are_scaled():
    tail = [{"start": 100, "learning_rate": 1e-4}, {"start": 110, "learning_rate": 5e-5}]
    run = scale_cell(
        cell(schedule={"name": "sigmoid", "learning_rate": 0.1, "tail": tail}), DEMO_LIKE, SOURCES
    )
    assert run.schedule.arguments["tail"] == [
        {"start": 10.0, "learning_rate": 1e-4},
        {"start": 11.0, "learning_rate": 5e-5},
    ]


def test_updates_and_images_are_scaled():
    # 50,000 images in batches of 128 are 391 updates an epoch; 800 in batches of 8 are 100.
    growing = {"name": "batch_size_stages", "sizes": [128, 5120], "milestones": [60]}
    warm = {"name": "warm_up", "length": 782, "then": {"name": "step", "learning_rate": 1.0,
                                                       "width": 30}}  # fmt: skip
    run = scale_cell(cell(batch_size_schedule=growing, schedule=warm), DEMO_LIKE, SOURCES)
    assert run.batch_size_schedule.arguments == {"sizes": [8, 320], "milestones": [6.0]}
    assert run.schedule.arguments["length"] == round(782 * 12 * 100 / (120 * 391))
    assert run.schedule.arguments["then"] == {"name": "step", "learning_rate": 1.0, "width": 3.0}


@pytest.mark.parametrize(
    ("norm", "run"),
    [
        # Two groups of 64 images become two of as many as a scaled batch of 64 has.
        ({"name": "ghost_batch", "size": 64}, 2 * 7),
        ({"name": "batch_group"}, 8),
        ("batch", 8),
    ],
)
def test_micro_batches_keep_their_groups_of_images(norm, run):
    scaled = scale_cell(cell(norm=norm, micro_batch_size=128), DEMO_LIKE, SOURCES)
    assert scaled.micro_batch_size == run
    assert scale_cell(cell(norm=norm), DEMO_LIKE, SOURCES).micro_batch_size is None
    as_published = scale_cell(cell(norm=norm, micro_batch_size=128), Overlay(), SOURCES)
    assert as_published.micro_batch_size == 128


def test_optimizers_in_turn_switch_at_a_scaled_epoch():
    turns = {"name": "in_turn", "first": "adam", "then": {"name": "sgd"}, "switch": 75}
    run = scale_cell(cell(optimizer=turns), DEMO_LIKE, SOURCES)
    assert run.optimizer.arguments == {"first": "adam", "then": {"name": "sgd"}, "switch": 7.5}


def test_the_padding_of_a_crop_within_another_augmentation_is_scaled():
    crop = {"name": "crop", "padding": 4, "padding_mode": "reflect"}
    shared = {"name": "one_draw_a_batch", "augmentation": crop}
    run = scale_cell(cell(augmentation=[shared]), DEMO_LIKE, SOURCES)
    assert run.augmentation[0].arguments == {"augmentation": {**crop, "padding": 2}}


def test_short_keeps_data_and_batches_and_quarters_the_epochs():
    overlay = load_scale("short", SCALES).overlay("any")
    run = scale_cell(cell(), overlay, SOURCES)
    assert (run.dataset, run.batch_size, run.epochs) == ("cifar10", 128, 30)


def test_a_scale_that_merges_cells_is_refused():
    flat = Overlay(epochs={"factor": 0.001, "minimum": 3})
    cosine = {"name": "cosine", "learning_rate": 0.1}
    by_update = {"schedule": cosine, "schedule_interval": 0}
    cells = [cell(epochs=120, **by_update), cell(epochs=60, **by_update)]
    pairs = [(published, scale_cell(published, flat, SOURCES)) for published in cells]
    with pytest.raises(InputError, match=r"differ in epochs \(120 and 60\)"):
        check_injective(pairs, "scales.yaml")


@pytest.mark.parametrize(
    ("published", "batches", "images", "expected"),
    [
        (128, {"factor": 1}, 50_000, 128),
        (16_000, {"factor": 1}, 50_000, 16_000),
        (128, {"factor": 0.5}, 50_000, 64),
        (128, {"factor": 1}, 800, 128),
        (5120, {"factor": 0.05}, 800, 256),
        (16_000, {"factor": 0.05}, 800, 400),  # half of the data
        (2, {"factor": 0.25}, 800, 2),
        (128, {"factor": 0.01}, 800, 8),  # 1 by the factor, kept apart from 64
        (8, {"factor": 0.01}, 800, 4),
        (1, {"factor": 0.25}, 800, 1),
        (128, {"factor": 2.8, "power": 0.5}, 800, 32),
        (16, {"factor": 2.8, "power": 0.5}, 800, 11),
        (8, {"factor": 2.8, "power": 0.5}, 800, 8),  # never more than published
        (16_000, {"factor": 2.8, "power": 0.5}, 800, 354),
    ],
)
def test_batch_sizes(published, batches, images, expected):
    assert scale_batch_size(published, batches, images, 50_000) == expected


def test_batches_do_not_follow_the_number_of_images():
    fewer = dataclasses.replace(DEMO_LIKE, data={**DEMO_LIKE.data, "train_images": 400})
    assert scale_cell(cell(), DEMO_LIKE, SOURCES).batch_size == 8
    assert scale_cell(cell(), fewer, SOURCES).batch_size == 8


def test_doublings_of_the_batch_stay_apart():
    sizes = [scale_batch_size(2**k, {"factor": 0.05}, 800, 50_000) for k in range(1, 14)]
    assert sizes == sorted(set(sizes))


def test_what_would_change_a_digit_gives_way_to_what_does_not():
    lean = {"name": "rotation", "degrees": 10}
    run = scale_cell(cell(), DEMO_LIKE, SOURCES)
    assert [step.plain() for step in run.augmentation] == [{"name": "crop", "padding": 2}, lean]
    shared = {"name": "one_draw_a_batch", "augmentation": {"name": "flip"}}
    run = scale_cell(cell(augmentation=[shared]), DEMO_LIKE, SOURCES)
    assert run.augmentation[0].arguments == {"augmentation": lean}


def test_cells_with_and_without_a_replaced_augmentation_stay_apart():
    cells = [cell(), cell(augmentation=[{"name": "crop", "padding": 4}])]
    assert len({scale_cell(each, DEMO_LIKE, SOURCES) for each in cells}) == 2


def test_an_augmentation_may_be_left_out_within_another_too():
    overlay = load_scale("demo", SCALES).overlay("cappa")
    nested = {"name": "one_draw_a_batch", "augmentation": "scaled_crop"}
    masks = cell(
        dataset="voc2012",
        model="deeplab_v3_mobilenet_v2",
        augmentation=["scaled_crop", "flip", nested],
    )
    run = scale_cell(masks, overlay, SOURCES)
    assert [step.plain() for step in run.augmentation] == [{"name": "crop", "padding": 4}]


def test_data_trained_on_as_published_is_augmented_as_published():
    mirrored = {**vars(SOURCES["cifar10"]), "in_place_of": {"flip": "color_jitter"}}
    run = scale_cell(cell(), Overlay(), {**SOURCES, "cifar10": Source(**mirrored)})
    assert run.augmentation[1].name == "flip"


def test_running_averages_reach_back_over_the_same_share_of_a_run():
    norm = {"name": "batch", "momentum": 0.001}
    # 46,920 updates are published and 1,200 run: 39.1 times fewer.
    run = scale_cell(cell(norm=norm), DEMO_LIKE, SOURCES)
    assert run.norm.arguments == {"momentum": pytest.approx(0.0391)}
    often = {"name": "batch", "momentum": 0.01}
    assert scale_cell(cell(norm=often), DEMO_LIKE, SOURCES).norm.arguments == {"momentum": 0.05}
    assert scale_cell(cell(), DEMO_LIKE, SOURCES).norm.arguments == {}


def test_general_norm_still_divides_its_tiles_at_demo():
    overlay = load_scale("demo", SCALES).overlay("mclain")
    run = scale_cell(cell(), overlay, SOURCES)
    model = find("model", "mgnet", "here")
    layers = list(normalised_layers(model, run.model.arguments, 8))
    assert layers == [(32, 8), (32, 4)]


def test_data_of_a_task_have_an_overlay_of_their_own():
    overlay = load_scale("demo", SCALES).overlay("cappa")
    masks = cell(dataset="voc2012", model="deeplab_v3_mobilenet_v2", batch_size=16, epochs=50)
    run = scale_cell(masks, overlay, SOURCES)
    assert (run.task, run.dataset, run.data_variant) == ("segmentation", "scenes", "48px")
    assert (run.epochs, run.batch_size, run.train_images) == (9, 16, 450)
    assert run.model.arguments["width_multiplier"] == 0.5
    text = cell(dataset="one_billion_word", model="lstm", augmentation=[], epochs=14)
    run = scale_cell(text, overlay, SOURCES)
    assert (run.task, run.dataset, run.batch_size) == ("language_modelling", "text", 8)
    assert scale_cell(cell(), overlay, SOURCES).task == "classification"


def test_cells_published_on_a_data_set_have_an_overlay_of_their_own():
    large = {
        "dataset": "imagenet",
        "model": "inception_resnet_v2",
        "norm": {"name": "ghost_batch", "size": 64},
        "batch_size": 32768,
        "batch_size_schedule": {
            "name": "batch_size_stages", "sizes": [32768, 65536], "milestones": [30],
        },
        "micro_batch_size": 128,
        "epochs": 90,
    }  # fmt: skip
    overlay = Overlay(
        data={"dataset": "digits"},
        tasks={"classification": {"epochs": {"factor": 0.5, "minimum": 1},
                                  "batches": {"factor": 1}}},
        datasets={"imagenet": {"data": {"dataset": "digits", "pixels": 75, "train_images": 900},
                               "batches": {"factor": 0.001},
                               "rates": {"inception_resnet_v2": 0.25}}},
    )  # fmt: skip
    run = scale_cell(cell(**large), overlay, SOURCES)
    # What is said of the data set comes before what is said of its task.
    assert (run.data_variant, run.train_images, run.epochs) == ("75px", 900, 45)
    assert (run.batch_size, run.norm.arguments["size"], run.micro_batch_size) == (33, 7, 14)
    assert batch_sizes(run)[::44] == [33, 66]
    published = cell(**large).schedule
    at = Progress(12.0, 45, 100, 400)
    assert run.schedule.name == "times"
    scaled = {**published.arguments, "c": 2.0}
    assert schedules["times"](at, **run.schedule.arguments) == pytest.approx(
        schedules["sigmoid"](at, **scaled) / 4
    )
    other = scale_cell(cell(dataset="imagenet", model="imagenet_resnet18"), overlay, SOURCES)
    assert other.schedule.name == "sigmoid"
    assert {None, 75} <= overlay.sides
    assert scale_cell(cell(), overlay, SOURCES).data_variant == "8px"


def test_cells_that_start_from_weights_have_an_overlay_of_their_own():
    overlay = Overlay(
        datasets={"cifar10": {"epochs": {"factor": 0.5, "minimum": 1},
                              "data": {"dataset": "digits", "pixels": 24}}},
        weights={"large": {"weights": "small", "data": {"dataset": "digits", "pixels": 40}}},
    )  # fmt: skip
    run = scale_cell(cell(weights="large"), overlay, SOURCES)
    assert (run.weights, run.data_variant, run.epochs) == ("small", "40px", 60)
    other = scale_cell(cell(weights="others"), overlay, SOURCES)
    assert (other.weights, other.data_variant, other.epochs) == ("others", "24px", 60)
    assert scale_cell(cell(), overlay, SOURCES).weights is None
    assert {None, 24, 40} == overlay.sides


def test_a_published_cell_may_have_images_of_its_own_side():
    published = cell(dataset="coco2017", model="ssd300_vgg16", augmentation=["flip"], pixels=300)
    run = scale_cell(published, Overlay(), SOURCES)
    assert (run.data_variant, run.pixels) == ("300px", None)
    assert published.published_id != dataclasses.replace(published, pixels=320).published_id
    other = Overlay(data={"dataset": "scene_boxes"})
    assert scale_cell(published, other, SOURCES).data_variant == "48px"
    assert scale_cell(published, Overlay(data={"pixels": 64}), SOURCES).data_variant == "64px"


def test_data_that_stand_in_have_the_same_task():
    overlay = Overlay(data={"dataset": "digits"}, tasks={"segmentation": {"data": None}})
    masks = cell(dataset="voc2012", model="deeplab_v3_mobilenet_v2")
    assert scale_cell(masks, overlay, SOURCES).dataset == "voc2012"
    message = "expected data for the task segmentation under `tasks` .* found digits, which is for"
    with pytest.raises(InputError, match=message):
        scale_cell(masks, dataclasses.replace(overlay, tasks={}), SOURCES)


def test_groups_of_channels_follow_the_width_and_those_of_pixels_stay():
    overlay = load_scale("demo", SCALES).overlay("mclain")
    groups = {"general": [1, 16, 4, 4], "group": 16}
    run = {
        name: scale_cell(cell(norm=Choice(name, {"groups": value})), overlay, SOURCES).norm
        for name, value in groups.items()
    }
    assert run["general"].arguments["groups"] == [1, 8, 4, 4]
    assert run["group"].arguments["groups"] == 8


@pytest.mark.parametrize(("published", "run"), [(1, 1), (8, 3), (10, 3), (12, 4), (80, 6)])
def test_epochs_keep_to_their_limits(published, run):
    overlay = Overlay(epochs={"factor": 0.3, "minimum": 3, "maximum": 6})
    assert scale_epochs(published, overlay, batches=100) == run


@pytest.mark.parametrize(("batches", "run"), [(20, 6), (50, 6), (60, 5), (160, 1), (640, 1)])
def test_updates_of_small_batches_keep_to_their_limit(batches, run):
    overlay = Overlay(epochs={"factor": 0.1, "minimum": 6, "most_updates": 300})
    assert scale_epochs(60, overlay, batches) == run


@pytest.mark.parametrize(
    ("norm", "run"),
    [
        ({"name": "ghost_batch", "size": 128}, {"size": 8}),
        ({"name": "batch_group", "examples": 16, "channel_groups": 32},
         {"examples": 5, "channel_groups": 4}),
        ({"name": "batch_group", "examples": 1, "channel_groups": None},
         {"examples": 1, "channel_groups": None}),
        ({"name": "group", "groups": 2}, {"groups": 1}),
    ],
)  # fmt: skip
def test_groups_follow_the_batch_and_the_width_of_the_model(norm, run):
    narrow = dataclasses.replace(DEMO_LIKE, models={"resnet18": {"width": 8}})
    assert scale_cell(cell(model="resnet18", norm=norm), narrow, SOURCES).norm.arguments == run


def test_a_model_may_have_larger_images_than_the_others():
    larger = dataclasses.replace(DEMO_LIKE, pixels={"inception_v3": 75})
    cells = [cell(model="inception_v3"), cell()]
    assert [scale_cell(c, larger, SOURCES).data_variant for c in cells] == ["75px", "16px"]
    assert larger.sides == {None, 16, 75}


def test_a_scale_may_keep_the_first_classes():
    part = {"pixels": 32, "classes": 20, "train_images": 4000, "test_images": 2000}
    overlay = Overlay(data=part, datasets={"cifar10": {"data": {"pixels": 16}}})
    run = scale_cell(cell(dataset="tiny_imagenet"), overlay, SOURCES)
    assert (run.dataset, run.data_variant) == ("tiny_imagenet", "official-20classes-32px")
    # Twenty classes have 10,000 and 1,000 images.
    assert (run.train_images, run.test_images) == (4000, None)
    assert scale_cell(cell(), overlay, SOURCES).data_variant == "official-16px"
    assert overlay.class_counts == {None, 20}


def test_batches_are_those_of_the_images_of_the_classes_that_are_kept():
    overlay = Overlay(data={"classes": 2})
    run = scale_cell(cell(dataset="tiny_imagenet", batch_size=1000, epochs=30), overlay, SOURCES)
    assert (run.train_images, run.batch_size) == (None, 500)


def test_classes_of_uneven_data_are_not_left_out():
    message = "data.classes: expected images with named classes of as many images each, found "
    with pytest.raises(InputError, match=f"{message}svhn"):
        scale_cell(cell(dataset="svhn"), Overlay(data={"classes": 5}), SOURCES)
    # Tokens have names too.
    with pytest.raises(InputError, match=f"{message}text"):
        SOURCES["text"].of_first_classes(5)


@pytest.mark.parametrize(
    ("variant", "part"),
    [
        ("official", "official-2classes"),
        ("jpeg", "jpeg-2classes"),
        ("jpeg-32px", "jpeg-2classes-32px"),
        ("32px", "2classes-32px"),
    ],
)
def test_variants_of_first_classes(variant, part):
    source = dataclasses.replace(SOURCES["cifar10"], variant=variant)
    chosen = source.of_first_classes(2)
    assert (chosen.variant, chosen.classes) == (part, ("airplane", "automobile"))
    assert (chosen.train_images, chosen.test_images) == (10_000, 2000)
    assert source.of_first_classes(10) is source.of_first_classes(None) is source
    # In whatever order.
    assert chosen.resized(16) == source.resized(16).of_first_classes(2)


def test_models_may_be_replaced():
    overlay = Overlay(models={"mgnet": {"iterations": [1]}})
    assert scale_cell(cell(), overlay, SOURCES).model == Choice.of(
        {"name": "mgnet", "iterations": [1]}
    )
