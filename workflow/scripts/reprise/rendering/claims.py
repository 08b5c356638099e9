"""The claims of a study with what the runs say of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reprise.rendering import numbers
from reprise.rendering.entries import as_number
from reprise.rendering.intervals import Bounds, IntervalPlot, plot_interval
from reprise.rendering.metrics import Style, compared_style, difference_unit
from reprise.rendering.results import Results
from reprise.rendering.verdicts import Verdict, verdict_of
from reprise.studies.artefact_records import ArtefactRecord
from reprise.studies.claims import Claim
from reprise.studies.claims.contrasts import Contrast, Equivalent, Range, Trend
from reprise.studies.claims.counts import Counted, Diverges
from reprise.studies.claims.curves import TimeTo
from reprise.studies.claims.orders import RankCorrelation
from reprise.studies.claims.registry import Rule
from reprise.studies.claims.rules import AllOf
from reprise.studies.claims.selections import artefacts_of
from reprise.studies.plan_records import StudyRecord
from reprise.studies.rungs import EXACT, RUNGS

ORIGINS = {"stated": "stated", "read": "read off the numbers"}

ONE_SEED = "1 seed: no interval"
"""What stands in ``claims.csv`` for each claim of a single seed; the page says it once."""


KINDS = (*(rung.evidence for rung in RUNGS.values()), EXACT)
"""All kinds of evidence, the strongest first."""


@dataclass(frozen=True)
class Place:
    """An artefact that a claim is about: its id and where the study has it."""

    id: str
    where: str


@dataclass(frozen=True)
class ReferenceVerdict:
    """What reference runs say of a claim; ``sources`` are their folders."""

    verdict: Verdict
    effect_in_words: str
    interval: str
    n: int
    basis: str
    sources: list[str]
    label: str = ""
    evidence: str = RUNGS["paper"].evidence


@dataclass(frozen=True)
class ShownClaim:
    """A claim as the report shows it; texts are formatted, empty where there is nothing. ``label``
    marks a verdict that is of less than published size; ``evidence`` is its category."""

    id: str
    text: str
    kind: str
    origin: str
    source: str
    places: list[Place]
    verdict: Verdict
    effect: str
    effect_value: float | None
    unit: str
    interval: str
    plot: IntervalPlot | None
    reported_effect: str
    p_holm: str
    p_value: float | None
    n: int
    n_needed: str
    detectable: str
    basis: str
    reference: ReferenceVerdict | None
    label: str = ""
    evidence: str = RUNGS["paper"].evidence

    @property
    def findings(self) -> "list[ShownClaim | ReferenceVerdict]":
        """What says something of the claim: this run, reference runs, or both, the strongest
        evidence first, and of two alike this run."""
        candidates = [self, *([self.reference] if self.reference else [])]
        drawn = [each for each in candidates if each.verdict.is_drawn and each.evidence in KINDS]
        return sorted(drawn, key=lambda each: KINDS.index(each.evidence))

    @property
    def leading(self) -> "ShownClaim | ReferenceVerdict":
        """The strongest of its findings; without any, this run."""
        return next(iter(self.findings), self)

    @property
    def effect_in_words(self) -> str:
        """Its effect with the unit, as that of reference runs is written."""
        return with_unit(self.effect, self.unit)

    @property
    def source_is_apart(self) -> bool:
        """Whether the study says the claim elsewhere than at an artefact that it is about."""
        return self.source not in {place.where for place in self.places}


def with_unit(effect: str, unit: str) -> str:
    """An effect with its unit; nothing where there is none."""
    return f"{effect} {unit}".strip() if effect else ""


def study_claims(results: Results, study: StudyRecord) -> list[ShownClaim]:
    """The claims of a study in the order of its YAML."""
    rows = claim_rows(results, study.id)
    artefacts = study.artefacts_by_id
    return [build_claim(asked, rows.get(asked.id, {}), artefacts) for asked in study.claims]


def claim_rows(results: Results, study: str) -> dict[str, dict[str, Any]]:
    """The rows of ``claims.csv`` of one study, by claim."""
    return {
        row["claim"]: row for row in results.claims.to_dict("records") if row.get("study") == study
    }


def build_claim(
    asked: Claim,
    row: dict[str, Any],
    artefacts: Mapping[str, ArtefactRecord],
) -> ShownClaim:
    """One claim as the study has it, with its row of results."""
    rule = judged_part(asked.rule, row.get("part"))
    effect = as_number(row.get("effect"))
    write = writing_of(rule, artefacts, effect)
    low, high = as_number(row.get("ci_low")), as_number(row.get("ci_high"))
    reported = as_number(row.get("reported_effect"))
    p_holm = as_number(row.get("p_holm"))
    return ShownClaim(
        id=asked.id,
        text=asked.text,
        kind=asked.kind,
        origin=ORIGINS.get(asked.origin, asked.origin),
        source=asked.source,
        places=[Place(name, artefacts[name].name) for name in asked.artefacts],
        verdict=verdict_of(row.get("verdict")),
        effect=write.effect(effect),
        effect_value=effect,
        unit=write.unit,
        interval=write.interval(low, high),
        plot=plot_interval(effect, low, high, reported, null_of(rule), band_of(rule)),
        reported_effect=write.effect(reported),
        p_holm=numbers.probability(p_holm),
        p_value=p_holm,
        n=int(as_number(row.get("n")) or 0),
        n_needed=whole(as_number(row.get("n_needed"))),
        detectable=write.size(as_number(row.get("detectable"))),
        basis=own_basis(row.get("basis") or ""),
        reference=reference_verdict(asked.rule, row, artefacts),
        label=label_of(row.get("evidence")),
        evidence=row.get("evidence") or RUNGS["paper"].evidence,
    )


def own_basis(basis: str) -> str:
    """What a verdict rests on, without what the number of seeds in its row says already."""
    return "; ".join(part for part in basis.split("; ") if part != ONE_SEED)


def reference_verdict(
    rule: Rule, row: dict[str, Any], artefacts: Mapping[str, ArtefactRecord]
) -> ReferenceVerdict | None:
    """What reference runs say, by a row of ``claims.csv``; None where they say nothing."""
    if not row.get("reference_verdict"):
        return None
    effect, low, high = (
        as_number(row.get(f"reference_{name}")) for name in ("effect", "ci_low", "ci_high")
    )
    write = writing_of(judged_part(rule, row.get("reference_part")), artefacts, effect)
    return ReferenceVerdict(
        verdict=verdict_of(row["reference_verdict"]),
        effect_in_words=with_unit(write.effect(effect), write.unit),
        interval=write.interval(low, high),
        n=int(as_number(row.get("reference_n")) or 0),
        basis=row.get("reference_basis") or "",
        sources=(row.get("reference_sources") or "").split(),
        label=label_of(row.get("reference_evidence")),
        evidence=row.get("reference_evidence") or RUNGS["paper"].evidence,
    )


def label_of(evidence: str | None) -> str:
    """What marks a verdict of that evidence; nothing where runs were of published size, or where it
    rests on none."""
    return "" if evidence in (None, EXACT, RUNGS["paper"].evidence) else evidence


def writing_of(
    rule: Rule, artefacts: Mapping[str, ArtefactRecord], effect: float | None
) -> "Writing":
    """How the numbers of a claim, or of the part of it that is judged, are written."""
    step = step_of(rule, artefacts) if isinstance(rule, Trend) else ""
    return Writing.of(rule, compared_style(rule, artefacts), step, effect or 0.0)


def whole(value: float | None) -> str:
    """A count; empty where there is none."""
    return "" if value is None else numbers.number(value, 0)


def judged_part(rule: Rule, place: str | None) -> Rule:
    """What the effect of a claim is an effect of: the part at a place, or the first.

    Args:
        rule: of the claim, or of a part of one.
        place: the column ``part`` of its results: numbers from 1 that lead to the part. A kind
            that makes parts of its own has the last of them, which is no part of the rule.
    """
    if not isinstance(rule, AllOf):
        return rule
    number, _, below = (place or "").partition(".")
    # The results may be older than the rule, and know more parts than it has.
    part = rule.parts[min(int(number or 1), len(rule.parts)) - 1]
    return judged_part(part.rule, below)


def is_ratio(rule: Rule) -> bool:
    """Whether an effect says how many times."""
    return isinstance(rule, Contrast | Counted) and rule.ratio


def null_of(rule: Rule) -> float | None:
    """The effect of no difference; None where the effect is not a difference."""
    is_mean = isinstance(rule, Range) and len(rule.terms) == 1
    if is_mean or isinstance(rule, Counted | Diverges):
        return None
    return 1.0 if is_ratio(rule) else 0.0


def band_of(rule: Rule) -> Bounds | None:
    """The effects for which a claim holds, where it names them."""
    if isinstance(rule, Range):
        return rule.low, rule.high
    if isinstance(rule, Equivalent):
        return (None if rule.or_less else -rule.margin), rule.margin
    if isinstance(rule, Trend) and rule.margin is not None:
        return -rule.margin, rule.margin
    return None


@dataclass(frozen=True)
class Writing:
    """How the numbers of a claim are written: unit, decimals, and whether with their sign."""

    unit: str
    decimals: int | str
    has_sign: bool

    @classmethod
    def of(cls, rule: Rule, style: Style, step: str, effect: float) -> "Writing":
        """The way that suits a claim's kind, what it compares, and the size of its effect.

        ``step`` is what a slope is counted per.
        """
        has_sign = null_of(rule) == 0.0
        # A share, a correlation or epochs, whatever the metric.
        if isinstance(rule, Diverges | RankCorrelation):
            is_share = isinstance(rule, Diverges)
            return cls("" if is_share else f"from {numbers.plain(rule.value)}", 2, has_sign)
        if isinstance(rule, TimeTo):
            return cls("epochs", numbers.finer(effect, 0), has_sign)
        fitting = numbers.fitting_decimals(effect)
        if is_ratio(rule):
            return cls("times", fitting, has_sign)
        unit = difference_unit(style.unit) if has_sign else style.unit
        if isinstance(rule, Trend):
            return cls(f"{unit} per {step}".strip(), fitting, has_sign)
        if style.decimals is None:
            return cls(unit, fitting, has_sign)
        return cls(unit, numbers.finer(effect, style.decimals), has_sign)

    def effect(self, value: float | None) -> str:
        """An effect, with its sign where it is a difference; nothing where there is none."""
        if value is None:
            return ""
        return (numbers.signed if self.has_sign else numbers.number)(value, self.decimals)

    def size(self, value: float | None) -> str:
        """A size without sign; nothing where there is none."""
        return "" if value is None else numbers.number(value, self.decimals)

    def interval(self, low: float | None, high: float | None) -> str:
        """An interval of effects, or nothing where an end is not known."""
        if low is None or high is None:
            return ""
        return f"{self.effect(low)} to {self.effect(high)}"


def step_of(rule: Trend, artefacts: Mapping[str, ArtefactRecord]) -> str:
    """What a trend's slope is counted per: a doubling, or one unit of the axis."""
    if rule.logarithmic:
        return "doubling"
    (artefact, *_) = artefacts_of(rule)
    label = artefacts[artefact].axis(rule.axis).label
    return f"unit of {label}" if label else "unit"
