"""What records on a CPU, in place of a GPU's graphs."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter


class CpuRecorder:
    """Keeps the memory of the results that a function gave when it was recorded, as a GPU does, and
    computes anew at each replay. A recording by itself changes no tensor.

    Attributes:
        prepared: how often operations ran before they were recorded.
        recorded: how often something was.
        replays: of all recordings.
    """

    def __init__(self) -> None:
        self.prepared = 0
        self.recorded = 0
        self.replays = 0

    def preparing(self) -> AbstractContextManager[object]:
        self.prepared += 1
        return nullcontext()

    def record(
        self, compute: Callable[[], Sequence[Tensor]]
    ) -> tuple[Sequence[Tensor], Callable[[], object]]:
        self.recorded += 1
        with torch.random.fork_rng(devices=[]), _changing_nothing():
            results = compute()

        def replay() -> None:
            self.replays += 1
            for memory, value in zip(results, compute(), strict=True):
                memory.copy_(value)

        return results, replay


class RefusingRecorder(CpuRecorder):
    """Fails as a CUDA graph does where a function waits for the GPU."""

    def record(
        self, compute: Callable[[], Sequence[Tensor]]
    ) -> tuple[Sequence[Tensor], Callable[[], object]]:
        with _changing_nothing():
            compute()
        try:
            raise RuntimeError("operation not permitted when stream is capturing\nand more")
        except RuntimeError as error:
            # As the end of a CUDA graph does.
            raise RuntimeError("operation failed due to a previous error") from error


class _Kept(TorchDispatchMode):
    """Copies whatever operations are given, before they can change it: not every operation says
    which of its arguments it changes."""

    def __init__(self) -> None:
        super().__init__()
        self.before: dict[int, tuple[Tensor, Tensor]] = {}

    def __torch_dispatch__(self, operation, types, arguments=(), named=None):
        named = named or {}
        for value in tree_iter((arguments, named)):
            if isinstance(value, Tensor) and id(value) not in self.before:
                self.before[id(value)] = value, value.detach().clone()
        return operation(*arguments, **named)


@contextmanager
def _changing_nothing() -> Iterator[None]:
    with _Kept() as kept:
        yield
    changed = [pair for pair in kept.before.values() if not torch.equal(*pair)]
    with torch.no_grad():
        # The last first: views of what was changed before them may have been met later.
        for tensor, value in reversed(changed):
            tensor.copy_(value)
