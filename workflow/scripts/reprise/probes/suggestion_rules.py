"""Rules by which a learning rate range test suggests a rate.

A rule stands in the study's YAML, and sees the curve of the sweep alone. An entry is called as
``entry(rates, losses, **arguments)`` with the learning rates of the sweep, rising, and the smoothed
loss at each (a value that is not finite at the end stands for divergence), and returns a rate, or
None where the curve suggests none.
"""

import numpy as np

from reprise.registry import Registry

suggestion_rules = Registry("suggestion rule")

# Before this share of a sweep nothing is learned, so that what is lowest there is noise.
START_SHARE = 0.1


@suggestion_rules.register("steepest")
def steepest(rates: np.ndarray, losses: np.ndarray, *, decades: float = 0.5) -> float | None:
    """The middle of the stretch of so many decades over which the loss falls most.

    A stretch, and not a single update, since the slope between two updates is mostly noise.
    """
    positions, losses = _finite_curve(rates, losses)
    if len(positions) < 2 or positions[-1] - positions[0] < decades:
        return None
    starts = positions[positions + decades <= positions[-1]]
    falls = np.interp(starts, positions, losses) - np.interp(starts + decades, positions, losses)
    if falls.max() <= 0:
        return None
    return float(10 ** (starts[falls.argmax()] + decades / 2))


@suggestion_rules.register("before_rise")
def before_rise(rates: np.ndarray, losses: np.ndarray, *, decades: float) -> float | None:
    """The rate of the lowest loss, where the rise begins, moved left by so many decades.

    1 decade gives a tenth of it. A curve that only rises or only falls suggests nothing.
    """
    lowest = _turning_point(losses)
    return None if lowest is None else float(rates[lowest] / 10**decades)


@suggestion_rules.register("before_first_rise")
def before_first_rise(
    rates: np.ndarray, losses: np.ndarray, *, decades: float, rise: float = 1.2
) -> float | None:
    """The rate of the lowest loss before the first real rise, moved left by so many decades.

    The first real rise is where the loss passes ``rise`` times its lowest value so far, or is not
    finite. What follows does not count: after its first explosion a loss may fall again, by
    chance below everything before. A curve that never rises so much, or only rises, suggests
    nothing.
    """
    lowest = 0
    for place, loss in enumerate(losses):
        if not np.isfinite(loss) or loss > rise * losses[lowest]:
            began = lowest > START_SHARE * len(losses)
            if began:
                return float(rates[lowest] / 10**decades)
            if not np.isfinite(loss):
                return None
        if loss < losses[lowest]:
            lowest = place
    return None


@suggestion_rules.register("before_divergence")
def before_divergence(
    rates: np.ndarray, losses: np.ndarray, *, decades: float, multiple: float = 4.0
) -> float | None:
    """The first rate at which the loss passes a multiple of its lowest, or is not finite, moved
    left by so many decades.

    A curve that never falls, or does not diverge after its lowest point, suggests nothing.
    """
    lowest = _turning_point(losses)
    if lowest is None:
        return None
    after = losses[lowest:]
    passed = ~np.isfinite(after) | (after > multiple * losses[lowest])
    return float(rates[lowest + passed.argmax()] / 10**decades) if passed.any() else None


def _finite_curve(rates: np.ndarray, losses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Decimal logarithms of the rates, and the losses, where these are finite."""
    finite = np.isfinite(losses)
    return np.log10(rates[finite]), losses[finite]


def _turning_point(losses: np.ndarray) -> int | None:
    """Where the loss is lowest; None where the curve does not come down to it after the start of
    the sweep, or does not go up again."""
    if not np.isfinite(losses).any():
        return None
    lowest = int(np.nanargmin(np.where(np.isfinite(losses), losses, np.nan)))
    return lowest if START_SHARE * len(losses) < lowest < len(losses) - 1 else None
