"""How many runs at a time a machine is to have: what its memory holds and a trial finds fastest."""

from collections.abc import Callable, Sequence

from reprise.elsewhere.trial import CONTEXT_BYTES, TrialSpeed

NUMBERS = (1, 2, 4, 8)
LEAST_GAIN = 1.1
"""Twice the runs have to be faster together by this, since each is slower by then."""

MOST_OF_MEMORY = 0.9
"""Other runs of a list may take more than the one that was tried."""


def proposed_workers(
    tried: Callable[[int], Sequence[TrialSpeed]],
    cores: int,
    numbers: Sequence[int] = NUMBERS,
    told: Callable[[str], object] = lambda sentence: None,
) -> int:
    """The number of runs at a time that trains most images a second.

    More than a machine's cores are not tried, since each run keeps one busy. Nor are more than the
    free memory of its GPU holds. A trial that fails ends the search.

    Args:
        tried: trains so many runs at once, and gives what each found.
        cores: of the CPU.
        numbers: to be tried, in rising order from 1.
        told: of each trial, in one sentence.

    Raises:
        RuntimeError: one run by itself fails.
    """
    best, fastest, most = 1, 0.0, max(1, cores)
    for number in (n for n in numbers if n == 1 or n <= most):
        try:
            trials = tried(number)
        except RuntimeError as error:
            if number == 1:
                raise
            told(f"{number} runs at a time: {error}")
            break
        speed = sum(one.images_per_second for one in trials)
        told(f"{number} at a time: {speed:,.0f} images/s together")
        if number == 1:
            most = min(most, runs_in_memory(trials[0]))
        elif speed < LEAST_GAIN * fastest:
            break
        best, fastest = number, speed
    return best


def runs_in_memory(alone: TrialSpeed) -> int:
    """How many runs like the one of a trial a GPU's memory holds; very many on a CPU."""
    if alone.bytes_free is None:
        return 10**6
    own = alone.bytes_taken + CONTEXT_BYTES
    return max(1, int(MOST_OF_MEMORY * (alone.bytes_free + own) / own))
