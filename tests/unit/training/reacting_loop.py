"""A loop like that of yang_huang's authors, which shares no code with the library but the order of
the images: torch's SGD, and the authors' rules for the learning rate written out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from reprise.training.randomness import ORDER, generator

Images = dict[str, tuple[Tensor, Tensor]]
FIRST_RATE = 0.01


def harmonic(k: int) -> float:
    return 1 / (k + 1)


def inverse_square_root(k: int) -> float:
    return (k + 1) ** -0.5


def geometric(k: int) -> float:
    return 0.9**k


def sawtooth(k: int) -> float:
    return (1 - ((k - 1) % 10) / 10) / ((k - 1) // 10 + 1) if k else 1.0


def every_epoch(losses: list[float]) -> int:
    return len(losses)


def sawtooth_ahead(k: int) -> float:
    return sawtooth(k + 1) if k else 1.0


def at_cutoff(losses: list[float], share: float = 0.01) -> int:
    updates = 0
    for before, loss in zip([0.0, *losses], losses, strict=False):
        if abs(loss - before) < share * losses[0]:
            share, updates = share * 0.2, updates + 1
    return updates


def at_ten_times_the_cutoff(losses: list[float]) -> int:
    return at_cutoff(losses, share=0.1)


def at_rises(losses: list[float]) -> int:
    return sum(loss > before for before, loss in zip([0.0, *losses], losses, strict=False))


@dataclass
class ReactingLoop:
    """Walks on in the sequence as often as ``updates`` says of the losses so far."""

    model: nn.Module
    batch_size: int
    updates: Callable[[list[float]], int]
    sequence: Callable[[int], float]
    losses: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=FIRST_RATE, momentum=0.9)

    def start_from(self, weights: list[Tensor], velocities: list[Tensor] | None = None) -> None:
        """Take over weights and what momentum has gathered, in the order of the parameters."""
        with torch.no_grad():
            for parameter, weight in zip(self.model.parameters(), weights, strict=True):
                parameter.copy_(weight)
        if velocities is not None:
            for parameter, velocity in zip(self.model.parameters(), velocities, strict=True):
                self.optimizer.state[parameter]["momentum_buffer"] = velocity.clone()

    def epochs(self, images: Images, numbers: range) -> Iterator[tuple[float, float, float]]:
        """Learning rate, loss and accuracy in percent on the test images, of each epoch."""
        (x, y), (test_x, test_y) = (
            ((pixels.float() / 255 - 0.5) / 0.5, labels) for pixels, labels in images.values()
        )
        criterion = nn.CrossEntropyLoss()
        for epoch in numbers:
            rate = FIRST_RATE * self.sequence(self.updates(self.losses))
            self.optimizer.param_groups[0]["lr"] = rate
            order = torch.randperm(len(x), generator=generator(1, ORDER, epoch))
            for batch in order.split(self.batch_size):
                self.optimizer.zero_grad()
                criterion(self.model(x[batch]), y[batch]).backward()
                self.optimizer.step()
            with torch.no_grad():
                scores = self.model(test_x)
            self.losses.append(criterion(scores, test_y).item())
            right = (scores.argmax(1) == test_y).float().mean().item()
            yield rate, self.losses[-1], 100 * right
