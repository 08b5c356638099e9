"""The rates of false and of true verdicts that a simulation found, as tables.

``benchmarks/verdicts.py`` makes the numbers.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

RATES = Path(__file__).parent / "statistics" / "error_rates.json"


@dataclass(frozen=True)
class Rate:
    """Of one case: the share of verdicts by number of seeds (0-1).

    Where the claim is true (``effect``) the share that holds; else that of false verdicts.
    """

    rule: str
    truth: str
    effect: bool
    trials: int
    shares: Mapping[str, float]


def read_rates() -> list[Rate]:
    """All cases that were simulated."""
    return [Rate(**entry) for entry in json.loads(RATES.read_text(encoding="utf-8"))]


def tables_of_rates() -> str:
    """Both tables as Markdown: false verdicts, and those that are found."""
    rates = read_rates()
    return "\n".join(
        [
            "False verdicts, where the truth is on the border of the claim:\n",
            *_table([rate for rate in rates if not rate.effect]),
            "\nVerdicts found, where the claim is true:\n",
            *_table([rate for rate in rates if rate.effect]),
            "",
        ]
    )


def percent(share: float) -> str:
    """``4.6 %``."""
    return f"{100 * share:.1f} %"


def _table(rates: list[Rate]) -> Iterator[str]:
    seeds = list(rates[0].shares)
    yield f"| rule | data | {' | '.join(f'{n} seeds' for n in seeds)} | trials |"
    yield f"| --- | --- |{' --- |' * (len(seeds) + 1)}"
    for rate in rates:
        shares = " | ".join(percent(rate.shares[n]) for n in seeds)
        yield f"| {rate.rule} | {rate.truth} | {shares} | {rate.trials:,} |"
