"""The claims of a study with what the runs say of each."""

from dataclasses import dataclass
from typing import Any

from reprise.analysis.claims.contrasts import DEFAULT_MARGIN
from reprise.analysis.claims.evaluation import expanded, part_of
from reprise.analysis.claims.traversal import named_artefacts
from reprise.rendering import numbers
from reprise.rendering.axes import axis
from reprise.rendering.entries import as_number
from reprise.rendering.intervals import Bounds, IntervalPlot, plot_interval
from reprise.rendering.metrics import Style, difference_unit
from reprise.rendering.results import Results
from reprise.rendering.selected import compared_style
from reprise.rendering.verdicts import Verdict, verdict_of
from reprise.studies.rungs import EXACT, RUNGS

PURE_NUMBERS = {"diverges": "", "time_to": "in probability", "rank_correlation": ""}
"""Kinds whose effect is a share, a probability or a correlation, whatever the metric, with what is
written behind it."""

ORIGINS = {"stated": "stated", "read": "read off the numbers"}


@dataclass(frozen=True)
class Place:
    """An artefact that a claim is about: its id and where the study has it."""

    id: str
    where: str


@dataclass(frozen=True)
class ReferenceVerdict:
    """What reference runs say of a claim; ``sources`` are their folders."""

    verdict: Verdict
    effect: str
    interval: str
    n: int
    basis: str
    sources: list[str]
    label: str = ""
    evidence: str = RUNGS["paper"].evidence


@dataclass(frozen=True)
class Claim:
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
    def source_is_apart(self) -> bool:
        """Whether the study says the claim elsewhere than at an artefact that it is about."""
        return self.source not in {place.where for place in self.places}


def study_claims(results: Results, study: dict[str, Any]) -> list[Claim]:
    """The claims of a study in the order of its YAML."""
    rows = claim_rows(results, study["id"])
    artefacts = {artefact["id"]: artefact for artefact in study.get("artefacts", [])}
    return [
        build_claim(spec, rows.get(spec["id"], {}), artefacts) for spec in study.get("claims", [])
    ]


def claim_rows(results: Results, study: str) -> dict[str, dict[str, Any]]:
    """The rows of ``claims.csv`` of one study, by claim."""
    return {
        row["claim"]: row for row in results.claims.to_dict("records") if row.get("study") == study
    }


def build_claim(
    spec: dict[str, Any],
    row: dict[str, Any],
    artefacts: dict[str, dict[str, Any]],
) -> Claim:
    """One claim from its specification and its row of results."""
    places = places_of(spec, artefacts)
    judged = judged_part(spec, row.get("part"))
    effect = as_number(row.get("effect"))
    write = writing_of(judged, artefacts, effect)
    low, high = as_number(row.get("ci_low")), as_number(row.get("ci_high"))
    reported = as_number(row.get("reported_effect"))
    p_holm = as_number(row.get("p_holm"))
    return Claim(
        id=spec["id"],
        text=spec["text"],
        kind=spec["kind"],
        origin=ORIGINS.get(spec.get("origin", ""), spec.get("origin", "")),
        source=spec.get("source", ""),
        places=places,
        verdict=verdict_of(row.get("verdict")),
        effect=write.effect(effect),
        effect_value=effect,
        unit=write.unit,
        interval=write.interval(low, high),
        plot=plot_interval(effect, low, high, reported, null_of(judged), band_of(judged)),
        reported_effect=write.effect(reported),
        p_holm=numbers.probability(p_holm),
        p_value=p_holm,
        n=int(as_number(row.get("n")) or 0),
        n_needed=whole(as_number(row.get("n_needed"))),
        detectable=write.size(as_number(row.get("detectable"))),
        basis=row.get("basis") or "",
        reference=reference_verdict(spec, row, artefacts),
        label=label_of(row.get("evidence")),
        evidence=row.get("evidence") or RUNGS["paper"].evidence,
    )


