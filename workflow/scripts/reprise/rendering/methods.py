"""How verdicts come about, said with the constants and functions that draw them."""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass

from reprise.analysis.claims.result import SIGNIFICANCE
from reprise.analysis.error_rates import Rate, percent, read_rates
from reprise.analysis.statistics.power import MOST_SEEDS, POWER
from reprise.analysis.statistics.spread import BORROWED
from reprise.rendering.numbers import count, listed, plain
from reprise.rendering.studies import ShownStudy
from reprise.studies.claims.registry import kinds
from reprise.studies.rows import DEFAULT_ARM


@dataclass(frozen=True)
class Method:
    """One term with its explanation."""

    term: str
    text: str


@dataclass(frozen=True)
class Methods:
    """What holds for all claims, the rule of each kind of claim, and how often rules are wrong."""

    general: list[Method]
    kinds: list[Method]
    rates: list["RateTable"]


@dataclass(frozen=True)
class RateTable:
    """Simulated shares of verdicts under one caption."""

    caption: str
    rates: list[Rate]

    @property
    def seeds(self) -> list[str]:
        """Numbers of seeds, the heads of the columns."""
        return list(self.rates[0].shares)


def methods(studies: list[ShownStudy]) -> Methods:
    """What a reader has to know of the statistics."""
    rates = read_rates()
    general = [arms_method(), reference_method(), *verdict_methods(rates)]
    tables = [
        RateTable("False verdicts, where the truth is on the border of the claim",
                  [rate for rate in rates if not rate.effect]),
        RateTable("Verdicts found, where the claim is true", [r for r in rates if r.effect]),
    ]  # fmt: skip
    return Methods(general, kind_methods(studies), tables)


def arms_method() -> Method:
    """What an arm is."""
    return Method(
        "Arms",
        f"An arm is one reading of a study. “{DEFAULT_ARM.capitalize()}” is the reading behind the "
        "reported numbers, where that is known. It is compared with them. Other arms are named "
        "after what they do differently. Deviations measure what that changes.",
    )


def reference_method() -> Method:
    """What reference runs are."""
    return Method(
        "Reference runs",
        "Runs on real data that are kept with the project, from the hardware that they name and at "
        "their own scale. They stand beside the runs of this report and are never averaged with "
        "them.",
    )


def verdict_methods(rates: Sequence[Rate]) -> list[Method]:
    """What a verdict means, and how one is drawn.

    Args:
        rates: how often rules are wrong.
    """
    return [
        Method(
            "Verdicts",
            "A claim holds if the runs show the effect that it states, and is contradicted if they "
            "show the opposite. Undecided means that they show neither, mostly because there are "
            "few seeds. One seed gives a direction and decides nothing.",
        ),
        Method(
            "Several claims",
            f"A verdict needs a p of at most {plain(SIGNIFICANCE)} after Holm's correction over "
            "the claims of its study. So the chance of any wrong verdict in a study is about "
            f"{plain(100 * SIGNIFICANCE)} % where each rule keeps its level. "
            f"{wrong_more_often(rates)} The more claims a study has, the larger an effect has to "
            "be.",
        ),
        Method(
            "Few seeds",
            "Two runs that differ in nothing but their seed end apart. Three runs tell little "
            "about a mean, and less about how much runs vary.",
        ),
        Method(
            "Spread",
            "Each row has its own variance. It borrows from the rows beside it in the same table "
            f"that vary like it: these count {plain(BORROWED)} times as much as its own runs "
            "(moderated variances, Smyth 2004). Rows that explode lend nothing. The degrees of "
            "freedom are those of Welch (1947).",
        ),
        Method(
            "Detectable and needed",
            f"Detectable is the smallest effect that the seeds find with {plain(100 * POWER)} % "
            f"power. Needed is how many seeds find the reported effect, at most "
            f"{count(MOST_SEEDS, 'seed')}. Both count with the correction for the study's other "
            "claims.",
        ),
        Method(
            "Runs that diverge",
            "A run that diverges counts as what a reader would get from it, which is guessing: an "
            "accuracy or a mean intersection over union as one class in so many, an average "
            "precision as one in the square of that, a perplexity as the number of tokens, a loss "
            "as the logarithm of the classes, a time to a target as one epoch after the longest "
            "run. Where a metric has no such value, the claim stays undecided. No verdict stands "
            "on the runs that survive alone.",
        ),
    ]


def wrong_more_often(rates: Sequence[Rate]) -> str:
    """Which rules do not keep their level in the simulation, in a sentence."""
    worst: dict[str, float] = {}
    for rate in rates:
        share = max(rate.shares.values())
        # Twice the error of a share of so many trials.
        noise = 2 * (SIGNIFICANCE * (1 - SIGNIFICANCE) / rate.trials) ** 0.5
        if not rate.effect and share > SIGNIFICANCE + noise:
            worst[rate.rule] = max(share, worst.get(rate.rule, 0.0))
    if not worst:
        return "In simulations all do."
    named = listed(f"{rule} (up to {percent(share)})" for rule, share in worst.items())
    return f"In the simulations below these are wrong more often: {named}."


def kind_methods(studies: list[ShownStudy]) -> list[Method]:
    """The rule of each kind of claim, as its class describes itself."""
    used = sorted({claim.kind for study in studies for claim in study.claims})
    return [
        Method(kind.replace("_", " ").capitalize(), rule(kind))
        for kind in used
        if kind in set(kinds)
    ]


def rule(kind: str) -> str:
    """The first paragraph of a kind's documentation."""
    paragraph = (inspect.getdoc(kinds[kind]) or "").split("\n\n")[0]
    return " ".join(paragraph.split()).replace("``", "")
