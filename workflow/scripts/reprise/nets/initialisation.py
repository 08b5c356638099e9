"""Ways in which the weights of a whole model start."""

from torch import nn


def glorot_uniform(model: nn.Module) -> None:
    """Kernels of convolutions and linear layers uniform by fan in and out, their biases zero.

    Glorot and Bengio (2010), "Understanding the difficulty of training deep feedforward neural
    networks", equation 16; it is what Keras does where a layer says nothing else. Kernels lie
    within +-sqrt(6 / (fan in + fan out)). Norms are left as they are.
    """
    for module in model.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.xavier_uniform_(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
