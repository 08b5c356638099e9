"""How far a table agrees with the reported numbers, in sentences."""

from typing import Any

import pandas as pd

from reprise.analysis.agreement import Agreement, agreement
from reprise.rendering.entries import Rows
from reprise.rendering.metrics import Style, difference_unit
from reprise.rendering.numbers import count, finer, number
from reprise.rendering.quantities import Quantity, named, quantities
from reprise.rendering.results import Results

NEEDED = frozenset(
    {"arm", "reported", "mean", "median", "statistic", "prediction_low", "prediction_high"}
)
"""Columns without which a table cannot be compared."""


def agreement_sentences(results: Results, study: str, artefact: dict[str, Any]) -> list[str]:
    """Mean difference, order, and prediction intervals of each quantity by itself; nothing where
    nothing is comparable."""
    table = results.table(study, artefact)
    if not NEEDED.issubset(table.columns):
        return []
    sentences = []
    for quantity in quantities(artefact):
        measured = agreement(rows_of_table(table, artefact, quantity))
        if measured.compared:
            said = [
                difference_sentence(measured, quantity.style),
                *order_sentence(measured),
                *interval_sentence(measured),
            ]
            sentences.append(named(quantity, " ".join(said)))
    return sentences


def rows_of_table(
    table: pd.DataFrame, artefact: dict[str, Any], quantity: Quantity
) -> pd.DataFrame:
    """The rows of an artefact's tidy data that show a quantity."""
    axes = [axis["id"] for axis in artefact.get("axes", [])]
    shown = {Rows.key(row) for row in quantity.rows}
    keys = [Rows.record_key(record, axes) for record in table.to_dict("records")]
    return table[[key in shown for key in keys]]


def difference_sentence(measured: Agreement, style: Style) -> str:
    """By how much the numbers differ on average, and over how many of them."""
    difference = measured.mean_absolute_difference
    written = number(difference, finer(difference, style.decimals))
    size = f"{written} {difference_unit(style.unit)}".strip()
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
