"""Measures of learning curves, checked before anything runs."""

import pytest

from reprise.errors import InputError
from reprise.studies.measure_forms import (
    FURTHER_SERIES,
    Measure,
    known_series,
    metric_of,
    reported_series,
)
from reprise.training.history import Epoch, Score

RULE = {"change": 0.9, "epochs": 4}


def test_the_series_are_the_columns_of_a_history():
    score = Score(1.0, {"accuracy": 50.0})
    epoch = Epoch(1, score, score, score, 0.1, 0.9, 16, 7, 1.0, 112.0)
    assert {*epoch.columns()} == {*FURTHER_SERIES, *reported_series()}
    assert {*epoch.columns()} <= {*known_series()}
    assert Epoch.of(epoch.columns()) == epoch
    assert epoch.validation_accuracy == 50


def test_an_epoch_has_no_other_column():
    score = Score(1.0, {"accuracy": 50.0})
    epoch = Epoch(1, score, score, score, 0.1, 0.9, 16, 7, 1.0, 112.0)
    assert not hasattr(epoch, "test_perplexity")
    with pytest.raises(TypeError, match="epochs"):
        Epoch.of({**epoch.columns(), "epochs": 3})


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ({"epoch": 5}, "epoch 5"),
        ({"epoch": 5, "window": 3}, "epoch 5 window 3"),
        ({"from": 0.5}, "from 0.5 to 1"),
        ({"from": 0.1, "to": 0.5}, "from 0.1 to 0.5"),
        ({"settled": RULE}, "settled change 0.9 epochs 4"),
        ({"near_best": {"within": 0.05}}, "near_best within 0.05"),
        ({"near_best": {"within": 0.05, "shift": -2}}, "near_best within 0.05 shift -2"),
    ],
)
def test_every_form_is_read_and_named(form, name):
    measure = metric_of({"series": "test_accuracy", **form}, "metric")
    assert Measure.of(measure.plain(), "metric") == measure
    assert measure.name == f"test_accuracy ({name})"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "metric: expected one of the keys epoch, from, to, settled, near_best .* found none"),
        ({"window": 3}, "found window"),
        ({"epoch": 5, "to": 1}, "found epoch, to"),
        ({"epoch": "5"}, "metric.epoch: expected a number of 0 or more, found '5'"),
        ({"settled": {"change": 1}}, "metric.settled: expected the keys change and epochs"),
        ({"near_best": {"shift": 1}}, "metric.near_best: expected the keys within .*shift"),
        ({"near_best": {"within": -1}}, "metric.near_best.within: expected a number of 0 or more"),
        ({"near_best": {"within": 1, "shift": 0.5}}, "metric.near_best.shift: expected a whole"),
        ({"settled": {**RULE, "epochs": True}}, "metric.settled.epochs: expected a number"),
        ({"series": "accuracy", "epoch": 1}, "unknown series 'accuracy'; did you mean"),
    ],
)
def test_what_is_no_measure_is_refused(form, sentence):
    with pytest.raises(InputError, match=sentence):
        metric_of({"series": "test_accuracy", **form}, "metric")
