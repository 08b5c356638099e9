"""A run from its first epoch to its last: what it prints, and how it ended."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reprise.durations import rough_duration
from reprise.nets.build import count_parameters
from reprise.studies.measure_forms import reported_series
from reprise.studies.scores import scores_of
from reprise.studies.statuses import DIVERGED, FINISHED
from reprise.training.accumulation import accumulated_updates
from reprise.training.checkpoint import Checkpoint, Measurement
from reprise.training.history import Epoch, Score
from reprise.training.jobs.steps import Computed, finite
from reprise.training.loop import Run, diverged, train


def train_printing(
    run: Run,
    on_epoch: Callable[[Epoch], None] = lambda epoch: None,
    checkpoint: Checkpoint | None = None,
    measurement: Measurement | None = None,
) -> list[Epoch]:
    """Train to the end of the run, as ``train`` does, and print a line an epoch.

    Args:
        on_epoch: told of every epoch as it ends, before the state is kept.
        checkpoint: from which the run goes on, and where its state is kept.
        measurement: what is collected meanwhile, a part of the state.
    """
    printer = EpochPrinter(run.cell.epochs, run.cell.task)
    earlier = checkpoint.resume(run, measurement) if checkpoint else []

    def told(epoch: Epoch) -> None:
        printer(epoch)
        on_epoch(epoch)
        if checkpoint:
            checkpoint.keep(run, epoch)

    return train(run, told, earlier)


def computed_of(
    metrics: Mapping[str, Any], history: str, checkpoint: Checkpoint | None, placement: str
) -> Computed:
    """What a job found whose run may have gone on from a checkpoint, which its metrics say.

    Args:
        placement: of the images (see ``Computed``).
    """
    if checkpoint is None:
        return Computed(metrics, history, placement=placement)
    resumed = {"resumed_after_epochs": checkpoint.resumed_after}
    return Computed({**metrics, **resumed}, history, checkpoint.earlier, placement)


def replayed_updates(run: Run) -> int:
    """Updates whose gradients, or all of which, came from a recording."""
    gradients = run.recorded.replays if run.recorded is not None else 0
    return gradients + (run.recorded_updates.replayed if run.recorded_updates is not None else 0)


def training_metrics(run: Run, epochs: Sequence[Epoch]) -> dict[str, Any]:
    """The entries of metrics.json that tell how the training of a run ended."""
    last = epochs[-1]
    replayed = {} if run.recorded is None else {"replayed_updates": replayed_updates(run)}
    in_pieces = run.cell.micro_batch_size is not None
    accumulated = {"accumulated_updates": accumulated_updates(run, epochs)} if in_pieces else {}
    return {
        "status": DIVERGED if diverged(last) else FINISHED,
        **{name: finite(getattr(last, name)) for name in reported_series(run.cell.task)},
        "epochs": last.epoch,
        "updates": last.updates,
        "parameters": count_parameters(run.model),
        "images_per_second": round(sum(e.images_per_second for e in epochs) / len(epochs), 1),
        **replayed,
        **accumulated,
    }


class EpochPrinter:
    """Prints one line an epoch, with the time that is left."""

    def __init__(self, epochs: int, task: str) -> None:
        self.epochs = epochs
        self.scores = scores_of(task)
        self.seconds = 0.0
        self.printed = 0

    def __call__(self, epoch: Epoch) -> None:
        self.seconds += epoch.seconds
        self.printed += 1
        left = self.seconds / self.printed * (self.epochs - epoch.epoch)
        print(
            f"epoch {epoch.epoch:>3}/{self.epochs}"
            f"  train {self._measured(epoch.train)}"
            f"  test {self._measured(epoch.test)}"
            f"  learning rate {epoch.learning_rate:.3g}"
            f"  {epoch.images_per_second:,.0f} images/s"
            f"  {rough_duration(left)} left",
            flush=True,
        )

    def _measured(self, score: Score) -> str:
        """Loss and scores in words."""
        words = (
            f"{form.words} {score.values[form.name]:6.2f} {form.unit}".rstrip()
            for form in self.scores
        )
        return f"loss {score.loss:.4f}, {', '.join(words)}"
