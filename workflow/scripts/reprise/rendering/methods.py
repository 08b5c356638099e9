"""How verdicts come about, said with the constants and functions that draw them."""

import inspect
from dataclasses import dataclass

from reprise.analysis.claims.registry import kinds
from reprise.analysis.claims.result import SIGNIFICANCE
from reprise.analysis.statistics.contrasts import VARIANCE_RATIO_LIMIT
from reprise.analysis.statistics.power import MOST_SEEDS, needed_seeds
from reprise.rendering.axes import MAIN_ARM
from reprise.rendering.numbers import count, plain
from reprise.rendering.studies import Study


@dataclass(frozen=True)
class Method:
    """One term with its explanation."""

    term: str
    text: str


@dataclass(frozen=True)
class Methods:
    """What holds for all claims, and the rule of each kind of claim in the report."""

    general: list[Method]
    kinds: list[Method]


def methods(studies: list[Study]) -> Methods:
    """What a reader has to know of the statistics."""
    general = [arms_method(), reference_method(), verdict_method(), spread_method(), seeds_method()]
    return Methods(general, kind_methods(studies))


def arms_method() -> Method:
    """What an arm is."""
    return Method(
        "Arms",
        f"An arm is one reading of a study. “{MAIN_ARM.capitalize()}” is what was run for the "
        "numbers that the study reports, as far as that is known, and is compared with them; the "
        "others are named after what they do otherwise, and deviations measure what it changes.",
    )


def reference_method() -> Method:
    """What reference runs are."""
    return Method(
        "Reference runs",
        "Runs on real data that are kept with the project, from the hardware that they name and at "
        "their own scale. They stand beside the runs of this report and are never averaged with "
        "them.",
    )


def verdict_method() -> Method:
    """When a claim is decided."""
    return Method(
        "Verdicts",
        f"A claim holds, or is contradicted, where p is at most {plain(SIGNIFICANCE)} after Holm's "
        "correction over the claims of its study; otherwise it is undecided. With one seed "
        "only the direction is given.",
    )


def spread_method() -> Method:
    """Which spread a test uses."""
    return Method(
        "Spread",
        "The standard deviation is pooled over the rows of the artefacts involved that are run "
        "in the same arms and report the same epochs as those compared, or taken per group "
        f"(Welch) where variances differ more than {plain(VARIANCE_RATIO_LIMIT)}-fold. Diverged "
        "runs enter no mean, unless a claim says what they count as.",
    )


def seeds_method() -> Method:
    """What the numbers of seeds mean."""
    power = inspect.signature(needed_seeds).parameters["power"].default
    return Method(
        "Seeds",
        f"Detectable is the smallest effect that the seeds find with {plain(100 * power)} % "
        f"power; needed is how many seeds find the reported effect, at most "
        f"{count(MOST_SEEDS, 'seed')}.",
    )


def kind_methods(studies: list[Study]) -> list[Method]:
    """The rule of each kind of claim, as the function that applies it describes itself."""
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
