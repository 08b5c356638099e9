"""Inference example weighing for models that are trained already.

Summers and Dinneen (2020), "Four things everyone should know to improve batch normalization".
"""

from torch import nn

from reprise.errors import InputError
from reprise.nets.grouped_batch_norm import GroupedBatchNorm2d, checked_weighing


def weigh_examples(model: nn.Module, alpha: float) -> list[GroupedBatchNorm2d]:
    """Let every batch norm of a model weigh an example's own moments at inference.

    Layers of ``torch.nn.BatchNorm2d`` are replaced by ``GroupedBatchNorm2d``, in place, with the
    same parameters and running averages; layers of the latter are told the weight. With an alpha
    of 0 the model computes what it computed before.

    Args:
        model: may be trained; it is not trained again.
        alpha: the weight, 0 to 1, of E[x] and E[x^2] of the example beside the running averages.

    Returns:
        The layers that weigh, in the order in which the model holds them.

    Raises:
        InputError: a weight out of range, a model without batch norm, or a batch norm without
            running averages or without parameters.
    """
    checked_weighing(alpha)
    replaced: dict[nn.Module, GroupedBatchNorm2d] = {}
    for path, layer in list(model.named_modules(remove_duplicate=False)):
        if isinstance(layer, nn.BatchNorm2d):
            if layer not in replaced:
                replaced[layer] = _weighing_layer(layer)
            model.set_submodule(path, replaced[layer])
    layers = [layer for layer in model.modules() if isinstance(layer, GroupedBatchNorm2d)]
    if not layers:
        raise InputError(
            "example weighing expects a model with batch norm, ghost batch norm or batch-group "
            "norm, found none in it: give its cell another norm"
        )
    for layer in layers:
        layer.weighing = float(alpha)
    return layers


def _weighing_layer(layer: nn.BatchNorm2d) -> GroupedBatchNorm2d:
    if layer.running_mean is None or layer.weight is None or layer.momentum is None:
        raise InputError(
            "example weighing expects batch norms with parameters and exponential running "
            f"averages, found {layer}: build the model with them"
        )
    weighing = GroupedBatchNorm2d(layer.num_features, eps=layer.eps, momentum=layer.momentum)
    weighing.weight, weighing.bias = layer.weight, layer.bias
    # Those of torch hold variances in another convention; at inference both mean the same.
    weighing.running_mean, weighing.running_var = layer.running_mean, layer.running_var
    return weighing.train(layer.training)
