"""Loss and gradients of batches of one shape, replayed from a recording.

A GPU works through a small network or batch faster than a program can ask for its operations one by
one. A recording asks for all of them at once. It reads and writes the same memory at each replay,
so that a batch is copied to where the recording reads, and the weights stay where they are.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor, nn

Gradients = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
"""Given uint8 images (B, C, H, W) and labels (B,), leaves the gradients of their mean loss at the
model's parameters and returns that loss and the logits (B, classes), detached."""

# A device's libraries choose algorithms and ask for memory at first, which no recording may hold.
UPDATES_BEFORE_RECORDING = 3


class Recorder(Protocol):
    """What a device records with."""

    def preparing(self) -> AbstractContextManager[object]:
        """Where the same operations run before they are recorded."""

    def record(
        self, compute: Callable[[], Sequence[Tensor]]
    ) -> tuple[Sequence[Tensor], Callable[[], object]]:
        """Record what a function does, without a change to any tensor.

        Returns:
            What the function returned, whose values come with each call of the second.

        Raises:
            RuntimeError: the function does what cannot be recorded.
        """


_recorder: ContextVar[Recorder | None] = ContextVar("recorder", default=None)


@contextmanager
def recording_with(recorder: Recorder | None) -> Iterator[None]:
    """Runs that start inside are recorded with it, unless they are given another. A probe starts a
    run of its own, and what records is none of its arguments; None: they are not recorded."""
    token = _recorder.set(recorder)
    try:
        yield
    finally:
        _recorder.reset(token)


def present_recorder() -> Recorder | None:
    """What records the runs that start here; None where nothing does."""
    return _recorder.get()


class RecordedGradients:
    """Computes gradients of batches, and replays a recording from the fourth on of equal shape.

    Batches count as equal where they follow each other, have one shape, and the model is in one
    mode (training or evaluation). A recording is kept until others come often enough to be recorded
    in its place; a smaller last batch of each epoch does not. What cannot be recorded is computed
    each time, which a printed sentence says.

    Args:
        model: whose gradients these are.
        compute: them for one batch, without reading a value from the device.
        recorder: of the model's device.

    Attributes:
        replays: so far.
    """

    def __init__(self, model: nn.Module, compute: Gradients, recorder: Recorder) -> None:
        self.replays = 0
        self._model = model
        self._parameters = list(model.parameters())
        self._compute = compute
        self._recorder = recorder
        self._recording: _Recording | None = None
        self._latest: object = None
        self._in_a_row = 0
        self._can_record = True

    def __call__(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """As ``Gradients``; later calls change neither the loss nor the logits."""
        kind = (images.shape, self._model.training)
        self._in_a_row = self._in_a_row + 1 if kind == self._latest else 1
        self._latest = kind
        if self._recording is None or self._recording.kind != kind:
            if not self._can_record or self._in_a_row <= UPDATES_BEFORE_RECORDING:
                with self._recorder.preparing():
                    return self._compute(images, labels)
            # The memory of the one before is free for this one.
            self._recording = None
            self._recording = self._recorded(kind, images, labels)
            if self._recording is None:
                return self._compute(images, labels)
        self.replays += 1
        return self._recording.replayed(self._parameters, images, labels)

    def _recorded(self, kind: object, images: Tensor, labels: Tensor) -> "_Recording | None":
        images, labels = images.clone(), labels.clone()

        def compute() -> list[Tensor]:
            loss, logits = self._compute(images, labels)
            given = (parameter.grad for parameter in self._parameters)
            return [loss, logits, *(gradient for gradient in given if gradient is not None)]

        try:
            (loss, logits, *_), replay = self._recorder.record(compute)
        except RuntimeError as error:
            self._can_record = False
            # The end of a recording that has failed raises as well, and knows no reason.
            reason = str(error.__context__ or error).splitlines()[0]
            print(f"computes updates one by one: they cannot be recorded ({reason})", flush=True)
            return None
        gradients = [parameter.grad for parameter in self._parameters]
        return _Recording(kind, images, labels, loss, logits, gradients, replay)


@dataclass(frozen=True)
class _Recording:
    """A recording, and the memory that it reads and writes."""

    kind: object
    images: Tensor
    labels: Tensor
    loss: Tensor
    logits: Tensor
    gradients: list[Tensor | None]
    replay: Callable[[], object]

    def replayed(
        self, parameters: Sequence[nn.Parameter], images: Tensor, labels: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Loss and logits of a batch, with its gradients at the parameters."""
        self.images.copy_(images)
        self.labels.copy_(labels)
        self.replay()
        # A batch of another shape in between has left gradients of its own there.
        for parameter, gradient in zip(parameters, self.gradients, strict=True):
            parameter.grad = gradient
        return self.loss.clone(), self.logits.clone()
