"""Weights that were trained before, put into a network."""

from collections.abc import Iterable, Mapping

from torch import Tensor, nn

from reprise.errors import InputError


def start_from(model: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Put weights into a network. Running averages are taken where both have some.

    Of a network on a backbone (see ``reprise.nets.backbones``) they are the backbone's, and the
    rest starts at random. Of any other network they are those of the whole network but for its
    last linear layer, which starts at random: it is for other classes.

    Raises:
        InputError: a parameter has no weights of its shape.
    """
    state = model.state_dict()
    sources = _sources(model, state)
    usable = {
        name: weights[source]
        for name, source in sources.items()
        if source in weights and state[name].shape == weights[source].shape
    }
    lacking = [name for name, _ in model.named_parameters() if name in {*sources} - {*usable}]
    if lacking:
        raise InputError(
            f"starting weights: expected one for each of the network's parameters, and found none "
            f"of the shape of {lacking[0]} ({list(state[lacking[0]].shape)}): they are of another "
            "network"
        )
    model.load_state_dict(usable, strict=False)


def _sources(model: nn.Module, names: Iterable[str]) -> dict[str, str]:
    """Of each tensor of a network that starts from weights the name that it has among them."""
    if hasattr(model, "backbone_names"):
        return model.backbone_names
    linear = [name for name, part in model.named_modules() if isinstance(part, nn.Linear)]
    last = {f"{name}.{part}" for name in linear[-1:] for part in ("weight", "bias")}
    return {name: name for name in names if name not in last}
