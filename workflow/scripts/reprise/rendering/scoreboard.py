"""How many claims of each study came to which verdict."""

from collections import Counter
from dataclasses import dataclass

from reprise.analysis.statistics.multiplicity import DIRECTIONAL_KINDS, expected_by_chance
from reprise.rendering.claims import ShownClaim
from reprise.rendering.numbers import count, listed
from reprise.rendering.studies import ShownStudy
from reprise.rendering.verdicts import VERDICTS, Verdict, verdict_of


@dataclass(frozen=True)
class ScoreboardRow:
    """One study: its claims, how many of them were tested, and the verdicts."""

    name: str
    total: int
    tested: int
    by_chance: float
    counts: Counter[str]


@dataclass(frozen=True)
class Scoreboard:
    """All studies that have claims, their sum where there are several, and the verdicts met.

    ``tested`` says whether some claims may hold by chance, ``is_alone`` whether reference runs say
    something too, which is not counted here.
    """

    rows: list[ScoreboardRow]
    total: ScoreboardRow | None
    verdicts: list[Verdict]
    sentence: str
    tested: bool
    is_alone: bool


def scoreboard(studies: list[ShownStudy]) -> Scoreboard:
    """Count the verdicts of all studies."""
    rows = [score(study.id, study.claims) for study in studies if study.claims]
    everything = score("all", [claim for study in studies for claim in study.claims])
    counts = everything.counts
    words = [word for word in VERDICTS if word in counts] + sorted(counts.keys() - VERDICTS.keys())
    return Scoreboard(
        rows=rows,
        total=everything if len(rows) > 1 else None,
        verdicts=[verdict_of(word) for word in words],
        sentence=sentence(counts, words),
        tested=everything.tested > 0,
        is_alone=any(has_kept(study) for study in studies),
    )


def has_kept(study: ShownStudy) -> bool:
    """Whether reference runs say something of one of its claims, which counts elsewhere."""
    return any(claim.reference and claim.reference.verdict.is_drawn for claim in study.claims)


def score(name: str, claims: list[ShownClaim]) -> ScoreboardRow:
    """Count the verdicts of some claims."""
    tested = sum(claim.p_value is not None and claim.kind in DIRECTIONAL_KINDS for claim in claims)
    counts = Counter(claim.verdict.word for claim in claims)
    return ScoreboardRow(name, len(claims), tested, expected_by_chance(tested), counts)


def sentence(counts: Counter[str], words: list[str]) -> str:
    """All counts in one sentence."""
    counted = listed(f"{counts[word]} {word}" for word in words)
    return f"{count(counts.total(), 'claim')}: {counted}." if counts else ""
