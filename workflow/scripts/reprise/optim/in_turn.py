"""Two optimizers, one after the other."""

from collections.abc import Mapping
from typing import Any

from torch import nn
from torch.optim import Optimizer

from reprise.errors import InputError
from reprise.optim.optimizers import Start, optimizers, set_rates
from reprise.optim.progress import TOLERANCE, Progress
from reprise.studies.choice import Choice


@optimizers.register(
    "in_turn", choices={"first": "optimizer", "then": "optimizer"}, units={"switch": "epochs"}
)
class InTurn:
    """One optimizer up to an epoch, and another one, with a fresh state, from there on.

    Args:
        model: the model.
        start: the run's start.
        first: an optimizer with its arguments.
        then: another one.
        switch: the epoch, counted from 0, at whose start ``then`` takes over.

    Raises:
        InputError: what an optimizer says of its arguments.
    """

    def __init__(
        self,
        model: nn.Module,
        start: Start,
        *,
        first: Mapping[str, Any],
        then: Mapping[str, Any],
        switch: float,
    ) -> None:
        self.switch = switch
        self.momentum_at_start = start.momentum
        self.optimizers = [_made(choice, model, start) for choice in (first, then)]
        self.current: Optimizer = self.optimizers[0]

    @property
    def param_groups(self) -> list[dict[str, Any]]:
        """Those of the optimizer whose turn it is."""
        return self.current.param_groups

    def advance(self, progress: Progress) -> None:
        """Change to the second optimizer once its time has come, at the rates of the first."""
        turn = self.optimizers[progress.epoch >= self.switch - TOLERANCE]
        if turn is not self.current:
            rates = self.current.param_groups[0]
            # One without momentum holds what was set for it, if any was, and does not use it.
            own = rates.get("momentum", self.momentum_at_start)
            momentum = rates["betas"][0] if "betas" in rates else own
            self.current = turn
            set_rates(turn, rates["lr"], momentum)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients."""
        self.current.zero_grad(set_to_none=set_to_none)

    def step(self) -> None:
        """One update of the optimizer whose turn it is."""
        self.current.step()

    def state_dict(self) -> dict[str, Any]:
        """The states of both, and whose turn it is."""
        return {
            "states": [optimizer.state_dict() for optimizer in self.optimizers],
            "turn": self.optimizers.index(self.current),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """The inverse of ``state_dict``."""
        for optimizer, own in zip(self.optimizers, state["states"], strict=True):
            optimizer.load_state_dict(own)
        self.current = self.optimizers[state["turn"]]


def _made(plain: Mapping[str, Any] | str, model: nn.Module, start: Start) -> Optimizer:
    choice = Choice.of(plain, "optimizer in_turn")
    if choice.name == "in_turn":
        raise InputError(
            "optimizer 'in_turn' expects two plain optimizers, but one of them is 'in_turn' itself"
        )
    return optimizers[choice.name](model, start, **choice.arguments)
