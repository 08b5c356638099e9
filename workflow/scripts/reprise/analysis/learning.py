"""Whether a run is better than guessing.

A difference between runs at chance is noise in what they output, not an effect of how they were
trained.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite, log, nan, sqrt

from reprise.studies.artefact_records import RowRecord
from reprise.studies.measure_forms import Arrival, Metric, column_of
from reprise.studies.scores import ScoreForm, known_scores, score_of

STANDARD_ERRORS = 3
LOSS_SHARE = 0.99
# What a run's numbers may tell it by where they have no score of the test images, and what depends
# on whether it has learned, beside scores.
PROBED_LOSS = "high_rate_validation_loss"
LEARNED_WORDS = ("accuracy", "loss", "gap", "gain")
# What guessing with and without a change does not change.
UNCHANGED = ("gap", "gain", "reduction")


@dataclass(frozen=True)
class Guessing:
    """What guessing gives on the data of a row.

    Attributes:
        classes: of the data.
        test_images: on which accuracies are taken.
    """

    classes: int
    test_images: int

    @classmethod
    def of(cls, row: RowRecord) -> "Guessing | None":
        """On the data of a row of plan.json as run; None where it has none."""
        return None if row.data is None else cls(row.data.run.classes, row.data.run.test_images)

    def best(self, score: ScoreForm) -> float:
        """A score that guessing passes in one of 740 cases, three standard errors above, where it
        is the share of examples that are right. Of other scores one that is a hundredth better."""
        guessed = score.guessed(self.classes)
        if not score.of_examples:
            return guessed / LOSS_SHARE if score.rises else guessed * LOSS_SHARE
        share = guessed / 100
        error = sqrt(share * (1 - share) / self.test_images)
        return 100 * (share + STANDARD_ERRORS * error)

    def is_passed(self, score: ScoreForm, value: float) -> bool:
        """Whether a score is better than what guessing gives."""
        return value > self.best(score) if score.rises else value < self.best(score)

    def beaten_by(self, runs: Iterable[Mapping[str, float]]) -> int | None:
        """How many finished runs, by their numbers, are better than guessing; None where none
        tells."""
        told = [self.is_beaten(numbers) for numbers in runs]
        return None if all(beaten is None for beaten in told) else told.count(True)

    def is_beaten(self, numbers: Mapping[str, float]) -> bool | None:
        """Whether a finished run is better than guessing; None where its numbers do not tell.

        By its main score of the test images, such as their accuracy, or by the validation loss of a
        sweep over learning rates, which has to lie a hundredth below that of equal probabilities,
        the logarithm of the classes.
        """
        for score in known_scores():
            if isfinite(value := numbers.get(f"test_{score.name}", nan)):
                return self.is_passed(score, value)
        loss = numbers.get(PROBED_LOSS, nan)
        return loss < LOSS_SHARE * log(self.classes) if isfinite(loss) else None


def guessed_value(metric: Metric, guessing: Guessing | None) -> float | None:
    """The value of a metric that guessing gives, which is what a reader gets from a run that
    diverged; None where guessing has none.

    A score is what its task says: an accuracy that of one class in so many (of five for a top-5
    accuracy). A loss is the logarithm of the classes; a gap, a gain or a reduction is 0.
    """
    if isinstance(metric, Arrival):
        return None
    if is_change(metric):
        return 0.0
    name = column_of(metric)
    if guessing is None:
        return None
    if score := score_of(name):
        guessed = score.guessed(guessing.classes)
        return min(100.0, 5 * guessed) if "top5" in name else guessed
    return log(guessing.classes) if "loss" in name else None


def is_change(metric: Metric) -> bool:
    """Whether a metric is a change, such as a gain, so that 0 is none."""
    return not isinstance(metric, Arrival) and column_of(metric).endswith(UNCHANGED)


def depends_on_learning(metric: Metric) -> bool:
    """Whether a metric is one of which runs at chance say nothing; times and counts are not."""
    name = column_of(metric)
    return score_of(name) is not None or any(word in name for word in LEARNED_WORDS)
