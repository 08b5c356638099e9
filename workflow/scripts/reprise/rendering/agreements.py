"""How far a table agrees with the reported numbers, in sentences."""

from math import ceil, exp

import pandas as pd

from reprise.analysis.agreement import (
    REFERENCE,
    THIS_RUN,
    Agreement,
    ReportedGap,
    Side,
    agreement,
    with_reported_numbers,
)
from reprise.rendering.entries import Rows
from reprise.rendering.metrics import Style, is_redefined
from reprise.rendering.numbers import count, factor, finer, number, signed, significant
from reprise.rendering.quantities import Quantity, named, quantities
from reprise.rendering.results import Results
from reprise.studies.artefact_records import ArtefactRecord
from reprise.studies.metric_units import difference_unit
from reprise.studies.rows import DEFAULT_ARM
from reprise.studies.rungs import compares

SHARE_NAMED = 5
"""Of so many compared numbers one is named as far from the reported one."""

MOST_NAMED = 3

NOT_COMPARED = "Not compared, since the study's own rule is not known."


def agreement_sentences(results: Results, study: str, artefact: ArtefactRecord) -> list[str]:
    """Mean difference, order, prediction intervals and largest differences of each quantity by
    itself; nothing where nothing is comparable."""
    return _sentences(results, study, artefact, THIS_RUN)


def reference_agreement_sentences(
    results: Results, study: str, artefact: ArtefactRecord
) -> list[str]:
    """The same of the reference runs."""
    return _sentences(results, study, artefact, REFERENCE)


def _sentences(results: Results, study: str, artefact: ArtefactRecord, side: Side) -> list[str]:
    table = results.table(study, artefact)
    # Without these a table, that of a probe perhaps, cannot be compared.
    if not {"arm", "reported", "statistic", *side.needed}.issubset(table.columns):
        return []
    table = comparable(results, table, side)
    if table.empty:
        return []
    sentences = []
    for quantity in quantities(artefact):
        rows = rows_of_table(table, artefact, quantity)
        said = [
            *main_arm_sentences(rows, side, artefact, quantity),
            *other_arms_sentences(rows, side, artefact, quantity),
        ]
        if said and is_redefined(artefact, quantity.rows[0]):
            said = [NOT_COMPARED]
        if said:
            sentences.append(named(quantity, " ".join(said)))
    return sentences


def comparable(results: Results, table: pd.DataFrame, side: Side) -> pd.DataFrame:
    """The rows whose numbers may be compared with reported ones: those of the rungs that are, and
    what is counted without a run."""
    if side is REFERENCE:
        if "reference_evidence" not in table:
            return table
        return table[table["reference_evidence"].map(compares).astype(bool)]
    if results.rung.compares_numbers:
        return table
    exact = table.get("definition")
    return table.iloc[:0] if exact is None else table[exact.notna()]


def main_arm_sentences(
    rows: pd.DataFrame, side: Side, artefact: ArtefactRecord, quantity: Quantity
) -> list[str]:
    """How far what was run agrees with what the study reports."""
    measured = agreement(rows, side, by_factor=quantity.style.compares_factors)
    if not measured.compared:
        return []
    return [
        difference_sentence(measured, quantity.style),
        *order_sentence(measured),
        *same_runs_sentence(measured, rows, artefact, quantity),
        *interval_sentence(measured),
        *farthest_sentence(measured, rows, artefact, quantity),
    ]


def rows_of_table(
    table: pd.DataFrame, artefact: ArtefactRecord, quantity: Quantity
) -> pd.DataFrame:
    """The rows of an artefact's tidy data that show a quantity."""
    axes = artefact.axis_ids
    shown = {Rows.key(row) for row in quantity.rows}
    keys = [Rows.record_key(record, axes) for record in table.to_dict("records")]
    return table[[key in shown for key in keys]]


def difference_sentence(measured: Agreement, style: Style) -> str:
    """By how much the numbers differ on average, and over how many of them."""
    difference = measured.mean_absolute_difference
    compared = f"{measured.compared} of {count(measured.rows, 'reported number')}"
    if style.compares_factors:
        mean = significant(exp(difference), 2)
        return f"Off by a factor of {mean} (geometric mean) over {compared}{_sides(measured)}."
    written = number(difference, finer(difference, style.decimals))
    size = f"{written} {difference_unit(style.unit)}".strip()
    return f"Mean absolute difference {size} over {compared}{direction_clause(measured, style)}."


