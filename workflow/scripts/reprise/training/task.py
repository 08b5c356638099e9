"""The registry of tasks: what a network learns, and by which scores it is judged.

An entry is a class made as ``entry(classes)`` with the methods of ``Task``. A batch has inputs,
(B, C, H, W) uint8 images or (B, L) tokens, and labels; the model maps the inputs (see
``ResidentData.normalise``) to logits, whose second axis is that of the classes, or begins with it.
The registration describes the task to code that has no torch:

- ``scores``: by name, the main one first, a mapping of ``unit``, of ``rises`` (whether more is
  better), of ``guess`` (a factor and a power of the number of classes, whose product is what
  guessing scores), of ``words`` where the name is not what a person calls it, and of
  ``of_examples: False`` where a score in percent is not the share of the examples that are right;
- ``labels``: what a label is of: ``example``; ``position``, one for each pixel or token; or
  ``objects``, with a class and a box each;
- ``augmentations``: the names of those that its labels can follow; left out where labels stay the
  same whatever is done to an image.

What depends on a task asks its entry or its registration, and knows none by name.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from torch import Tensor

from reprise.data.augmentation import Augmentation
from reprise.registry import Registry
from reprise.studies.scores import DEFAULT_TASK

tasks = Registry("task")

Loss = Callable[[Tensor, Tensor], Tensor]
"""The mean loss of a batch's logits and labels."""


class Task(Protocol):
    """What the loop asks of a task."""

    def loss(self, mean: Loss) -> Loss:
        """The loss of a batch with its labels as they are stored.

        Args:
            mean: of the registry of losses; the second axis of logits is that of the classes, and
                labels are int64 with one for each other position of the logits.
        """

    def follow(self, labels: Tensor, augmentation: Augmentation, draws: Sequence[Tensor]) -> Tensor:
        """The labels (B, ...) of images that an augmentation changes by these draws."""

    def no_counts(self, labels: Tensor) -> Tensor:
        """What ``count`` counts in, with nothing counted.

        Args:
            labels: (N, ...) of all examples that are to be counted, on the device that counts.
        """

    def count(self, counts: Tensor, logits: Tensor, labels: Tensor) -> None:
        """Add a batch to the counts, on the device and without waiting for it."""

    def weight(self, labels: Tensor) -> int | Tensor:
        """Over how many predictions the loss of a batch is a mean."""

    def predictions(self, counts: Tensor, examples: int) -> int | float:
        """The sum of these weights for what was counted of so many examples."""

    def scores(self, counts: Tensor, examples: int) -> Mapping[str, float]:
        """The scores by name, in the units that the registration says."""


def make_task(name: str, classes: int) -> Task:
    """The task of this name on data of so many classes.

    Raises:
        InputError: no task has this name.
    """
    return tasks[name](classes)


def usual_task(classes: int) -> Task:
    """That of data which name none."""
    return make_task(DEFAULT_TASK, classes)
