"""The state of a run between two epochs, kept on disk: a killed run goes on from there.

Random numbers are drawn from streams of seed and epoch, so that the number of finished epochs is
all that is to be known of them. A run that went on has the same history as one that was never
killed, to the last digit on a CPU (tested).
"""

import pickle
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import torch

from reprise.data.integrity import replacing
from reprise.data.prepared import PreparedData
from reprise.training.history import Epoch
from reprise.training.jobs.job import Job
from reprise.training.jobs.run_time import (
    NO_TIME,
    OutOfTime,
    Stopwatch,
    TimeSpent,
    is_too_late_for_another,
)
from reprise.training.loop import Run

SECONDS_BETWEEN = 60
"""A kill costs at most this and an epoch; more often, small networks would wait for the disk."""

# Fields of a run that updates change, beside model and optimizer.
CHANGING = ("updates", "validation_losses", "learning_rate", "momentum")


class Measurement(Protocol):
    """What is collected while a run trains; its state is made of numbers, tensors, lists and
    mappings."""

    def state_dict(self) -> dict[str, Any]:
        """What was collected so far."""

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from there."""


class Checkpoint:
    """The file of one run's state.

    Args:
        path: the file, which need not be there.
        identity: what the state depends on, as plain data, by words for a person; asked for once
            it is needed, since the sum of a large file takes a while. A file with another one is
            refused.
        deadline: when the run has to be over, as ``time.time`` counts.

    Attributes:
        epochs: those that are finished.
        resumed_after: finished epochs at each time that the run went on.
        earlier: the time that the run took before it went on.
    """

    def __init__(
        self,
        path: Path,
        identity: Callable[[], Mapping[str, Any]],
        deadline: float | None = None,
    ) -> None:
        self.path = path
        self.deadline = deadline
        self.epochs: list[Epoch] = []
        self.resumed_after: list[int] = []
        self.earlier = NO_TIME
        self._identity = identity
        self._known: dict[str, Any] | None = None
        self._measurement: Measurement | None = None
        self._stopwatch = Stopwatch()
        self._written = time.perf_counter()

    def resume(self, run: Run, measurement: Measurement | None = None) -> list[Epoch]:
        """Put a new run where the file says, and give the epochs before; none where there is no
        file, or one that is damaged or belongs to something else, which a printed sentence says.

        Args:
            measurement: kept and put there with the run.
        """
        self._measurement = measurement
        if not self.path.exists():
            return []
        try:
            device = run.data.train.device
            saved = torch.load(self.path, map_location=device, weights_only=True)
            other = [key for key, value in self.identity.items() if saved["identity"][key] != value]
        except (
            OSError,
            EOFError,
            RuntimeError,
            LookupError,
            TypeError,
            pickle.PickleError,
        ) as error:
            return self._refused(f"it is damaged or cut short ({type(error).__name__})")
        if other:
            return self._refused(f"it was made with another {other[0]}")
        run.model.load_state_dict(saved["model"])
        run.optimizer.load_state_dict(saved["optimizer"])
        for name in CHANGING:
            setattr(run, name, saved[name])
        if measurement is not None:
            measurement.load_state_dict(saved["measurement"])
        self.epochs = [Epoch.of(epoch) for epoch in saved["epochs"]]
        self.resumed_after = [*saved["resumed_after"], len(self.epochs)]
        # A file of before processor time was measured has none.
        self.earlier = TimeSpent(saved["seconds"], saved.get("processor_seconds"))
        print(f"goes on after epoch {len(self.epochs)}, from {self.path}", flush=True)
        return list(self.epochs)

    def keep(self, run: Run, epoch: Epoch) -> None:
        """Write the state after an epoch, if the last time is long ago or this epoch is the last
        that there is time for. A full disk costs the checkpoint and not the run.

        Raises:
            OutOfTime: another epoch would end after the deadline.
        """
        self.epochs.append(epoch)
        unfinished = epoch.epoch < run.cell.epochs
        late = unfinished and is_too_late_for_another(self.deadline, epoch.seconds)
        if not late and time.perf_counter() - self._written < SECONDS_BETWEEN:
            return
        try:
            with replacing(self.path) as partial:
                torch.save(self._content(run), partial)
        except (OSError, RuntimeError) as error:
            reason = str(error).splitlines()[0]
            print(f"no checkpoint after epoch {epoch.epoch} ({reason}): a kill would cost more")
        self._written = time.perf_counter()
        if late:
            raise OutOfTime(f"stops after epoch {epoch.epoch}, since its time is over")

    @property
    def identity(self) -> dict[str, Any]:
        """What the state depends on."""
        if self._known is None:
            self._known = dict(self._identity())
        return self._known

    def _content(self, run: Run) -> dict[str, Any]:
        spent = self.earlier + self._stopwatch.read()
        return {
            "identity": self.identity,
            "model": run.model.state_dict(),
            "optimizer": run.optimizer.state_dict(),
            **{name: getattr(run, name) for name in CHANGING},
            "measurement": None if self._measurement is None else self._measurement.state_dict(),
            "epochs": [epoch.columns() for epoch in self.epochs],
            "resumed_after": self.resumed_after,
            "seconds": spent.wall,
            "processor_seconds": spent.processor,
        }

    def _refused(self, reason: str) -> list[Epoch]:
        print(f"does not use the checkpoint {self.path}: {reason}; starts anew", flush=True)
        return []


def checkpoint_of(
    job: Job, data: PreparedData, device: torch.device, **also: str
) -> Checkpoint | None:
    """The checkpoint of a job; None where it keeps none.

    Args:
        also: what else the state depends on, by words for a person.
    """
    if job.checkpoint is None:
        return None

    def identity() -> dict[str, str]:
        return {
            "cell": job.cell.canonical(),
            "version of the code": job.fingerprint,
            "state of the data": data.sha256(),
            "device": device.type,
            "number of threads": str(job.threads),
            "version of PyTorch": str(torch.__version__),
            **also,
        }

    return Checkpoint(job.checkpoint, identity, job.deadline)