def direction_clause(measured: Agreement, style: Style) -> str:
    """Which way the numbers differ from the reported ones, and by how much on average; begins with
    a space. Nothing of a single number, whose difference is seen in the table."""
    mean = signed(measured.mean_difference, finer(measured.mean_difference, style.decimals))
    return _sides(measured, f", mean difference {mean}")


def _sides(measured: Agreement, also: str = "") -> str:
    """How many numbers lie on each side of the reported ones, in brackets, with what is to be said
    where they lie on both."""
    higher = sum(each.value > 0 for each in measured.differences)
    lower = sum(each.value < 0 for each in measured.differences)
    if measured.compared < 2 or higher == lower == 0:
        return ""
    if measured.compared in (higher, lower):
        return f" (all {'higher' if higher else 'lower'})"
    return f" ({higher} higher, {lower} lower{also})"


def other_arms_sentences(
    rows: pd.DataFrame, side: Side, artefact: ArtefactRecord, quantity: Quantity
) -> list[str]:
    """How far the other readings of the study agree with what it reports, each with a number."""
    axes = artefact.axis_ids
    everywhere = with_reported_numbers(rows, axes)
    sentences = []
    for arm in artefact.arms:
        measured = agreement(everywhere, side, arm, quantity.style.compares_factors)
        if arm != DEFAULT_ARM and measured.compared:
            said = [
                difference_sentence(measured, quantity.style),
                *order_sentence(measured),
                *same_runs_sentence(measured, everywhere, artefact, quantity),
            ]
            parts = [f"{sentence[0].lower()}{sentence[1:].rstrip('.')}" for sentence in said]
            sentences.append(f"Arm “{arm}”: {', '.join(parts)}.")
    return sentences


def order_sentence(measured: Agreement) -> list[str]:
    """How far the orders agree."""
    if measured.rank_correlation is None:
        return []
    return [f"Rank correlation {number(measured.rank_correlation, 2)} (Spearman)."]


def same_runs_sentence(
    measured: Agreement, rows: pd.DataFrame, artefact: ArtefactRecord, quantity: Quantity
) -> list[str]:
    """Which rows are one and the same run, so that they count once."""
    return [
        f"One and the same run, which counts once: "
        f"{'; '.join(_label(rows.loc[row], artefact, quantity) for row in group)}."
        for group in measured.same_runs
    ]


def interval_sentence(measured: Agreement) -> list[str]:
    """How many reported numbers are such as one more run could give."""
    if not measured.with_interval:
        return []
    if measured.with_interval == 1:
        lies = "lies" if measured.inside else "does not lie"
        place = "the 95 % prediction interval of the one row with several runs"
        return [f"The reported number {lies} in {place}."]
    rows = f"{measured.inside} of the {measured.with_interval} rows with several runs"
    return [f"The reported number lies in the 95 % prediction interval of {rows}."]


def farthest_sentence(
    measured: Agreement, rows: pd.DataFrame, artefact: ArtefactRecord, quantity: Quantity
) -> list[str]:
    """Which numbers lie farthest from the reported ones, three at most: a fifth of them, and those
    whose reported number lies outside of the prediction interval. Nothing of a single number."""
    if measured.compared < 2:
        return []
    fifth = min(MOST_NAMED, ceil(measured.compared / SHARE_NAMED))
    said = [
        f"{_label(rows.loc[each.row], artefact, quantity)}, by {_written(each, quantity.style)}"
        for place, each in enumerate(measured.differences)
        if each.value and (place < fifth or each.outside)
    ][:MOST_NAMED]
    return [f"Farthest from the reported number: {'; '.join(said)}."] if said else []


def _label(record: pd.Series, artefact: ArtefactRecord, quantity: Quantity) -> str:
    """What a row is called, by the axes along which the quantity varies."""
    values = {
        axis: record.get(axis)
        for axis in artefact.axis_ids
        if len({row.axes.get(axis) for row in quantity.rows}) > 1
    }
    given = {axis: value for axis, value in values.items() if value}
    return artefact.combination_label(given, tuple(given.values()))


def _written(difference: ReportedGap, style: Style) -> str:
    beyond = " (beyond the interval)" if difference.outside else ""
    if style.compares_factors:
        return f"{factor(exp(difference.value))}{beyond}"
    size = signed(difference.value, finer(difference.value, style.decimals))
    return f"{size} {difference_unit(style.unit)}".strip() + beyond
