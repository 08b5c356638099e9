"""PyTorch's counter of floating-point operations, without what it says at its import where there is
no triton: kernels of triton are not counted, and no network here has one."""

import logging
import math
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import torch

_COUNTER = "torch.utils.flop_counter"

logging.getLogger(_COUNTER).setLevel(logging.ERROR)
_counter = import_module(_COUNTER)


def flop_counter() -> Any:
    """A context in which operations are counted; ``get_total_flops`` gives their number.

    PyTorch's own count of the gradients of a convolution takes no notice of its groups: it is 97
    times too high for a depthwise convolution of 96 channels, for example. Of recurrent layers it
    counts nothing where a library computes them as a whole: that of CPUs is counted here, and that
    of NVIDIA is not to be used inside.
    """
    aten = torch.ops.aten
    mapping = {
        aten.convolution_backward: _convolution_backward_flops,
        aten.mkldnn_rnn_layer: _recurrent_flops,
        aten.mkldnn_rnn_layer_backward: _recurrent_backward_flops,
    }
    return _counter.FlopCounterMode(display=False, custom_mapping=mapping)


def _recurrent_flops(
    inputs: Sequence[int],
    of_inputs: Sequence[int],
    of_states: Sequence[int],
    *further: Any,
    **named: Any,
) -> int:
    """Each token is multiplied with every number of a layer's two kernels.

    Args:
        inputs: (length, sequences, numbers).
        of_inputs, of_states: kernels (outputs, inputs).
    """
    return 2 * math.prod(inputs[:2]) * (math.prod(of_inputs) + math.prod(of_states))


def _recurrent_backward_flops(*given: Any, **named: Any) -> int:
    """Once for the gradients of the kernels, and once for those of what comes in."""
    return 2 * _recurrent_flops(*given, **named)


def _convolution_backward_flops(
    grad_out_shape: Sequence[int],
    x_shape: Sequence[int],
    w_shape: Sequence[int],
    _bias: Any,
    _stride: Any,
    _padding: Any,
    _dilation: Any,
    transposed: bool,
    _output_padding: Any,
    _groups: Any,
    output_mask: Sequence[bool],
    out_shape: Any,
) -> int:
    """Each product of the forward pass has one in the gradient of what comes in and one in that of
    the weights, as far as these are asked for."""
    forward = _counter.conv_flop_count(x_shape, w_shape, grad_out_shape, transposed)
    return forward * (bool(output_mask[0]) + bool(output_mask[1]))
