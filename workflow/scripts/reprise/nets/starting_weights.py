"""Weights that were trained before, put into a network."""

from collections.abc import Mapping

from torch import Tensor, nn

from reprise.errors import InputError


def start_from(model: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Put weights into a network, but for its last linear layer, which starts at random: it is for
    other classes. Running averages are taken where both have some.

    Raises:
        InputError: a parameter has no weights of its shape.
    """
    state = model.state_dict()
    linear = [name for name, part in model.named_modules() if isinstance(part, nn.Linear)]
    own = {f"{name}.{part}" for name in linear[-1:] for part in ("weight", "bias")}
    usable = {
        name: tensor
        for name, tensor in weights.items()
        if name in state and name not in own and state[name].shape == tensor.shape
    }
    lacking = [name for name, _ in model.named_parameters() if name not in {*usable, *own}]
    if lacking:
        raise InputError(
            f"starting weights: expected one for each of the network's parameters, and found none "
            f"of the shape of {lacking[0]} ({list(state[lacking[0]].shape)}): they are of another "
            "network"
        )
    model.load_state_dict(usable, strict=False)
