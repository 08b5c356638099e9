"""A linear contrast of samples, as far as the runs allow it."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import Any

import numpy as np

from reprise.analysis.selection import Sample, rows_beside, samples_of
from reprise.analysis.statistics.contrasts import Estimate, linear_contrast, paired_contrast
from reprise.analysis.statistics.power import needed_seeds
from reprise.analysis.statistics.spread import RowVariance, moderated_variances
from reprise.analysis.tables import Tables
from reprise.errors import InputError
from reprise.studies.claims.contrasts import Contrast

Weighted = Sequence[tuple[float, Sample]]


@dataclass(frozen=True)
class Comparison:
    """A weighted sum of group means.

    Attributes:
        paired: form the sum within each seed (only where the groups share weights).
        ratio: compare logarithms; effects then come out as factors.
        stated: the effect that the study states by itself; None where its numbers give it.
        beside: the rows beside samples of one source, from which their variances borrow.
        least: smallest variance of a run, as that of a rounded number.
    """

    weighted: Weighted
    paired: bool = False
    ratio: bool = False
    stated: float | None = None
    beside: Callable[[Sequence[Sample]], list[Sample]] = rows_beside
    least: float = 0.0

    @property
    def exact(self) -> bool:
        """Whether every number is known without error."""
        return all(sample.table.exact for _, sample in self.weighted)

    @property
    def lacking(self) -> str | None:
        """Why the comparison cannot be made; None where it can."""
        reasons = [sample.lacking for _, sample in self.weighted]
        if self.paired and not any(reasons) and not self.values:
            return "no seed has finished in every group"
        return next((reason for reason in reasons if reason), None)

    @cached_property
    def values(self) -> list[list[float]]:
        """The runs of each group on the scale that is compared; paired groups share seeds."""
        groups = [sample.values for _, sample in self.weighted]
        if not self.paired:
            return [self.scaled(group.values()) for group in groups]
        shared = sorted(set(groups[0]).intersection(*groups[1:]))
        return [self.scaled(group[seed] for seed in shared) for group in groups] if shared else []

    @property
    def weights(self) -> list[float]:
        """One weight per group."""
        return [weight for weight, _ in self.weighted]

    @property
    def n(self) -> int:
        """Smallest number of runs in a group."""
        return min(len(values) for values in self.values)

    @property
    def effect(self) -> float:
        """The weighted sum of the means."""
        means = [np.mean(values) for values in self.values]
        return float(np.dot(self.weights, means))

    @property
    def reported(self) -> float | None:
        """The effect that the study states, or else the weighted sum of its reported numbers; None
        where one is not reported."""
        if self.stated is not None:
            return self.scaled([self.stated])[0]
        numbers = [sample.reported for _, sample in self.weighted]
        if None in numbers:
            return None
        return float(np.dot(self.weights, self.scaled(numbers)))

    @cached_property
    def estimate(self) -> Estimate | None:
        """The effect with its error; None where a group has one run."""
        if self.n < 2:
            return None
        if self.paired:
            return paired_contrast(np.transpose(self.values), self.weights)
        return linear_contrast(self.values, self.weights, self._variances())

    def _variances(self) -> list[RowVariance]:
        """Of each group, moderated by the rows beside it in its own artefact."""
        sources: dict[Hashable, list[int]] = {}
        for index, (_, sample) in enumerate(self.weighted):
            sources.setdefault(sample.source, []).append(index)
        variances: dict[int, RowVariance] = {}
        for members in sources.values():
            beside = self.beside([self.weighted[index][1] for index in members])
            scaled = [self.scaled(row.values.values()) for row in beside if row.values]
            moderated = moderated_variances([self.values[i] for i in members], scaled, self.least)
            variances |= dict(zip(members, moderated, strict=True))
        return [variances[index] for index in range(len(self.weighted))]

    def scaled(self, numbers: Iterable[float]) -> list[float]:
        """Numbers, or their logarithms where ratios are compared.

        Raises:
            InputError: a number of a ratio is not positive.
        """
        if not self.ratio:
            return [float(number) for number in numbers]
        numbers = list(numbers)
        if min(numbers) <= 0:
            raise InputError(
                f"ratios need positive numbers, and one is {min(numbers):g}: leave out the claim's "
                "key 'ratio'"
            )
        return [log(number) for number in numbers]

    def needed(self, distances: Sequence[float], alpha: float) -> int | None:
        """Seeds per group to exclude every bound with 80 % power."""
        return needed_seeds(distances, self.estimate, alpha)


def compare(
    weighted: Weighted, paired: bool = False, ratio: bool = False, stated: float | None = None
) -> Comparison:
    """The comparison of weighted samples; samples of the same runs are one."""
    merged: dict[Any, tuple[float, Sample]] = {}
    for weight, sample in weighted:
        before = merged.get(sample.identity, (0.0, sample))[0]
        merged[sample.identity] = (before + weight, sample)
    return Comparison(tuple(merged.values()), paired, ratio, stated)


def comparison_of(rule: Contrast, tables: Tables) -> Comparison:
    """The comparison that the terms of a contrast ask for."""
    weighted = []
    for term in rule.terms:
        samples = samples_of(term.selections, tables)
        weighted += [(term.weight / len(samples), sample) for sample in samples]
    return compare(weighted, rule.paired, rule.ratio, rule.reported_effect)
