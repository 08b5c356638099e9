"""How far a table agrees with the reported numbers, in sentences."""

from typing import Any

from reprise.analysis.agreement import Agreement, agreement
from reprise.rendering.metrics import difference_unit, unit_of
from reprise.rendering.numbers import count, number
from reprise.rendering.results import Results

NEEDED = frozenset(
    {"arm", "reported", "mean", "median", "statistic", "prediction_low", "prediction_high"}
)
"""Columns without which a table cannot be compared."""


def agreement_sentences(results: Results, study: str, artefact: dict[str, Any]) -> list[str]:
    """Mean difference, order, and prediction intervals; nothing where nothing is comparable."""
    table = results.table(study, artefact)
    if not NEEDED.issubset(table.columns):
        return []
    measured = agreement(table)
    if not measured.compared:
        return []
    unit = difference_unit(unit_of(artefact))
    return [
        difference_sentence(measured, unit, artefact.get("decimals", 2)),
        *order_sentence(measured),
        *interval_sentence(measured),
    ]


def difference_sentence(measured: Agreement, unit: str, decimals: int) -> str:
    """By how much the numbers differ on average, and over how many of them."""
    size = f"{number(measured.mean_absolute_difference, decimals)} {unit}".strip()
    return (
        f"Mean absolute difference {size} over {measured.compared} of "
        f"{count(measured.rows, 'reported number')}."
    )


def order_sentence(measured: Agreement) -> list[str]:
    """How far the orders agree."""
    if measured.rank_correlation is None:
        return []
    return [f"Rank correlation {number(measured.rank_correlation, 2)} (Spearman)."]


def interval_sentence(measured: Agreement) -> list[str]:
    """How many reported numbers are such as one more run could give."""
    if not measured.with_interval:
        return []
    return [f"{measured.inside} of {measured.with_interval} lie in the 95 % prediction interval."]
