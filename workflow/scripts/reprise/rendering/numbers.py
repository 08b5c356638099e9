"""How numbers are written for people: true minus signs, a fixed number of decimals, units."""

import math
import re
from collections.abc import Iterable

MINUS = "\N{MINUS SIGN}"
EN_DASH = "\N{EN DASH}"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"
NOTHING = "\N{EM DASH}"
"""What stands in a table where there is no value."""

SCIENTIFIC = "scientific"
"""Decimals of numbers that may have any size."""

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def is_number(value: object) -> bool:
    """Whether a value read from a file is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def number(value: float | None, decimals: int | str = 2) -> str:
    """A number with fixed decimals and grouped thousands; a dash where there is none.

    ``scientific`` decimals write three significant digits and a power of ten: ``7.58 × 10⁻³``.

    >>> number(-3.14159)
    '−3.14'
    """
    if not is_number(value):
        return NOTHING
    if decimals == SCIENTIFIC:
        return scientific(value)
    grouping = "," if abs(value) >= 10_000 else ""
    text = f"{value:{grouping}.{decimals}f}".replace(",", THIN_SPACE)
    if float(f"{value:.{decimals}f}") == 0:
        text = text.removeprefix("-")
    return text.replace("-", MINUS)


def scientific(value: float) -> str:
    """Three significant digits and a power of ten, which is left out where it is 1."""
    mantissa, exponent = f"{value:.2e}".split("e")
    digits = f"{float(mantissa):g}".replace("-", MINUS)
    power = str(int(exponent)).translate(SUPERSCRIPTS)
    return digits if int(exponent) == 0 else f"{digits} × 10{power}"


def signed(value: float | None, decimals: int | str = 2) -> str:
    """A number with its sign always written, as differences are."""
    text = number(value, decimals)
    if not is_number(value) or text.startswith(MINUS):
        return text
    return f"+{text}" if any(digit in text for digit in "123456789") else text


def fitting_decimals(value: float, digits: int = 3) -> int:
    """How many decimals show a number to a count of significant digits."""
    magnitude = math.floor(math.log10(abs(value))) if value else 0
    return max(0, digits - 1 - magnitude)


def finer(value: float | None, decimals: int | str) -> int | str:
    """Decimals that show a mean of whole numbers: one where it is not whole itself."""
    is_between = is_number(value) and decimals == 0 and float(value) != round(value)
    return 1 if is_between else decimals


def telling(value: float | None, decimals: int | str) -> int | str:
    """Decimals that show the sign of a difference: more than those given where it would become a
    bare 0.

    >>> telling(-0.041, 1)
    2
    """
    if not is_number(value) or not value or decimals == SCIENTIFIC:
        return decimals
    is_lost = float(f"{value:.{decimals}f}") == 0
    return fitting_decimals(value, 1) if is_lost else decimals


def together(text: str) -> str:
    """Text in which no line ends between a number and its percent sign."""
    return re.sub(r"(?<=\d) (?=%)", NO_BREAK_SPACE, text)


def significant(value: float | None, digits: int = 3) -> str:
    """A number with a given count of significant digits, whole where it is large."""
    return number(value, fitting_decimals(value, digits)) if is_number(value) else NOTHING


def factor(value: float | None) -> str:
    """A factor between two numbers: ``× 2.1``.

    >>> factor(0.0474)
    '× 0.047'
    """
    return f"× {significant(value, 2)}" if is_number(value) else NOTHING


def plain(value: float | None) -> str:
    """A number with as many decimals as it has, as a value of an axis is written."""
    return f"{value:g}".replace("-", MINUS) if is_number(value) else NOTHING


def probability(value: float | None) -> str:
    """A p value: two digits, and never a bare zero."""
    if not is_number(value):
        return NOTHING
    return "< 0.001" if value < 0.001 else number(value, 3 if value < 0.1 else 2)


def interval(low: float | None, high: float | None, decimals: int | str = 2) -> str:
    """An interval, or nothing where an end is not known."""
    if not is_number(low) or not is_number(high):
        return ""
    return f"{number(low, decimals)} to {number(high, decimals)}"


def ranges(values: Iterable[int]) -> str:
    """Whole numbers as a list in which neighbours are joined: ``1–3, 7``."""
    runs: list[list[int]] = []
    for value in sorted(set(values)):
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    return ", ".join(
        str(run[0]) if len(run) == 1 else f"{run[0]}{EN_DASH}{run[-1]}" for run in runs
    )


def span(values: Iterable[float], decimals: int = 0) -> str:
    """From the smallest to the largest of some numbers: ``60–120``."""
    finite = [value for value in values if is_number(value)]
    if not finite:
        return NOTHING
    low, high = number(min(finite), decimals), number(max(finite), decimals)
    return low if low == high else f"{low}{EN_DASH}{high}"


def duration(seconds: float | None) -> str:
    """Seconds in the unit that suits them."""
    if not is_number(seconds):
        return NOTHING
    if seconds < 120:
        return f"{significant(seconds)} s"
    if seconds < 7200:
        return f"{significant(seconds / 60)} min"
    return f"{significant(seconds / 3600)} h"


def count(amount: int, noun: str, plural: str | None = None) -> str:
    """An amount with its noun: ``1 cell``, ``12 cells``."""
    return f"{number(amount, 0)} {noun if amount == 1 else plural or noun + 's'}"


def listed(words: Iterable[str], conjunction: str = "and") -> str:
    """Words as a sentence lists them: ``a, b and c``."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {conjunction} {items[-1]}"
