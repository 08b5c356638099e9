"""How many claims of each study came to which verdict."""

from collections import Counter
from dataclasses import dataclass

from reprise.analysis.scoreboard import expected_by_chance
from reprise.rendering.numbers import count, listed
from reprise.rendering.studies import Study
from reprise.rendering.verdicts import VERDICTS, Verdict, verdict_of


@dataclass(frozen=True)
class Row:
    """One study: its claims, how many of them were tested, and the verdicts."""

    study: str
    total: int
    tested: int
    by_chance: float
    counts: dict[str, int]


@dataclass(frozen=True)
class Scoreboard:
    """All studies that have claims, and the verdicts that some claim came to."""

    rows: list[Row]
    verdicts: list[Verdict]
    sentence: str


def scoreboard(studies: list[Study]) -> Scoreboard:
    """Count the verdicts of all studies."""
    rows = [score(study) for study in studies if study.claims]
    found = Counter(claim.verdict.word for study in studies for claim in study.claims)
    words = [word for word in VERDICTS if word in found] + sorted(set(found) - set(VERDICTS))
    return Scoreboard(rows, [verdict_of(word) for word in words], sentence(found, words))


def score(study: Study) -> Row:
    """Count the verdicts of one study."""
    tested = sum(claim.p_value is not None for claim in study.claims)
    return Row(
        study=study.id,
        total=len(study.claims),
        tested=tested,
        by_chance=expected_by_chance(tested),
        counts=Counter(claim.verdict.word for claim in study.claims),
    )


def sentence(found: Counter, words: list[str]) -> str:
    """All counts in one sentence."""
    counted = listed(f"{found[word]} {word}" for word in words)
    return f"{count(found.total(), 'claim')}: {counted}." if found else ""
