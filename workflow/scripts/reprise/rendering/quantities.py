"""The quantities that an artefact's rows show: most show one, some two metrics of the same runs."""

from collections.abc import Sequence
from dataclasses import dataclass

from reprise.rendering.metrics import (
    Style,
    artefact_style,
    metric_words,
    row_style,
)
from reprise.rendering.numbers import count, listed
from reprise.studies.artefact_records import ArtefactRecord, RowRecord, arms_of
from reprise.studies.measure_forms import depends_on_report
from reprise.studies.metric_units import difference_unit
from reprise.studies.reported_epochs import ReportedEpochs


@dataclass(frozen=True)
class Quantity:
    """Rows of the plan whose numbers are of one metric, unit and rule of reported epochs, written
    with as many decimals.

    ``name`` is what the axis values are called that they alone have; empty without such values,
    and where the artefact shows one quantity only.
    """

    name: str
    style: Style
    rows: Sequence[RowRecord]


def quantities(artefact: ArtefactRecord) -> list[Quantity]:
    """The quantities of an artefact in the order of its rows, at least one."""
    groups: dict[tuple, list[RowRecord]] = {}
    for row in artefact.rows:
        style = row_style(artefact, row)
        epochs = tuple(epochs_by_arm(rows_beside(artefact, row)).items())
        key = (style.label, style.decimals, epochs if depends_on_report(style.metric) else ())
        groups.setdefault(key, []).append(row)
    if len(groups) < 2:
        rows = artefact.rows
        style = row_style(artefact, rows[0]) if rows else artefact_style(artefact)
        return [Quantity("", style, rows)]
    return [
        Quantity(own_label(artefact, rows), row_style(artefact, rows[0]), rows)
        for rows in groups.values()
    ]


def own_label(artefact: ArtefactRecord, rows: list[RowRecord]) -> str:
    """The labels of the values of an axis that some rows have and no other row; else empty."""
    others = [row for row in artefact.rows if row not in rows]
    for name in artefact.axis_ids:
        values = dict.fromkeys(row.axes.get(name) for row in rows)
        if not values.keys() & {row.axes.get(name) for row in others}:
            return listed(artefact.label(name, value) for value in values)
    return ""


def rows_beside(artefact: ArtefactRecord, row: RowRecord) -> list[RowRecord]:
    """The rows with the axis values of a row, in all arms."""
    return [other for other in artefact.rows if other.axes == row.axes]


def quantity_sentences(artefact: ArtefactRecord) -> list[str]:
    """What the numbers are of, a sentence for each quantity; one where all have one name."""
    shown = quantities(artefact)
    epochs = [epochs_of(each) for each in shown]
    if len({said for each, said in zip(shown, epochs, strict=True) if of_epochs(each)}) > 1:
        last = [" of the last epoch" if of_epochs(each) else "" for each in shown]
        epochs = [said or other for said, other in zip(epochs, last, strict=True)]
    sentences = [f"{each.style.label}{said}." for each, said in zip(shown, epochs, strict=True)]
    if len(set(sentences)) == 1:
        return sentences[:1]
    return [named(each, sentence) for each, sentence in zip(shown, sentences, strict=True)]


def named(quantity: Quantity, sentence: str) -> str:
    """A sentence about a quantity, after its name where there are several and the name says more
    than the metric."""
    if quantity.name.casefold() in ("", metric_words(quantity.style.metric).casefold()):
        return sentence
    return f"{quantity.name}: {sentence[:1].lower()}{sentence[1:]}"


def unit_clause(artefact: ArtefactRecord) -> str:
    """In which unit differences are, where it is not plain; begins with a comma."""
    shown = quantities(artefact)
    if any(quantity.style.compares_factors for quantity in shown):
        return ", or divided by it where a × stands"
    units = {quantity.style.unit for quantity in shown}
    if len(units) > 1:
        return ", of percentages in points" if "%" in units else ""
    unit = difference_unit(units.pop())
    return f", in {unit}" if unit else ""


def with_unit(text: str, unit: str) -> str:
    """A label with a unit, unless it names the unit itself."""
    return text if not unit or text.endswith(f"({unit})") else f"{text} ({unit})"


def reported_epochs(report: ReportedEpochs) -> str:
    """Which epochs a row reports; empty for the last one."""
    if report.is_last:
        return ""
    if report.epochs == "best":
        return "of the epoch with the best test accuracy"
    epochs, skipped = count(report.count, "epoch"), report.skip_last
    if not skipped:
        return f"averaged over the last {epochs}"
    return f"averaged over the {epochs} before the last {skipped if skipped > 1 else 'one'}"


def epochs_of(quantity: Quantity) -> str:
    """Which epochs a quantity is of, by arm where the arms differ; begins with a space."""
    if not of_epochs(quantity):
        return ""
    by_arm = epochs_by_arm(quantity.rows)
    if len(set(by_arm.values())) > 1:
        said = [f"{epochs or 'of the last epoch'} ({arm})" for arm, epochs in by_arm.items()]
        return f" {'; '.join(said)}"
    return f" {''.join(set(by_arm.values()))}".rstrip()


def of_epochs(quantity: Quantity) -> bool:
    """Whether a quantity depends on the epochs that are reported."""
    return depends_on_report(quantity.style.metric)


def epochs_by_arm(rows: Sequence[RowRecord]) -> dict[str, str]:
    """Which epochs some rows report in each arm, those of the arm's first row."""
    first = {arm: next(row for row in rows if row.arm == arm) for arm in arms_of(rows)}
    return {arm: reported_epochs(row.report) for arm, row in first.items()}
