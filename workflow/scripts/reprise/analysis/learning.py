"""Whether a run is better than guessing.

A difference between runs at chance is noise in what they output, not an effect of how they were
trained.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite, log, nan, sqrt
from typing import Any

from reprise.studies.artefact_records import RowRecord, TestData

STANDARD_ERRORS = 3
LOSS_SHARE = 0.99
# What a run's numbers may tell it by, and what depends on whether it has learned.
ACCURACY = "test_accuracy"
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
    def of(cls, row: RowRecord, data: str = "run") -> "Guessing | None":
        """On the data of a row of plan.json as ``run`` or as ``published``; None where it has
        none."""
        if row.data is None:
            return None
        tested: TestData = getattr(row.data, data)
        return cls(tested.classes, tested.test_images)

    @property
    def accuracy(self) -> float:
        """In percent."""
        return 100 / self.classes

    @property
    def highest_accuracy(self) -> float:
        """An accuracy that guessing passes in one of 740 cases: three standard errors above."""
        share = 1 / self.classes
        error = sqrt(share * (1 - share) / self.test_images)
        return 100 * (share + STANDARD_ERRORS * error)

    def beaten_by(self, runs: Iterable[Mapping[str, float]]) -> int | None:
        """How many finished runs, by their numbers, are better than guessing; None where none
        tells."""
        told = [self.is_beaten(numbers) for numbers in runs]
        return None if all(beaten is None for beaten in told) else told.count(True)

    def is_beaten(self, numbers: Mapping[str, float]) -> bool | None:
        """Whether a finished run is better than guessing; None where its numbers do not tell.

        By its test accuracy, or by the validation loss of a sweep over learning rates, which has
        to lie a hundredth below that of equal probabilities, the logarithm of the classes.
        """
        accuracy, loss = numbers.get(ACCURACY, nan), numbers.get(PROBED_LOSS, nan)
        if isfinite(accuracy):
            return accuracy > self.highest_accuracy
        return loss < LOSS_SHARE * log(self.classes) if isfinite(loss) else None


def guessed_value(metric: str | Mapping[str, Any], guessing: Guessing | None) -> float | None:
    """The value of a metric that guessing gives, which is what a reader gets from a run that
    diverged; None where guessing has none.

    An accuracy is that of one class in so many (of five for a top-5 accuracy), a loss the
    logarithm of the classes; a gap, a gain or a reduction is 0.
    """
    is_curve = isinstance(metric, Mapping)
    if is_curve and not {"epoch", "from", "to"} & metric.keys():
        return None
    name = str(metric.get("series", "")) if is_curve else metric
    if name.endswith(UNCHANGED):
        return 0.0
    if guessing is None:
        return None
    if "accuracy" in name:
        return min(100.0, guessing.accuracy * (5 if "top5" in name else 1))
    return log(guessing.classes) if "loss" in name else None


def depends_on_learning(metric: str | Mapping[str, Any]) -> bool:
    """Whether a metric is one of which runs at chance say nothing; times and counts are not."""
    name = str(metric.get("series", "")) if isinstance(metric, Mapping) else metric
    return any(word in name for word in LEARNED_WORDS)
