"""Nothing is judged among runs that are no better than guessing."""

from math import log

import pytest
from claims_on_tables import evaluate

from reprise.analysis.claims.result import Outcome, verdict
from reprise.analysis.learning import Guessing, depends_on_learning, guessed_value
from reprise.studies.measure_forms import AtEpoch
from reprise.studies.scores import DEFAULT_TASK, falls, score_of, scores_of

FLOWERS = Guessing(classes=17, test_images=272)


def test_an_accuracy_beats_guessing_by_three_standard_errors():
    # 5.88 % and 1.43 points.
    (accuracy,) = scores_of(DEFAULT_TASK)
    assert accuracy.guessed(17) == pytest.approx(5.882, abs=1e-3)
    assert FLOWERS.best(accuracy) == pytest.approx(10.16, abs=0.01)
    assert FLOWERS.is_beaten({"test_accuracy": 10.3}) is True
    assert FLOWERS.is_beaten({"test_accuracy": 9.9}) is False


def test_scores_of_other_tasks_beat_what_guessing_gives_them():
    iou, _ = scores_of("segmentation")
    assert iou.guessed(21) == pytest.approx(100 / 21)
    precision, precision_50 = scores_of("detection")
    assert precision.guessed(6) == precision_50.guessed(6) == pytest.approx(100 / 36)
    # No share of examples: a hundredth above 2.78 %, however few images there are.
    assert Guessing(6, 150).best(precision) == pytest.approx(2.806, abs=1e-3)
    assert Guessing(6, 15).best(precision) == Guessing(6, 15000).best(precision)
    assert Guessing(21, 150).best(iou) == pytest.approx(100 / 21 / 0.99)
    (perplexity,) = scores_of("language_modelling")
    assert perplexity.guessed(40) == 40
    tokens = Guessing(classes=40, test_images=300)
    assert tokens.is_beaten({"test_perplexity": 39.7}) is False
    assert tokens.is_beaten({"test_perplexity": 39.5}) is True
    assert score_of("test_pixel_accuracy").name == "pixel_accuracy"
    assert score_of("plain_test_accuracy").name == "accuracy"
    assert score_of("accuracy_gain") is None
    # Of an artefact with runs of several tasks each has the scores of its own.
    empty = {"test_accuracy": float("nan"), "test_perplexity": float("nan")}
    assert FLOWERS.is_beaten({**empty, "test_mean_iou": 4.0}) is False
    assert FLOWERS.is_beaten({**empty, "test_mean_iou": 40.0}) is True


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("test_perplexity", 17),
        ("test_mean_iou", 100 / 17),
        ("test_average_precision", 100 / 17**2),
        ("test_average_precision_50", 100 / 17**2),
        ("test_top5_accuracy", 500 / 17),
        ("test_loss", log(17)),
        (AtEpoch(series="test_perplexity", epoch=7), 17),
        ("accuracy_gain", 0),
        ("updates", None),
    ],
)
def test_what_a_run_that_diverged_counts_as(metric, expected):
    assert guessed_value(metric, FLOWERS) == (expected and pytest.approx(expected))


def test_less_is_better_of_losses_and_of_scores_that_say_so():
    assert falls("test_perplexity") and falls("train_loss")
    assert not falls("test_mean_iou") and not falls("validation_accuracy")
    assert depends_on_learning("test_perplexity")


def test_the_loss_of_a_sweep_beats_that_of_equal_probabilities():
    # ln 17 is 2.833.
    assert FLOWERS.is_beaten({"high_rate_validation_loss": 2.8345}) is False
    assert FLOWERS.is_beaten({"high_rate_validation_loss": 2.83}) is False
    assert FLOWERS.is_beaten({"high_rate_validation_loss": 2.5}) is True


def test_numbers_that_do_not_tell():
    assert FLOWERS.is_beaten({"parameters": 10}) is None
    assert FLOWERS.is_beaten({"test_accuracy": float("nan")}) is None
    assert FLOWERS.beaten_by([{"parameters": 10}]) is None
    assert FLOWERS.beaten_by([{"test_accuracy": 5.0}, {"test_accuracy": 50.0}]) == 1


def test_times_and_counts_do_not_depend_on_learning():
    assert depends_on_learning("test_accuracy")
    assert depends_on_learning("generalisation_gap")
    assert depends_on_learning(AtEpoch(series="validation_loss", epoch=3))
    assert not depends_on_learning("wall_seconds")
    assert not depends_on_learning("parameters")


DATA = {"run": {"classes": 10, "test_images": 400}}
CLAIM = {"id": "c", "kind": "difference", "artefact": "t", "subject": {"setting": "a"},
         "other": {"setting": "b"}}  # fmt: skip


@pytest.fixture
def judged(make_table):
    """The result of a claim on runs of two settings."""

    def result(a, b, **changes):
        table = make_table({"a": a, "b": b}, "t", data=DATA)
        return evaluate(changes or CLAIM, {"t": table})

    return result


def test_a_difference_between_runs_at_chance_is_undecided(judged):
    result = judged([10.1, 10.2, 10.1], [9.1, 9.2, 9.1])
    assert result.outcome is Outcome.UNTESTABLE
    assert result.basis == "no run that is compared is better than guessing"
    assert verdict(result, 0.001) == "undecided"
    assert judged([10.1], [9.1]).outcome is Outcome.UNTESTABLE


def test_one_side_that_has_learned_is_enough(judged):
    assert judged([90.1, 90.2, 90.1], [9.1, 9.2, 9.1]).outcome is Outcome.TESTED


def test_a_claim_about_failures_is_judged(judged):
    claim = {**{key: CLAIM[key] for key in ("artefact", "subject")}, "kind": "diverges"}
    result = judged([10.0, 10.1, 9.9, 10.2, 10.0, 9.8], [90.0] * 6, or_below=20, **claim)
    assert result.outcome is Outcome.TESTED
    assert result.holds


def test_a_part_at_chance_does_not_hide_a_reversed_one(make_table):
    table = make_table(
        {"a": [10.1, 10.2], "b": [9.1, 9.2], "c": [80.0, 80.1], "d": [90.0, 90.1]}, "t", data=DATA
    )
    parts = [
        {"kind": "difference", "subject": {"setting": "a"}, "other": {"setting": "b"}},
        {"kind": "difference", "subject": {"setting": "c"}, "other": {"setting": "d"}},
    ]
    result = evaluate({"id": "c", "kind": "all_of", "artefact": "t", "parts": parts}, {"t": table})
    assert result.holds is False
    assert result.basis.startswith("1 of 2 parts cannot be judged")
    assert verdict(result, result.p) == "contradicted"
