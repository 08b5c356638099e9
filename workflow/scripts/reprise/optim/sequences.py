"""The registry of sequences: factors by which a learning rate falls from update to update.

An entry is called as ``entry(n, **arguments)`` with the number n of the update, from 1, and returns
what the initial learning rate is multiplied by from then on. This module needs no torch.
"""

from math import sqrt

from reprise.registry import Registry

sequences = Registry("sequence")


@sequences.register("harmonic")
def harmonic(n: int, *, offset: int = 0) -> float:
    """1 / (n + offset): its sum diverges, the sum of its squares does not."""
    return 1 / (n + offset)


@sequences.register("inverse_square_root")
def inverse_square_root(n: int, *, offset: int = 0) -> float:
    """1 / sqrt(n + offset)."""
    return 1 / sqrt(n + offset)


@sequences.register("geometric")
def geometric(n: int, *, ratio: float) -> float:
    """ratio ** n, a summable sequence for a ratio below 1."""
    return ratio**n


@sequences.register("sawtooth")
def sawtooth(n: int, *, teeth: int, divisor_leads: bool = False, offset: int = 0) -> float:
    """Teeth that fall linearly from 1/m to 1/(teeth * m), the m-th of ``teeth`` values each.

    Args:
        n: number of the update, from 1.
        teeth: values of a tooth.
        divisor_leads: the last value of a tooth is divided by the next m already, as in
            (1 - ((n-1) mod teeth) / teeth) / (floor(n / teeth) + 1); otherwise the divisor is
            floor((n-1) / teeth) + 1.
        offset: values passed over: n + offset takes the place of n.
    """
    place = n + offset
    height = 1 - (place - 1) % teeth / teeth
    return height / ((place if divisor_leads else place - 1) // teeth + 1)
