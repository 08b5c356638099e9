"""The scores of tasks: name, unit, which way is better, and what guessing gives.

They stand in the registrations of tasks (see ``reprise.training.task``) and are read from there
without torch.
"""

from dataclasses import dataclass
from functools import cache

from reprise.errors import InputError, choose_among
from reprise.inventory import entries_of

DEFAULT_TASK = "classification"
"""The task of data and cells that name none."""

SPLITS = ("train", "test", "validation")
"""The images on which a run is measured, as the columns of its history begin."""


@dataclass(frozen=True)
class ScoreForm:
    """What is known of a score before anything runs.

    Attributes:
        name: without the split: ``accuracy`` of the column ``test_accuracy``.
        words: what a person calls it.
        unit: ``%`` for a share; empty for a number without one.
        rises: whether more is better.
        guess: what guessing gives: a factor, and the power of the number of classes that it is
            multiplied with.
        of_examples: whether it is the share of the test examples that are right, so that their
            number says how far guessing strays.
    """

    name: str
    words: str
    unit: str
    rises: bool
    guess: tuple[float, float]
    of_examples: bool

    def guessed(self, classes: int) -> float:
        """What a run that guesses among so many classes scores, in the unit of the score."""
        factor, power = self.guess
        return factor * classes**power


@cache
def scores_of(task: str) -> tuple[ScoreForm, ...]:
    """The scores of a task, the main one first.

    Raises:
        InputError: there is no such task.
    """
    if task not in entries_of("task"):
        raise InputError(f"unknown task {task!r}; {choose_among(task, known_tasks())}")
    described = entries_of("task")[task].description["scores"]
    return tuple(
        ScoreForm(
            name=name,
            words=form.get("words", name.replace("_", " ")),
            unit=form["unit"],
            rises=form["rises"],
            guess=tuple(form["guess"]),
            of_examples=form.get("of_examples", form["unit"] == "%"),
        )
        for name, form in described.items()
    )


@cache
def known_tasks() -> tuple[str, ...]:
    """The names of all tasks, that of data which name none first."""
    return (DEFAULT_TASK, *(name for name in sorted(entries_of("task")) if name != DEFAULT_TASK))


@cache
def known_scores() -> tuple[ScoreForm, ...]:
    """The scores of all tasks, each once."""
    scores = (score for task in known_tasks() for score in scores_of(task))
    return tuple({score.name: score for score in scores}.values())


@cache
def score_of(metric: str) -> ScoreForm | None:
    """The score that a metric is one of, by the ending of its name: accuracy for
    ``plain_test_accuracy``; None for losses, counts and differences."""
    ending = [score for score in known_scores() if metric.endswith(score.name)]
    return max(ending, key=lambda score: len(score.name), default=None)


def falls(series: str) -> bool:
    """Whether less of a column is better: of a loss, and of a score that says so."""
    score = score_of(series)
    return "loss" in series if score is None else not score.rises
