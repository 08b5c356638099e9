"""Example weighing of cells that are trained once."""

import math

import pytest
import torch

from reprise.errors import InputError
from reprise.nets.example_weighing import weigh_examples
from reprise.probes.example_weighing import METRICS, example_weighing
from reprise.studies.measure_forms import trained_metrics
from reprise.training.evaluation import evaluate
from reprise.training.loop import start_run, train

ALPHAS = [0.1, 0.3, 0.6]

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def weighed_cell(sweep_cell):
    def make(**changes):
        schedule = {"name": "constant", "learning_rate": 0.1}
        return sweep_cell(**{"schedule": schedule, "validation_share": 0.3, **changes})

    return make


@pytest.fixture
def weigh(weighed_cell, resident, stripes):
    def run(alphas=ALPHAS, unweighed_norms=(), **changes):
        cell = weighed_cell(**changes)
        asked = {"alphas": alphas, "unweighed_norms": unweighed_norms}
        return example_weighing(cell, resident(cell), stripes, **asked)

    return run


@pytest.mark.parametrize("norm", ["batch", {"name": "ghost_batch", "size": 5}])
def test_points_are_scores_of_one_trained_model(weigh, weighed_cell, resident, norm):
    points = weigh(norm=norm).points
    assert points["alpha"].tolist() == [0, *ALPHAS]
    cell = weighed_cell(norm=norm)
    run = start_run(cell, resident(cell))
    last = train(run)[-1]
    plain = points.iloc[0]
    assert plain["test_loss"] == pytest.approx(last.test_loss, rel=1e-5)
    assert plain["validation_loss"] == pytest.approx(last.validation_loss, rel=1e-5)
    assert plain["test_accuracy"] == last.test_accuracy
    weigh_examples(run.model, 0.3)
    score = evaluate(run.model, run.data, run.data.validation, run.loss, 7)
    found = points.iloc[2]
    assert found["validation_loss"] == pytest.approx(score.loss, rel=1e-5)
    assert found["validation_accuracy"] == score.accuracy


@pytest.mark.parametrize("best", [1, 2])
def test_a_class_counts_that_is_among_the_best(weigh, weighed_cell, resident, monkeypatch, best):
    monkeypatch.setattr("reprise.probes.example_weighing.BEST_CLASSES", best)
    points = weigh().points
    cell = weighed_cell()
    run = start_run(cell, resident(cell))
    train(run)
    split = run.data.test
    with torch.no_grad():
        logits = run.model.eval()(run.data.normalise(split.images_at(slice(None))))
    ranks = logits.argsort(1, descending=True).tolist()
    among = [label in rank[:best] for label, rank in zip(split.labels.tolist(), ranks, strict=True)]
    assert 0 < sum(among) < len(among)
    assert points.iloc[0]["test_top5_accuracy"] == pytest.approx(100 * sum(among) / len(among))


def test_the_weight_is_chosen_by_validation_loss(weigh, weighed_cell, resident):
    setting = {"epochs": 10, "schedule": {"name": "constant", "learning_rate": 0.3}}
    result = weigh(**setting)
    points, metrics = result.points, result.metrics
    chosen = points.loc[points["validation_loss"].idxmin()]
    plain = points.iloc[0]
    assert result.status == "finished"
    assert metrics.keys() - trained_metrics() == set(METRICS) - trained_metrics()
    assert metrics["chosen_alpha"] == chosen["alpha"] == 0.3
    for name in ("validation_accuracy", "validation_loss", "test_accuracy", "test_loss"):
        assert metrics[name] == chosen[name]
    assert metrics["plain_test_accuracy"] == plain["test_accuracy"]
    assert metrics["plain_test_loss"] == plain["test_loss"]
    assert metrics["accuracy_gain"] == chosen["test_accuracy"] - plain["test_accuracy"] > 0
    assert metrics["loss_reduction"] == plain["test_loss"] - chosen["test_loss"] > 0
    assert (metrics["epochs"], metrics["updates"]) == (10, 10 * 7)
    cell = weighed_cell()
    parameters = start_run(cell, resident(cell)).model.parameters()
    assert metrics["parameters"] == sum(parameter.numel() for parameter in parameters)
    assert math.isfinite(metrics["train_loss"])


def test_nothing_is_chosen_over_plain_batch_norm_where_it_is_best(weigh):
    metrics = weigh(alphas=[0]).metrics
    assert metrics["chosen_alpha"] == 0
    assert metrics["accuracy_gain"] == metrics["loss_reduction"] == 0


def test_ranges_are_those_of_the_norms_outputs(weigh, weighed_cell, resident):
    metrics = weigh(batch_size=15).metrics
    cell = weighed_cell(batch_size=15)
    run = start_run(cell, resident(cell))
    train(run)
    norms = [m for m in run.model.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    outputs = []
    for norm in norms:
        norm.register_forward_hook(lambda module, inputs, output: outputs.append(output))
    for name, training in (("inference_range", False), ("training_range", True)):
        run.model.train(training)
        outputs.clear()
        for start in (0, 15):
            images = run.data.validation.images_at(slice(start, start + 15))
            run.model(run.data.normalise(images))
        ranges = [(output.max() - output.min()).item() for output in outputs]
        assert len(ranges) == 2 * len(norms)
        assert metrics[name] == pytest.approx(sum(ranges) / len(ranges), rel=1e-4)
    assert metrics["inference_range"] != metrics["training_range"]


def test_a_run_that_diverges_has_no_points(weigh):
    result = weigh(schedule={"name": "constant", "learning_rate": 1e30})
    assert result.status == "diverged"
    assert len(result.points) == 0
    assert result.points.columns[0] == "alpha"
    assert result.metrics["test_loss"] is None
    assert "chosen_alpha" not in result.metrics


def test_a_norm_that_cannot_weigh_may_stand_beside_the_others(weigh):
    result = weigh(unweighed_norms=["group"], norm={"name": "group", "groups": 2})
    assert result.points["alpha"].tolist() == [0]
    metrics = result.metrics
    assert metrics["plain_test_accuracy"] == metrics["test_accuracy"]
    assert metrics["test_accuracy"] == result.points["test_accuracy"].item()
    assert "inference_range" not in metrics
    weighed = weigh(unweighed_norms=["group"])
    assert weighed.points["alpha"].tolist() == [0, *ALPHAS]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"validation_share": 0}, "but its validation_share is 0: give it one"),
        ({"alphas": [0.1, 1.2]}, "weight from 0 to 1, found 1.2"),
        ({"norm": {"name": "group", "groups": 2}}, "a model with batch norm, ghost batch norm"),
    ],
)
def test_what_cannot_be_weighed(weigh, changes, message):
    with pytest.raises(InputError, match=message):
        weigh(**changes)
