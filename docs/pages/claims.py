"""What came of the claims of a study, and of its other readings."""

from collections.abc import Iterator, Sequence

from pages.artefacts import artefact_names
from pages.kept import KeptStudy
from pages.markdown import code, code_tag, paragraphs, plain, table
from reprise.analysis.statistics.power import MOST_SEEDS
from reprise.rendering.claims import ShownClaim, reported_in_words
from reprise.rendering.deviations import ShownDeviation
from reprise.rendering.numbers import NOTHING, count, listed
from reprise.rendering.outcome import CATEGORIES, ClaimFinding, finding, rung_pairs, tally
from reprise.studies.artefact_records import RowRecord
from reprise.studies.claims import Claim
from reprise.studies.claims.selections import selections_of
from reprise.studies.rungs import EXACT, RUNGS

HEADS = ("claim", "about", "came out", "evidence", "effect", "reported", "runs", "to decide it")
DECIDED = ("holds", "contradicted")
EXPLAINED = (
    "One seed gives a direction and no verdict ([what a verdict means](../statistics.md)). With "
    "several seeds the effect stands with its interval. The interval is corrected neither for the "
    "parts of a claim nor for the study's other claims. So a claim may stay undecided although its "
    "interval lies on one side. A claim with several parts shows the effect of the part that "
    "decides it, and names that part. The reported effect is of the same part. A claim without "
    "runs shows the part that would decide it if runs gave the reported numbers. The last column "
    "says what a verdict at published length still needs: runs, and enough seeds per setting to "
    "find the reported effects in four cases of five. If the study does not report the effect of a "
    "claim or of one of its parts, the number of seeds is not known."
)
PARTS = "Claims with several parts, part by part:"
READINGS = (
    "Where a study can be read in two ways, both are run. The effect is the first reading minus "
    "the second."
)


def claims_section(kept: KeptStudy) -> str:
    """A table of all claims."""
    rows = [_fields(kept, asked, shown)
            for asked, shown in zip(kept.study.claims, kept.claims, strict=True)]  # fmt: skip
    if not rows:
        return ""
    parts = [_parts(shown) for shown in kept.claims if shown.findings and shown.leading.parts]
    return paragraphs(
        "## Claims",
        EXPLAINED,
        *_rungs_compared(kept.claims),
        table(HEADS, rows),
        PARTS if parts else "",
        *parts,
    )


def _rungs_compared(claims: Sequence[ShownClaim]) -> Iterator[str]:
    """How often two kinds of evidence put a claim on the same side."""
    for pair in rung_pairs(claims):
        have = "has" if pair.both == 1 else "have"
        yield (
            f"{count(pair.both, 'claim')} {have} a direction both {pair.stronger.lower()} and "
            f"{pair.weaker.lower()}. It is the same for {pair.same} of {pair.both}."
        )


def _parts(shown: ShownClaim) -> str:
    """All parts of a claim with what came of each, folded."""
    lines = [f"- {plain(part.words)}: {plain(part.found)}" for part in shown.leading.parts]
    heading = f"<details><summary>{code_tag(shown.id)}: {len(lines)} parts</summary>"
    return paragraphs(heading, "\n".join(lines), "</details>")


def _with_interval(effect: str, interval: str) -> str:
    return f"{effect} ({interval})" if effect and interval else effect


def words_of_claims(kept: KeptStudy) -> str:
    """How many claims came to what, by the evidence that there is for them:
    ``1 undecided, 2 same direction; laptop: 3 same direction; counted: 4 holds``."""
    found = [finding(claim) for claim in kept.claims]
    parts = []
    for evidence in CATEGORIES:
        verdicts = tally(evidence, found).verdicts
        if words := ", ".join(f"{number} {verdict.word}" for verdict, number in verdicts):
            name = {RUNGS["paper"].evidence: "", EXACT: "counted: "}.get(evidence, f"{evidence}: ")
            parts.append(f"{name}{words}")
    return "; ".join(parts) or "nothing yet"


def deviations_section(kept: KeptStudy) -> str:
    """A table of the other readings, those first that are measured."""
    found = sorted(kept.deviations, key=lambda each: not _measured(each)[0])
    rows = [
        [plain(each.difference), plain(f"{each.arm} against {each.against}"), *_measured(each)]
        for each in found
        if _measured(each)[0]
    ]
    others = [plain(each.difference) for each in found if not _measured(each)[0]]
    heads = ("what differs", "readings", "effect", "measured on")
    unmeasured = "\n".join(f"- {words}" for words in others)
    return paragraphs(
        "## Other readings" if found else "",
        READINGS if rows else "",
        table(heads, rows),
        "Not measured yet:" if others else "",
        unmeasured,
    )


