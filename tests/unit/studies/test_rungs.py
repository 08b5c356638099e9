"""The ladder of evidence."""

from reprise.studies.rungs import RUNGS, compares, rung_named, strength


def test_rungs_stand_from_the_strongest_evidence_to_the_weakest():
    assert list(RUNGS) == ["paper", "short", "laptop", "demo"]
    strengths = [strength(rung) for rung in RUNGS.values()]
    assert strengths == sorted(strengths, reverse=True)


def test_verdicts_are_labelled_by_rung():
    evidence = {name: rung.evidence for name, rung in RUNGS.items()}
    assert evidence == {
        "paper": "paper",
        "short": "shortened",
        "laptop": "laptop",
        "demo": "miniature",
    }


def test_numbers_of_published_size_alone_are_compared_with_reported_ones():
    assert [rung.compares_numbers for rung in RUNGS.values()] == [True, True, False, False]
    assert compares("paper") and compares("shortened") and compares(None)
    assert not compares("laptop") and not compares("miniature")


def test_what_says_nothing_is_taken_for_the_least():
    assert rung_named("mine").name == "demo"
    assert rung_named(None).name == "demo"
