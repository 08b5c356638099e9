"""The claims of a study with what the runs say of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reprise.analysis.claims.ladder import rules_in
from reprise.analysis.conclusion_rows import ClaimRow, Judgement
from reprise.rendering import numbers
from reprise.rendering.claim_effects import Writing, band_of, judged_part, null_of, writing_of
from reprise.rendering.claim_parts import ShownPart, basis_in_words, shown_parts
from reprise.rendering.intervals import IntervalPlot, plot_interval
from reprise.rendering.results import Results
from reprise.rendering.verdicts import Verdict, verdict_of
from reprise.studies.artefact_records import ArtefactRecord
from reprise.studies.claims import Claim
from reprise.studies.claims.counts import Diverges
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


@dataclass(frozen=True, kw_only=True)
class ClaimEvidence:
    """What runs say of a claim; texts are formatted, empty where there is nothing.

    Attributes:
        verdict: what they come to.
        evidence: the category of the runs; ``label`` marks one that is of less than published size.
        effect, unit, effect_value: of the part that decides, where there are parts.
        interval, plot: not corrected for other parts and claims.
        reported_effect: that of the same part, with its unit.
        runs: how many are behind it, ``3 seeds`` or ``3 runs``; empty of what is counted.
        decides: the part that decides, in words.
        parts: all parts, where there are several.
        sources: the folders of reference runs; none of this run.
    """

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
    runs: str
    basis: str
    decides: str = ""
    parts: Sequence[ShownPart] = ()
    sources: Sequence[str] = ()
    label: str = ""
    evidence: str = RUNGS["paper"].evidence

    @property
    def effect_in_words(self) -> str:
        """Its effect with the unit."""
        return f"{self.effect} {self.unit}".strip() if self.effect else ""

    @property
    def is_reference(self) -> bool:
        """Whether it is that of reference runs."""
        return bool(self.sources)


@dataclass(frozen=True, kw_only=True)
class ShownClaim(ClaimEvidence):
    """A claim as the report shows it, with what this run says of it.

    Attributes:
        n_needed: how many seeds find the reported effect.
        detectable: the smallest effect that these seeds find.
        reference: what reference runs say; None where they say nothing.
        weaker: the verdicts of reference runs of weaker rungs, by their evidence.
    """

    id: str
    text: str
    kind: str
    origin: str
    source: str
    places: list[Place]
    n_needed: str
    detectable: str
    reference: ClaimEvidence | None
    weaker: Mapping[str, Verdict] = field(default_factory=dict)

    @property
    def findings(self) -> list[ClaimEvidence]:
        """What says something of the claim: this run, reference runs, or both, the strongest
        evidence first, and of two alike this run."""
        candidates = [self, *([self.reference] if self.reference else [])]
        drawn = [each for each in candidates if each.verdict.is_drawn and each.evidence in KINDS]
        return sorted(drawn, key=lambda each: KINDS.index(each.evidence))

    @property
    def leading(self) -> ClaimEvidence:
        """The strongest of its findings; without any, this run."""
        return next(iter(self.findings), self)

    @property
    def shown(self) -> list[ClaimEvidence]:
        """Its findings, and where there are none what lacks to one."""
        lacking = [self] if self.reference is None else [self, self.reference]
        return self.findings or lacking

    @property
    def source_is_apart(self) -> bool:
        """Whether the study says the claim elsewhere than at an artefact that it is about."""
        return self.source not in {place.where for place in self.places}


def study_claims(results: Results, study: StudyRecord) -> list[ShownClaim]:
    """The claims of a study in the order of its YAML."""
    rows = claim_rows(results, study.id)
    artefacts = study.artefacts_by_id
    return [build_claim(asked, rows.get(asked.id, ClaimRow()), artefacts) for asked in study.claims]


def claim_rows(results: Results, study: str) -> dict[str, ClaimRow]:
    """The rows of ``claims.csv`` of one study, by claim."""
    return {
        row["claim"]: ClaimRow.of(row)
        for row in results.claims.to_dict("records")
        if row.get("study") == study
    }


def build_claim(asked: Claim, row: ClaimRow, artefacts: Mapping[str, ArtefactRecord]) -> ShownClaim:
    """One claim as the study has it, with its row of results."""
    own, reference = row.own, row.reference
    rule = judged_part(asked.rule, own.part)
    write = writing_of(rule, artefacts, own.effect, own.basis or "")
    return ShownClaim(
        **evidence_of(asked.rule, own, artefacts),
        id=asked.id,
        text=asked.text,
        kind=asked.kind,
        origin=ORIGINS.get(asked.origin, asked.origin),
        source=asked.source,
        places=[Place(name, artefacts[name].name) for name in asked.artefacts],
        n_needed=whole(row.n_needed),
        detectable=write.size(row.detectable),
        weaker={evidence: verdict_of(word) for evidence, word in row.weaker.items()},
        reference=reference
        and ClaimEvidence(**evidence_of(asked.rule, reference, artefacts), sources=row.sources),
    )


def evidence_of(
    rule: Rule, judged: Judgement, artefacts: Mapping[str, ArtefactRecord]
) -> dict[str, Any]:
    """What runs say of a claim, as the fields of ``ClaimEvidence``.

    Args:
        rule: of the claim.
        judged: what they say.
        artefacts: of the study, by id.
    """
    part, basis, n = judged_part(rule, judged.part), judged.basis or "", judged.n or 0
    effect, low, high, reported = (
        judged.effect, judged.ci_low, judged.ci_high, judged.reported_effect,
    )  # fmt: skip
    write = writing_of(part, artefacts, effect, basis)
    written, unit = written_effect(rule, write, effect, n)
    left, decides = basis_in_words(own_basis(basis), rule, judged.part, artefacts)
    placed = [write.placed(number) for number in (effect, low, high, reported)]
    return {
        "verdict": verdict_of(judged.verdict),
        "effect": written,
        "effect_value": effect,
        "unit": unit,
        "interval": write.interval(low, high),
        "plot": plot_interval(*placed, null_of(part), band_of(part)),
        "reported_effect": write.in_words(reported),
        "p_holm": numbers.probability(judged.p_holm),
        "p_value": judged.p_holm,
        "n": n,
        "runs": runs_in_words(rule, n, judged.evidence),
        "basis": left,
        "decides": decides,
        "parts": shown_parts(rule, judged.parts, artefacts),
        "label": label_of(judged.evidence),
        "evidence": judged.evidence or RUNGS["paper"].evidence,
    }


def reported_in_words(
    rule: Rule, effect: float, place: str, artefacts: Mapping[str, ArtefactRecord]
) -> str:
    """An effect that a study reports, with its unit.

    Args:
        rule: of the claim.
        effect: in the study's numbers.
        place: of the part whose effect it is, as ``claims.csv`` has it; empty without parts.
        artefacts: of the study, by id.
    """
    return writing_of(judged_part(rule, place), artefacts, effect).in_words(effect)


def written_effect(rule: Rule, write: Writing, effect: float | None, n: int) -> tuple[str, str]:
    """An effect and its unit; a share of all runs that are counted says of how many."""
    if effect is not None and isinstance(rule, Diverges) and not rule.other and n:
        return f"{round(effect * n)} of {n}", "runs"
    return write.effect(effect), write.unit_of(effect)


def runs_in_words(rule: Rule, n: int, evidence: str | None) -> str:
    """What ``n`` counts: seeds, or all runs where a claim counts them; nothing of what is exact."""
    if not n or evidence == EXACT:
        return ""
    counts_runs = all(isinstance(part, Diverges) for part in rules_in(rule))
    return numbers.count(n, "run" if counts_runs else "seed")


def own_basis(basis: str) -> str:
    """What a verdict rests on, without what the number of seeds in its row says already."""
    return "; ".join(part for part in basis.split("; ") if part != ONE_SEED)


def label_of(evidence: str | None) -> str:
    """What marks a verdict of that evidence; nothing where runs were of published size, or where it
    rests on none."""
    return "" if evidence in (None, EXACT, RUNGS["paper"].evidence) else evidence


def whole(value: float | None) -> str:
    """A count; empty where there is none."""
    return "" if value is None else numbers.number(value, 0)


def claims_legend(claims: Sequence[ShownClaim]) -> str:
    """What the columns of some claims are, of what is there in them."""
    shown = [each for claim in claims for each in claim.shown]
    said = {
        "Effect, runs and p are those of the verdict beside them.": bool(shown),
        "Intervals are corrected neither for the parts of a claim nor for the study's other "
        "claims. p is corrected for both, by Holm's method over the study's claims: a claim may "
        "stay undecided though its interval lies on one side.": any(
            each.interval for each in shown
        ),
        "The drawing shows no difference (line), the effect (dot), what the study reports "
        "(diamond), and where the effect has to lie (shaded) if the claim names bounds.": any(
            each.plot for each in shown
        ),
        "Needed: the seeds that find the reported effect.": any(c.n_needed for c in claims),
        "Detectable: the smallest effect that these seeds find.": any(
            claim.detectable for claim in claims
        ),
        "A run that never arrives counts as arriving one epoch after the longest run: the "
        "difference is that large or more.": any("or more" in each.unit for each in shown),
        "One seed gives no interval.": any(each.runs == "1 seed" for each in shown),
    }
    return " ".join(sentence for sentence, applies in said.items() if applies)