def reference_verdict(
    spec: dict[str, Any], row: dict[str, Any], artefacts: dict[str, dict[str, Any]]
) -> ReferenceVerdict | None:
    """What reference runs say, by a row of ``claims.csv``; None where they say nothing."""
    if not row.get("reference_verdict"):
        return None
    effect, low, high = (
        as_number(row.get(f"reference_{name}")) for name in ("effect", "ci_low", "ci_high")
    )
    write = writing_of(judged_part(spec, row.get("reference_part")), artefacts, effect)
    return ReferenceVerdict(
        verdict=verdict_of(row["reference_verdict"]),
        effect=f"{write.effect(effect)} {write.unit}".strip() if effect is not None else "",
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
    judged: dict[str, Any], artefacts: dict[str, dict[str, Any]], effect: float | None
) -> "Writing":
    """How the numbers of a claim, or of the part of it that is judged, are written."""
    places = places_of(judged, artefacts)
    step = step_of(judged, artefacts[places[0].id] if places else {})
    return Writing.of(judged, compared_style(judged, artefacts), step, effect or 0.0)


def whole(value: float | None) -> str:
    """A count; empty where there is none."""
    return "" if value is None else numbers.number(value, 0)


def places_of(spec: dict[str, Any], artefacts: dict[str, dict[str, Any]]) -> list[Place]:
    """The artefacts that a claim, its parts and its selections name, its own first."""
    named = named_artefacts(spec)
    ordered = sorted(named & artefacts.keys(), key=list(artefacts).index)
    ordered.sort(key=lambda name: name != spec.get("artefact"))
    return [Place(name, where(artefacts[name])) for name in ordered]


def where(artefact: dict[str, Any]) -> str:
    """How an artefact is referred to."""
    return artefact.get("where") or artefact["title"]


def judged_part(spec: dict[str, Any], place: str | None) -> dict[str, Any]:
    """What the effect of a claim is an effect of: the part at a place, or the first.

    Args:
        spec: the claim, or a part of one.
        place: the column ``part`` of its results: numbers from 1 that lead to the part. A kind
            that makes parts of its own has the last of them, which is no part of the
            specification.
    """
    number, _, below = (place or "").partition(".")
    if "for_each" in spec:
        parts = [part for _, part in expanded(spec)]
    elif "parts" in spec:
        parts = [part_of(spec, part) for part in spec["parts"]]
    else:
        return spec
    # The results may be older than the specification, and know more parts than it has.
    return judged_part(parts[min(int(number or 1), len(parts)) - 1], below)


def null_of(spec: dict[str, Any]) -> float | None:
    """The effect of no difference; None where the effect is not a difference."""
    if spec["kind"] in ("counted", "diverges") or (spec["kind"] == "range" and "cells" in spec):
        return None
    return 1.0 if spec.get("ratio") else 0.0


def band_of(spec: dict[str, Any]) -> Bounds | None:
    """The effects for which a claim holds, where it names them."""
    if spec["kind"] == "range":
        return spec.get("low"), spec.get("high")
    if spec["kind"] == "equivalent" or spec.get("direction") == "flat":
        margin = spec.get("margin", DEFAULT_MARGIN)
        return (None if spec.get("or_less") else -margin), margin
    return None


@dataclass(frozen=True)
class Writing:
    """How the numbers of a claim are written: unit, decimals, and whether with their sign."""

    unit: str
    decimals: int | str
    has_sign: bool

    @classmethod
    def of(cls, spec: dict[str, Any], style: Style, step: str, effect: float) -> "Writing":
        """The way that suits a claim's kind, what it compares, and the size of its effect.

        ``step`` is what a slope is counted per.
        """
        has_sign = null_of(spec) == 0.0
        if spec["kind"] in PURE_NUMBERS:
            bound = spec.get("above", spec.get("below"))
            is_distance = spec["kind"] == "rank_correlation" and bound is not None
            unit = f"from {numbers.plain(bound)}" if is_distance else PURE_NUMBERS[spec["kind"]]
            return cls(unit, 2, has_sign)
        fitting = numbers.fitting_decimals(effect)
        if spec.get("ratio"):
            return cls("times", fitting, has_sign)
        unit = difference_unit(style.unit) if has_sign else style.unit
        if spec["kind"] == "trend":
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


def step_of(spec: dict[str, Any], artefact: dict[str, Any]) -> str:
    """What a trend's slope is counted per: a doubling, or one unit of the axis."""
    if spec.get("transform") == "log2":
        return "doubling"
    label = axis(artefact, spec.get("axis", ""))["label"]
    return f"unit of {label}" if label else "unit"