def _fields(kept: KeptStudy, asked: Claim, shown: ShownClaim) -> list[str]:
    best = finding(shown)
    evidence = CATEGORIES[best.evidence].lower() if best else NOTHING
    effect, runs = _effect(shown, best)
    return [
        f"{plain(shown.text)} ({code(shown.id)})",
        artefact_names(kept, iter(asked.artefacts)),
        f"**{best.verdict.word}**" if best else NOTHING,
        evidence,
        plain(effect) or NOTHING,
        plain(_reported(kept, asked, shown)) or NOTHING,
        runs or NOTHING,
        plain(_needed(kept, asked, shown, best)),
    ]  # fmt: skip


def _effect(shown: ShownClaim, best: ClaimFinding | None) -> tuple[str, str]:
    """The effect with its interval and the part that decides, and how many runs it is of."""
    if best is None:
        return "", ""
    found = shown.leading
    effect = _with_interval(found.effect_in_words, found.interval)
    return ": ".join(filter(None, [effect, found.decides])), found.runs


def _reported(kept: KeptStudy, asked: Claim, shown: ShownClaim) -> str:
    """The effect that the study reports: of the part that decides, or without runs of that which
    would decide if runs gave the reported numbers."""
    if shown.findings:
        return shown.leading.reported_effect
    reported = kept.reported_effects.get(asked.id)
    if reported is None:
        return ""
    artefacts = kept.study.artefacts_by_id
    return reported_in_words(asked.rule, reported.effect, reported.part, artefacts)


def _needed(kept: KeptStudy, asked: Claim, shown: ShownClaim, best: ClaimFinding | None) -> str:
    """What a verdict at published length needs: runs of settings that have none, and seeds."""
    if best and (best.evidence == EXACT or _is_decided(best)):
        return "nothing"
    if any(row.not_run for _, _, row in _settings(kept, asked)):
        return "settings that are not run"
    if asked.id not in kept.seeds_needed:
        return "a count"
    needed = kept.seeds_needed[asked.id]
    own = best is not None and best.evidence == RUNGS["paper"].evidence and shown.reference
    known = shown.reference.n if own else 0
    if needed is None or needed <= known:
        seeds = f"more than {count(known, 'seed')}" if known > 1 else "2 seeds or more"
    else:
        seeds = "1000 seeds or more" if needed >= MOST_SEEDS else f"{max(2, needed)} seeds"
    return ", ".join(filter(None, [_lacking(kept, asked), seeds]))


def _is_decided(best: ClaimFinding) -> bool:
    return best.evidence == RUNGS["paper"].evidence and best.verdict.word in DECIDED


def _lacking(kept: KeptStudy, asked: Claim) -> str:
    """How many of the settings that a claim compares have no kept run at published length."""
    settings = {(artefact, place): row for artefact, place, row in _settings(kept, asked)}
    without = [
        artefact
        for (artefact, _), row in settings.items()
        if kept.reference is None or not kept.reference.keeps_run_at(row, "paper")
    ]
    if not without:
        return ""
    named = listed(dict.fromkeys(without))
    if len(without) == len(settings):
        return f"runs of {named}"
    return f"runs of {len(without)} of its {len(settings)} settings in {named}"


def _settings(kept: KeptStudy, asked: Claim) -> Iterator[tuple[str, int, RowRecord]]:
    for selection in selections_of(asked.rule):
        artefact = kept.study.artefacts_by_id[selection.artefact]
        for place in selection.rows:
            row = artefact.rows[place]
            if row.folders or row.not_run:
                yield selection.artefact, place, row


def _measured(each: ShownDeviation) -> tuple[str, str]:
    """The effect of a deviation and where it was measured; empty where it was not."""
    found = each.reference
    if found is not None and found.effect:
        interval = f" ({found.interval})" if found.interval else ""
        return plain(f"{found.effect}{interval} {each.unit}".strip()), plain(found.made)
    if found is None and each.effect:
        return plain(f"{each.effect} {each.unit}".strip()), "counted"
    return "", ""
