"""Rough times in words, for progress and estimates."""

UNITS = {"days": 86_400, "h": 3600, "min": 60}


def rough_duration(seconds: float) -> str:
    """Whole numbers of the largest unit of which there are at least two: 114 min, 30 h."""
    for unit, length in UNITS.items():
        if seconds >= 2 * length:
            return f"{seconds / length:,.0f} {unit}"
    return f"{seconds:.0f} s"
