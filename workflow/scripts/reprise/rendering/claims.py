"""The claims of a study with what the runs say of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reprise.rendering import numbers
from reprise.rendering.claim_effects import band_of, judged_part, null_of, writing_of
from reprise.rendering.entries import as_number
from reprise.rendering.intervals import IntervalPlot, plot_interval
from reprise.rendering.results import Results
from reprise.rendering.verdicts import Verdict, verdict_of
from reprise.studies.artefact_records import ArtefactRecord
from reprise.studies.claims import Claim
from reprise.studies.claims.registry import Rule
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
        basis=own_basis(row.get("reference_basis") or ""),
        sources=(row.get("reference_sources") or "").split(),
        label=label_of(row.get("reference_evidence")),
        evidence=row.get("reference_evidence") or RUNGS["paper"].evidence,
    )


def label_of(evidence: str | None) -> str:
    """What marks a verdict of that evidence; nothing where runs were of published size, or where it
    rests on none."""
    return "" if evidence in (None, EXACT, RUNGS["paper"].evidence) else evidence


def whole(value: float | None) -> str:
    """A count; empty where there is none."""
    return "" if value is None else numbers.number(value, 0)
