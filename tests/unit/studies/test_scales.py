"""What a scale is, and what config/scales.yaml may say of one."""

from pathlib import Path

import pytest

from reprise.errors import InputError
from reprise.studies.scales import check_datasets, load_scale

SCALES = Path(__file__).parents[3] / "config" / "scales.yaml"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("datasets: {imagnet: {rates: {}}}", r"mine\.datasets"),
        ("studies: {cappa: {datasets: {imagnet: {}}}}", r"mine\.studies\.cappa\.datasets"),
    ],
)
def test_a_scale_names_data_sets_that_there_are(tmp_path, text, key):
    path = tmp_path / "scales.yaml"
    path.write_text(f"mine:\n  title: T\n  description: D\n  {text}\n")
    with pytest.raises(InputError, match=rf"here: {key}: .*'imagnet'; did you mean 'imagenet'"):
        check_datasets(load_scale("mine", path), ["cifar10", "imagenet"], "here")


def test_every_scale_says_its_rung():
    rungs = {name: load_scale(name, SCALES).rung for name in ("demo", "laptop", "short", "paper")}
    assert rungs == {"demo": "demo", "laptop": "laptop", "short": "short", "paper": "paper"}


def test_a_scale_that_does_not_say_is_on_the_lowest_rung(tmp_path):
    path = tmp_path / "scales.yaml"
    path.write_text("mine:\n  title: T\n  description: D\n")
    assert load_scale("mine", path).rung == "demo"


def test_an_unknown_scale_is_named():
    with pytest.raises(InputError, match=r"unknown scale 'papr'; did you mean 'paper'"):
        load_scale("papr", SCALES)


def test_a_study_may_replace_the_overlay(tmp_path):
    path = tmp_path / "scales.yaml"
    path.write_text(
        "tiny:\n  title: T\n  description: D\n  epochs: {factor: 0.5, minimum: 1}\n"
        "  studies: {other: {epochs: {factor: 0.25, minimum: 2}}}\n"
    )
    scale = load_scale("tiny", path)
    epochs = [scale.overlay(study).epochs for study in ("mine", "other")]
    assert [(rule["factor"], rule["minimum"]) for rule in epochs] == [(0.5, 1), (0.25, 2)]
