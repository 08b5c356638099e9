"""How many claims came to which verdict, and how many would by chance."""

import pandas as pd

VERDICTS = [
    "holds",
    "contradicted",
    "undecided",
    "same direction",
    "other direction",
    "missing",
    "not drawn",
]
# A two-sided test at 5 % finds an effect in the claimed direction this often where there is none.
CHANCE_PER_CLAIM = 0.025


def scoreboard(claims: pd.DataFrame) -> pd.DataFrame:
    """One row per study and one for all: claims, each verdict, tested, expected by chance.

    Args:
        claims: rows of claims.csv.
    """
    rows = [_row(study, own) for study, own in claims.groupby("study", sort=False)]
    return pd.DataFrame([*rows, _row("all", claims)])


def expected_by_chance(tested: int) -> float:
    """How many of the tested claims would hold, uncorrected, if there were no effect at all."""
    return CHANCE_PER_CLAIM * tested


def _row(study: str, claims: pd.DataFrame) -> dict[str, str | int | float]:
    counts = claims["verdict"].value_counts()
    tested = int(claims["p"].notna().sum())
    return {
        "study": study,
        "claims": len(claims),
        **{verdict: int(counts.get(verdict, 0)) for verdict in VERDICTS},
        "tested": tested,
        "expected_by_chance": expected_by_chance(tested),
    }
