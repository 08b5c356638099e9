"""What chance alone would give."""

from reprise.analysis.statistics.multiplicity import expected_by_chance


def test_two_in_eighty_hold_by_chance() -> None:
    assert expected_by_chance(80) == 2
