"""The lines of ``snakemake plan`` on claims that can be decided."""

from reprise.analysis.decidable import Decidable
from reprise.estimates.decidable_text import decidable_table


def test_a_line_a_study() -> None:
    found = {"lantern": Decidable(7, 3, 2, (4, 7)), "kite": Decidable(12, 0, 12, ())}
    head, lantern, kite = decidable_table(found, [1, 5]).splitlines()
    assert head.split() == [
        "study",
        "claims",
        "counted",
        "1",
        "seed",
        "5",
        "seeds",
        "no",
        "effect",
        "reported",
    ]
    assert lantern.split() == ["lantern", "7", "3", "3", "4", "2"]
    assert kite.split() == ["kite", "12", "0", "0", "0", "12"]
    assert len(head) == len(lantern) == len(kite)
