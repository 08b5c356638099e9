"""Verdicts as readers see them: a symbol and a word, so that colour alone says nothing."""

from dataclasses import dataclass

from reprise.rendering.results import Results


@dataclass(frozen=True)
class Verdict:
    """A verdict; ``tone`` names its colour in the style sheet."""

    word: str
    symbol: str
    tone: str

    @property
    def is_drawn(self) -> bool:
        """Whether something is said of a claim."""
        return self.word not in ("not drawn", "missing")


VERDICTS = {
    verdict.word: verdict
    for verdict in (
        Verdict("holds", "✓", "good"),
        Verdict("contradicted", "✗", "bad"),
        Verdict("undecided", "?", "open"),
        Verdict("same direction", "→", "plain"),
        Verdict("other direction", "←", "plain"),
        Verdict("not drawn", "–", "plain"),
        Verdict("missing", "∅", "plain"),
    )
}
"""All verdicts, in the order in which they are listed."""


def verdict_of(word: str | None) -> Verdict:
    """The verdict of that name; a claim without a row has none and is missing."""
    if not word:
        return VERDICTS["missing"]
    return VERDICTS.get(word) or Verdict(word, "•", "plain")


def draws_verdicts(results: Results) -> bool:
    """Whether the scale's cells are evidence."""
    return results.plan.scale.verdicts
