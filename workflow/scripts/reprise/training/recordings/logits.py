"""Logits of batches of one shape in evaluation, replayed from a recording.

Evaluation takes few large batches, which a GPU works through no faster for being asked at once. It
takes as many small ones as training does where a norm uses the statistics of a batch at test time.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from reprise.training.recordings.gradients import UPDATES_BEFORE_RECORDING, Recorder

FEWEST_BATCHES = 16
"""Fewer in an evaluation are not worth a recording and its memory."""


class RecordedLogits:
    """Computes logits, and replays a recording from the fourth batch on of equal shape.

    What cannot be recorded is computed each time, which a printed sentence says.

    Args:
        compute: uint8 images (B, C, H, W) to logits (B, classes), without gradients and without
            reading a value from the device.
        recorder: of the model's device.

    Attributes:
        replays: so far.
    """

    def __init__(self, compute: Callable[[Tensor], Tensor], recorder: Recorder) -> None:
        self.replays = 0
        self._compute = compute
        self._recorder = recorder
        self._recording: _Recording | None = None
        self._latest: torch.Size | None = None
        self._in_a_row = 0
        self._can_record = True

    def __call__(self, images: Tensor) -> Tensor:
        """The logits of a batch, which later calls do not change."""
        self._in_a_row = self._in_a_row + 1 if images.shape == self._latest else 1
        self._latest = images.shape
        if self._recording is None or self._recording.images.shape != images.shape:
            if not self._can_record or self._in_a_row <= UPDATES_BEFORE_RECORDING:
                with self._recorder.preparing():
                    return self._compute(images)
            # The memory of the one before is free for this one.
            self._recording = None
            self._recording = self._recorded(images.clone())
            if self._recording is None:
                return self._compute(images)
        self.replays += 1
        return self._recording.replayed(images)

    def _recorded(self, images: Tensor) -> "_Recording | None":
        try:
            (logits,), replay = self._recorder.record(lambda: [self._compute(images)])
        except RuntimeError as error:
            self._can_record = False
            reason = str(error.__context__ or error).splitlines()[0]
            print(f"evaluates batches one by one: they cannot be recorded ({reason})", flush=True)
            return None
        return _Recording(images, logits, replay)


@dataclass(frozen=True)
class _Recording:
    """A recording, and the memory that it reads and writes."""

    images: Tensor
    logits: Tensor
    replay: Callable[[], object]

    def replayed(self, images: Tensor) -> Tensor:
        self.images.copy_(images)
        self.replay()
        return self.logits.clone()
