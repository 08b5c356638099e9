"""Loops that take turns, so that whatever else a machine does meets all of them alike."""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from itertools import islice

Loop = Callable[[int], Iterator[int]]
"""Given the number of a round, yields the images of each batch once it has trained on it."""


def images_per_second(
    loops: Mapping[str, Loop],
    *,
    rounds: int,
    batches: int,
    skipped: int = 0,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, list[float]]:
    """Images a second of loops that take turns from round to round.

    Args:
        loops: by name.
        rounds: that are counted; one more before them warms up.
        batches: that are timed in a round.
        skipped: batches before those, in which a loop gets up to speed.
        clock: seconds; for a GPU, once it has done what it was asked for.

    Returns:
        A speed for each round, by the loop's name.
    """
    found: dict[str, list[float]] = {name: [] for name in loops}
    for number in range(rounds + 1):
        for name, loop in loops.items():
            with closing(loop(number)) as steps:
                sum(islice(steps, skipped))
                started = clock()
                images = sum(islice(steps, batches))
                speed = images / (clock() - started)
            if number > 0:
                found[name].append(speed)
    return found


def images_per_second_by_batch(
    loops: Mapping[str, Loop],
    *,
    rounds: int,
    batches: int,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, list[float]]:
    """The same with turns from batch to batch, for loops without workers of their own."""
    found: dict[str, list[float]] = {name: [] for name in loops}
    for number in range(rounds + 1):
        seconds, images = dict.fromkeys(loops, 0.0), dict.fromkeys(loops, 0)
        with ExitStack() as stack:
            steps = {name: stack.enter_context(closing(loops[name](number))) for name in loops}
            for _ in range(batches):
                for name, step in steps.items():
                    started = clock()
                    images[name] += next(step)
                    seconds[name] += clock() - started
        if number > 0:
            for name in loops:
                found[name].append(images[name] / seconds[name])
    return found


def ratio(over: list[float], under: list[float]) -> dict[str, float]:
    """The median, least and largest ratio of two series, round by round."""
    ratios = [a / b for a, b in zip(over, under, strict=True)]
    return {"median": statistics.median(ratios), "least": min(ratios), "largest": max(ratios)}
