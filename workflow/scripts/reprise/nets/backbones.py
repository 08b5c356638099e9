"""Backbones: the parts of networks that may start from the weights of a classifier."""

from collections.abc import Mapping

from torch import Tensor, nn


def named_tensors(module: nn.Module, prefix: str = "") -> dict[str, Tensor]:
    """The parameters and buffers of a module themselves, by their names in files of weights."""
    return module.state_dict(prefix=prefix, keep_vars=True)


def note_backbone(model: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Note at a network which of its tensors are those of a backbone.

    Its attribute ``backbone_names`` then maps their names in the network to those in files of the
    backbone's weights. Tensors that the network does not have are left out.

    Args:
        model: the whole network.
        tensors: those of the backbone, by the latter names.
    """
    own = {id(tensor): name for name, tensor in named_tensors(model).items()}
    model.backbone_names = {
        own[id(tensor)]: name for name, tensor in tensors.items() if id(tensor) in own
    }
