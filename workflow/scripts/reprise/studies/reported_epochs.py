"""Which epochs of a run a row of an artefact reports, as YAML writes it.

report: {epochs: last}                            the last epoch (the default)
report: {epochs: mean, count: 4, skip_last: 1}    the mean of 4 epochs, the last one left out
report: {epochs: best}                            the epoch of the best score on test images, such
                                                  as their accuracy; a study has to say so, for
                                                  it chooses on the test images
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class ReportedEpochs:
    """The epochs whose scores and losses are reported.

    Attributes:
        epochs: the last ones, the mean of some, or the best one.
        count: how many are averaged.
        skip_last: how many are left out at the end.
    """

    epochs: Literal["last", "mean", "best"]
    count: int = 1
    skip_last: int = 0

    @property
    def is_last(self) -> bool:
        """Whether it is the last epoch, whose values metrics.json holds."""
        return self.epochs == "last"


LAST_EPOCH = ReportedEpochs(epochs="last")
