"""Whole updates replayed from a recording: nothing is asked of the device between two of them.

What differs from one update of an epoch to the next lies in the device's memory before the first:
the epoch's augmented images and labels in their order, and the learning rate of each update. A
recording reads the number of its update there, takes its batch and its rate, computes gradients,
steps, counts loss and correct predictions, and raises the number. It holds several updates, since
each replay is one more thing to ask a GPU for.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from reprise.data.resident import ResidentSplit
from reprise.training.evaluation import Tally
from reprise.training.recordings.gradients import UPDATES_BEFORE_RECORDING, Gradients, Recorder

LARGEST_EPOCH_BYTES = 2 * 2**30
"""Of augmented images: a larger epoch would take memory that side by side others need."""

MOST_UPDATES_A_REPLAY = 8
"""A recording takes time and memory for each of its operations, and eight updates of a small
network have some thousands."""


def updates_a_replay(count: int) -> int:
    """The most updates that a recording may hold so that whole replays make up an epoch.

    Args:
        count: updates of whole batches in an epoch, 1 or more.
    """
    return max(size for size in range(1, MOST_UPDATES_A_REPLAY + 1) if count % size == 0)


def can_record_steps(optimizer: object) -> bool:
    """Whether steps of an optimizer depend on nothing that Python counts: one kernel reads learning
    rate, momentum and state from the device's memory."""
    return type(optimizer) in (torch.optim.SGD, torch.optim.Adam) and all(
        group["fused"] for group in optimizer.param_groups
    )


class RecordedUpdates:
    """Does updates of one batch size, and replays a recording once three in a row are done, and as
    many more as leave whole replays for the rest of the epoch.

    The learning rate is rounded to float32, which the device reads. The momentum is part of a
    recording: another one is recorded anew. What cannot be recorded is computed each time, which a
    printed sentence says.

    Args:
        model: that is trained.
        optimizer: of it, one of those that ``can_record_steps`` accepts.
        gradients: of one batch, computed without reading a value from the device.
        recorder: of the model's device.
        train: the images of an epoch, on the model's device.
        tally: counts on that device what a recording has done.

    Attributes:
        replayed: updates so far that a replay did.
        can_record: whether no recording has failed.
        images: memory for those of an epoch (N, C, H, W), in order and as they are stored.
        labels: memory for theirs (N, ...).
    """

    def __init__(
        self,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        gradients: Gradients,
        recorder: Recorder,
        train: ResidentSplit,
        tally: Tally,
    ) -> None:
        count, device = len(train), train.device
        self.replayed = 0
        self.can_record = True
        self.images = train.stored.new_empty((count, *train.image_shape))
        self.labels = torch.empty_like(train.labels)
        self._model = model
        self._optimizer = optimizer
        self._gradients = gradients
        self._recorder = recorder
        self._tally = tally
        # Since batches have an image or more, no epoch has more updates.
        self._rates = torch.zeros(count, dtype=torch.float32, device=device)
        self._rate = torch.zeros((), dtype=torch.float32, device=device)
        self._number = torch.zeros(1, dtype=torch.int64, device=device)
        self._kind: object = None
        self._in_a_row = 0
        self._size = 1
        self._replay: Callable[[], object] | None = None
        self._held: Sequence[Tensor] = ()

    def train(self, batch_size: int, rates: Sequence[float], momentum: float, tally: Tally) -> None:
        """Update on the first whole batches of the images in memory, one for each learning rate.

        Args:
            tally: counts them.
        """
        device = self._rate.device
        self._number.zero_()
        self._tally.clear()
        self._rates[: len(rates)].copy_(torch.tensor(rates, dtype=torch.float32))
        offsets = torch.arange(batch_size, device=device)
        size = updates_a_replay(len(rates))
        kind = (batch_size, self._model.training, momentum, size)
        if kind != self._kind:
            # The memory of the one before is free for this one.
            self._kind, self._in_a_row, self._replay, self._held = kind, 0, None, ()
            self._size = size
        with self._reading_rates():
            left = len(rates)
            while left:
                left -= self._some_updates(offsets, left)
        tally.take(self._tally, batch_size * len(rates))

    def _some_updates(self, offsets: Tensor, left: int) -> int:
        """Do the next of the updates that are left of an epoch; how many that were."""
        if left % self._size == 0:
            ready = self._in_a_row >= UPDATES_BEFORE_RECORDING
            if self._replay is None and self.can_record and ready:
                self._record(offsets)
            if self._replay is not None:
                self.replayed += self._size
                self._replay()
                return self._size
        self._in_a_row += 1
        with self._recorder.preparing():
            self._compute(offsets)
        return 1

    def _record(self, offsets: Tensor) -> None:
        def compute() -> list[Tensor]:
            for _ in range(self._size):
                self._compute(offsets)
            # What a replay reads and writes and nobody else would hold.
            return [offsets]

        groups = self._optimizer.param_groups
        before = [group.get("capturable") for group in groups]
        try:
            for group, had in zip(groups, before, strict=True):
                if had is not None:
                    group["capturable"] = True
            self._held, self._replay = self._recorder.record(compute)
        except RuntimeError as error:
            self.can_record = False
            # The end of a recording that has failed raises as well, and knows no reason.
            reason = str(error.__context__ or error).splitlines()[0]
            print(f"does updates one by one: they cannot be recorded ({reason})", flush=True)
        finally:
            for group, had in zip(groups, before, strict=True):
                if had is not None:
                    group["capturable"] = had

    def _compute(self, offsets: Tensor) -> None:
        index = self._number * len(offsets) + offsets
        labels = self.labels.index_select(0, index)
        self._rate.copy_(self._rates.index_select(0, self._number).view(()))
        loss, logits = self._gradients(self.images.index_select(0, index), labels)
        self._optimizer.step()
        self._tally.count(loss, logits, labels)
        self._number += 1

    @contextmanager
    def _reading_rates(self) -> Iterator[None]:
        """Inside, the optimizer reads its learning rate from the device. Outside it has a number,
        as a checkpoint of any device does."""
        groups = self._optimizer.param_groups
        before = [group["lr"] for group in groups]
        for group in groups:
            group["lr"] = self._rate
        try:
            yield
        finally:
            for group, rate in zip(groups, before, strict=True):
                group["lr"] = rate
