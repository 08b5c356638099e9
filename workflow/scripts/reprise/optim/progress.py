"""How far a run is: what a schedule is a function of."""

from dataclasses import dataclass, replace
from math import floor

# Positions that are equal on paper differ by rounding once a run is scaled.
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Progress:
    """The position in a run at which a schedule is asked for its value.

    Attributes:
        epoch: epochs done so far, from 0; fractional within an epoch.
        epochs: epochs of the whole run.
        update: updates of the weights done so far, from 0.
        updates: updates of the whole run.
        validation_losses: of the epochs done so far, in order.
    """

    epoch: float
    epochs: float
    update: int
    updates: int
    validation_losses: tuple[float, ...] = ()

    def before(self, epoch: float) -> "Progress":
        """The same position in a run that ends at ``epoch``."""
        return replace(self, epochs=epoch, updates=self._updates_until(epoch))

    def after(self, epoch: float) -> "Progress":
        """The same position in a run that starts at ``epoch``."""
        earlier = self._updates_until(epoch)
        return replace(
            self,
            epoch=self.epoch - epoch,
            epochs=self.epochs - epoch,
            update=self.update - earlier,
            updates=self.updates - earlier,
            validation_losses=self.validation_losses[floor(epoch + TOLERANCE) :],
        )

    def _updates_until(self, epoch: float) -> int:
        return round(epoch / self.epochs * self.updates)

    def held(self, interval: float) -> "Progress":
        """The position at which a value held over ``interval`` epochs was last asked for.

        0 asks at every update, 1 at the start of every epoch.
        """
        if interval <= 0:
            return self
        epoch = floor(self.epoch / interval + TOLERANCE) * interval
        return replace(self, epoch=epoch, update=round(epoch / self.epochs * self.updates))
