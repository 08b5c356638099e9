"""How far a table agrees with the reported numbers, in sentences."""

from dataclasses import astuple
from typing import Any

import pandas as pd

from reprise.analysis.agreement import REFERENCE, THIS_RUN, Agreement, Side, agreement
from reprise.rendering.entries import Rows
from reprise.rendering.metrics import Style, difference_unit
from reprise.rendering.numbers import count, finer, number
from reprise.rendering.quantities import Quantity, named, quantities
from reprise.rendering.results import Results


def agreement_sentences(results: Results, study: str, artefact: dict[str, Any]) -> list[str]:
    """Mean difference, order, and prediction intervals of each quantity by itself; nothing where
    nothing is comparable."""
    return _sentences(results, study, artefact, THIS_RUN)


def reference_agreement_sentences(
    results: Results, study: str, artefact: dict[str, Any]
) -> list[str]:
    """The same of the reference runs."""
    return _sentences(results, study, artefact, REFERENCE)


def _sentences(results: Results, study: str, artefact: dict[str, Any], side: Side) -> list[str]:
    table = results.table(study, artefact)
    # Without these a table, that of a probe perhaps, cannot be compared.
    if not {"arm", "reported", "statistic", *astuple(side)}.issubset(table.columns):
        return []
    sentences = []
    for quantity in quantities(artefact):
        measured = agreement(rows_of_table(table, artefact, quantity), side)
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
