"""PyTorch's counter of floating-point operations, without what it says at its import where there is
no triton: kernels of triton are not counted, and no network here has one."""

import logging
from importlib import import_module

_COUNTER = "torch.utils.flop_counter"

logging.getLogger(_COUNTER).setLevel(logging.ERROR)
FlopCounterMode = import_module(_COUNTER).FlopCounterMode
