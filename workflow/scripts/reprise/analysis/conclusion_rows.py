"""Rows of the tables of what came out, as analysis writes and rendering reads them: each field is a
column."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from math import isfinite
from typing import Any, TypeVar

DEVIATIONS = "deviations.csv"
"""The deviations of a study, in its folder."""

REFERENCE = "reference_"
"""What the names of columns on reference runs begin with."""

Row = TypeVar("Row")

_NUMBERS = (float | None, int | None)


@dataclass(frozen=True, kw_only=True)
class DeviationRow:
    """A row of ``DEVIATIONS``: what another reading of a study changes. Fields are None where
    nothing was measured.

    Attributes:
        id, difference, arm, against: as the study's YAML has them.
        effect, ci_low, ci_high: in the unit of the metric, on the runs of the scale.
        n: the smallest number of runs in a group.
        status: ``finished``, ``one seed`` or ``missing``.
        reference_effect to reference_status: the same on reference runs.
        reference_basis: what these rest on, or what they lack.
        reference_scale to reference_seeds: of them, each separated by spaces.
        reference_source: their folder.
    """

    id: str
    difference: str | None = None
    arm: str | None = None
    against: str | None = None
    effect: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    n: int | None = None
    status: str | None = None
    reference_effect: float | None = None
    reference_ci_low: float | None = None
    reference_ci_high: float | None = None
    reference_n: int | None = None
    reference_status: str | None = None
    reference_basis: str | None = None
    reference_scale: str | None = None
    reference_dataset: str | None = None
    reference_data_variant: str | None = None
    reference_seeds: str | None = None
    reference_source: str | None = None


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What some runs say of a claim, as ``claims.csv`` has it. Fields are None where there is
    nothing.

    Attributes:
        verdict: the word.
        effect, ci_low, ci_high, reported_effect: in the unit of the metric, of the part that
            decides where there are parts.
        p_holm: corrected for the study's other claims.
        n: the smallest number of runs in a group.
        basis: what the verdict rests on.
        part: where the part that decides stands.
        parts: what came of each part, as a list in JSON.
        evidence: the category of the runs.
    """

    verdict: str | None = None
    effect: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_holm: float | None = None
    n: int | None = None
    basis: str | None = None
    part: str | None = None
    reported_effect: float | None = None
    parts: str | None = None
    evidence: str | None = None


@dataclass(frozen=True, kw_only=True)
class ClaimRow:
    """A row of ``claims.csv``.

    Attributes:
        own: what the runs of the scale say.
        reference: what reference runs say; None where they say nothing.
        sources: the folders of these.
        weaker: the verdict of each weaker rung's reference runs, by its evidence.
        n_needed, detectable: of the runs of the scale.
    """

    own: Judgement = Judgement()
    reference: Judgement | None = None
    sources: tuple[str, ...] = ()
    weaker: Mapping[str, str] = field(default_factory=dict)
    n_needed: int | None = None
    detectable: float | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "ClaimRow":
        """The row by what stands in its columns; empty where there is none."""
        reference = row_of(Judgement, values, REFERENCE)
        weaker = _value(values.get(f"{REFERENCE}weaker"), str) or ""
        return cls(
            own=row_of(Judgement, values),
            reference=reference if reference.verdict else None,
            sources=tuple((_value(values.get(f"{REFERENCE}sources"), str) or "").split()),
            weaker=dict(words.split(": ") for words in weaker.split("; ") if words),
            n_needed=_value(values.get("n_needed"), int | None),
            detectable=_value(values.get("detectable"), float | None),
        )


def columns_of(kind: type) -> list[str]:
    """The columns of a table of such rows, in their order."""
    return [field.name for field in fields(kind)]


def text_columns(kind: type) -> frozenset[str]:
    """The columns that are text even where every value looks like a number."""
    return frozenset(field.name for field in fields(kind) if field.type not in _NUMBERS)


def row_of(kind: type[Row], values: Mapping[str, Any], prefix: str = "") -> Row:
    """A row by what stands in its columns, whose names begin with ``prefix``. What is no text, or
    no finite number, where one belongs is None, as is a column that an older table lacks."""
    typed = {
        field.name: _value(values.get(f"{prefix}{field.name}"), field.type)
        for field in fields(kind)
    }
    return kind(**typed)


def _value(value: Any, kind: Any) -> Any:
    if kind not in _NUMBERS:
        return value if isinstance(value, str) else None
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    if not is_number:
        return None
    return int(value) if kind == int | None else float(value)
