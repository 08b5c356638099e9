"""The style sheet: contrast in both themes, phones, print."""

import re
from pathlib import Path

import pytest

import reprise.rendering.report as report

SHEET = Path(report.TEMPLATES / "report.css").read_text(encoding="utf-8")
PAIRS = [
    ("ink", "paper"), ("muted", "paper"), ("accent", "paper"), ("ink", "raised"),
    ("muted", "raised"), ("accent", "raised"), ("bad", "paper"), ("failed", "paper"),
    ("good", "good-back"), ("bad", "bad-back"), ("open", "open-back"), ("plain", "plain-back"),
]  # fmt: skip


def themes() -> dict[str, dict[str, str]]:
    """Colours of the light theme, and of the dark one by each of its two ways."""
    blocks = [
        dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root[^{]*\{(.*?)\}", SHEET, re.DOTALL)
    ]
    return dict(zip(["light", "dark by system", "dark by choice"], blocks, strict=True))


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark by system", "dark by choice"])
@pytest.mark.parametrize(("front", "back"), PAIRS)
def test_text_has_the_contrast_of_wcag_aa(theme: str, front: str, back: str) -> None:
    colours = themes()[theme]
    lighter, darker = sorted((luminance(colours[front]), luminance(colours[back])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_both_ways_to_the_dark_theme_are_the_same() -> None:
    found = themes()
    assert found["dark by system"] == found["dark by choice"]


def test_print_is_light_and_shows_everything() -> None:
    assert "@media screen and (prefers-color-scheme: dark)" in SHEET
    assert "details::details-content" in SHEET.split("@media print")[1]
