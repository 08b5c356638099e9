"""What the report leads with: the best evidence on each claim, and numbers beside reported ones."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from html_tree import Page, text_of

from reprise.rendering.claims import ShownClaim
from reprise.rendering.entries import MeasuredNumber, TableEntry
from reprise.rendering.metrics import Style
from reprise.rendering.outcome import (
    ClaimFinding,
    ReportOutcome,
    ScorePoint,
    came_out,
    finding,
    is_in_percent,
    mean_difference,
    point_of,
    rung_pairs,
    tally,
)
from reprise.rendering.scatter import SIDE, scatter
from reprise.rendering.verdicts import verdict_of
from reprise.studies.measure_forms import Arrival, Settled
from reprise.studies.rungs import RUNGS


class Said:
    """As much of a claim, or of what reference runs say of it, as a finding needs."""

    findings = ShownClaim.findings

    def __init__(
        self, word: str, evidence: str, reference: "Said | None" = None, **weaker: str
    ) -> None:
        self.verdict, self.evidence, self.reference = verdict_of(word), evidence, reference
        self.weaker = {name: verdict_of(other) for name, other in weaker.items()}


@pytest.mark.parametrize(
    ("own", "kept", "wanted"),
    [
        (("holds", "miniature"), ("other direction", "paper"), ("other direction", "paper")),
        (("holds", "miniature"), ("missing", "paper"), ("holds", "miniature")),
        (("holds", "paper"), ("undecided", "laptop"), ("holds", "paper")),
        (("not drawn", "miniature"), None, None),
        (("holds", "exact"), None, ("holds", "exact")),
    ],
)
def test_the_strongest_evidence_that_says_something_counts(own, kept, wanted) -> None:
    found = finding(Said(*own, Said(*kept) if kept else None))
    assert (found and (found.verdict.word, found.evidence)) == wanted


def test_verdicts_are_counted_by_kind_of_evidence() -> None:
    words = ["holds", "undecided", "holds"]
    findings = [ClaimFinding(verdict_of(word), "paper") for word in words]
    found = tally("paper", [*findings, None, ClaimFinding(verdict_of("holds"), "laptop")])
    assert [(v.word, amount) for v, amount in found.verdicts] == [("holds", 2), ("undecided", 1)]


def test_sentences_count_claims_in_grammar() -> None:
    assert came_out(verdict_of("holds"), 1) == "1 holds"
    assert came_out(verdict_of("holds"), 3) == "3 hold"
    assert came_out(verdict_of("contradicted"), 1) == "1 is contradicted"
    assert came_out(verdict_of("other direction"), 6) == "6 point the other way"


def test_two_rungs_are_compared_where_both_put_a_claim_on_a_side() -> None:
    claims = [
        Said("same direction", "miniature", Said("holds", "paper")),
        Said("same direction", "miniature", Said("contradicted", "paper")),
        Said("same direction", "miniature", Said("undecided", "paper")),
        Said("other direction", "miniature", Said("other direction", "laptop")),
        Said("holds", "paper", Said("holds", "paper")),
        Said("holds", "paper"),
        # Kept runs of several rungs are compared with one another too.
        Said("other direction", "miniature", Said("holds", "paper"), laptop="same direction"),
        Said("not drawn", "miniature", Said("holds", "paper"), laptop="undecided"),
    ]
    found = [(p.stronger, p.weaker, p.both, p.same) for p in rung_pairs(claims)]
    assert found == [
        ("At published size", "On a laptop", 1, 1),
        ("At published size", "In miniature", 3, 1),
        ("On a laptop", "In miniature", 2, 1),
    ]


@pytest.fixture
def entry() -> Callable[..., TableEntry]:
    def make(own: float | None, kept: float | None, **more: bool) -> TableEntry:
        def runs(center: float | None) -> MeasuredNumber:
            return MeasuredNumber(center, None, 3, low=90.0, high=94.0)

        return TableEntry(Style("test_accuracy", "%", 2), 93.5, None, runs(kept), runs(own),
                     "finished", "", "", **more)  # fmt: skip

    return make


@pytest.mark.parametrize(
    ("metric", "wanted"),
    [("test_accuracy", True), ("test_top5_accuracy", True), ("test_mean_iou", True),
     ("test_average_precision", True), ("test_perplexity", False), ("accuracy_gain", False),
     ("generalisation_gap", False), ("train_loss", False),
     (Arrival(series="test_accuracy", rule=Settled(change=1, epochs=3)), False)],
)  # fmt: skip
def test_scores_in_percent_are_compared_and_nothing_else(metric, wanted) -> None:
    assert is_in_percent(metric) == wanted


def diverged(entry: TableEntry) -> TableEntry:
    """The same where all runs of this results folder diverged."""
    nothing = MeasuredNumber(None, None, 0)
    return replace(entry, reproduced=nothing, status="diverged", remark="all 3 runs")


def test_runs_that_all_diverged_are_evidence_of_their_rung(entry) -> None:
    laptop = diverged(entry(None, 55.0, reference_rung=RUNGS["laptop"])).best
    assert not laptop.is_reference, "a number of a laptop hides no divergence at published size"
    assert laptop.has_diverged
    assert not diverged(entry(None, 91.0)).best.is_reference, "this run, of two alike"
    demo = diverged(entry(None, 91.0, rung=RUNGS["demo"])).best
    assert demo.number.center == 91.0
    kept = MeasuredNumber(None, None, 0, runs=3, diverged=3)
    small = replace(entry(97.0, None, rung=RUNGS["demo"]), reference=kept)
    assert small.best.is_reference, "reference runs of published size diverged"
    assert small.best.has_diverged
    assert replace(small, rung=RUNGS["paper"]).best.number.center == 97.0
    missing = replace(diverged(entry(None, 55.0)), status="missing")
    assert missing.best.number.center == 55.0


def test_a_number_stands_beside_runs_that_may_be_compared(entry) -> None:
    assert point_of(entry(92.0, 91.0), "s/t", "a").found == 92.0
    assert point_of(entry(92.0, 91.0, rung=RUNGS["demo"]), "s/t", "a").found == 91.0
    assert point_of(entry(92.0, None, rung=RUNGS["demo"]), "s/t", "a") is None
    assert point_of(entry(92.0, 91.0, is_redefined=True), "s/t", "a") is None
    point = point_of(entry(None, 91.0), "s/t", "a")
    assert point.is_reference
    assert point.title == "s/t, a: reported 93.50, 91.00 in 3 reference runs"
    short = entry(92.0, 91.0, rung=RUNGS["short"])
    assert point_of(short, "s/t", "a").found == 91.0, "the stronger rung stands for the number"
    exact = entry(92.0, None)
    assert (
        point_of(replace(exact, reproduced=replace(exact.reproduced, is_exact=True)), "p", "")
        is None
    )


def test_numbers_are_as_far_apart_as_they_are_on_average() -> None:
    assert (
        mean_difference([ScorePoint(60.0, 61.0, "a", ""), ScorePoint(98.0, 95.0, "b", "")]) == 2.0
    )
    assert mean_difference([]) is None


def test_equal_numbers_lie_on_the_diagonal() -> None:
    drawn = scatter([ScorePoint(60.0, 60.0, "a", ""), ScorePoint(98.0, 70.0, "b", "", 66.0, 74.0)])
    equal, far = drawn.marks
    assert equal.x == SIDE - equal.y
    assert far.x > SIDE - far.y
    assert far.top < far.y < far.bottom
    assert [tick.text for tick in drawn.ticks] == ["60", "70", "80", "90", "100"]
    assert scatter([]) is None


def test_the_caption_says_what_is_drawn() -> None:
    own = ScorePoint(60.0, 61.0, "a", "", is_reference=False)
    kept = ScorePoint(98.0, 95.0, "b", "", 94.0, 96.0)
    alone = ReportOutcome([], [], [], [own], 3).caption
    assert alone == (
        "1 of 3 reported scores beside runs. On the line both are equal. "
        "A point leads to its table."
    )
    both = ReportOutcome([], [], [], [own, kept], 3).caption
    assert "A bar is a 95 % prediction interval for one more run." in both
    assert "Orange: this run. Blue: kept reference runs." in both


def test_a_single_number_has_a_drawing_too() -> None:
    drawn = scatter([ScorePoint(60.0, 60.0, "a", "")])
    assert len(drawn.ticks) == 2


def test_the_first_screen_counts_what_came_out(
    several_seeds: Path, several_seeds_page: Page
) -> None:
    claims = pd.read_csv(several_seeds / "claims.csv")
    said = several_seeds_page.text("outcome")
    drawn = claims[~claims["verdict"].isin(["missing", "not drawn"])]
    assert f"There is evidence on {len(drawn)} of {len(claims)} claims" in said
    (row,) = several_seeds_page.all("tbody", inside="outcome")[0]
    assert f"{(claims['verdict'] == 'holds').sum()} holds" in text_of(row)
    circles = several_seeds_page.all("circle", inside="outcome")
    assert f"{len(circles)} of 61" in text_of(row)
    assert "points apart on average" in text_of(row)
    links = several_seeds_page.all("a", inside="outcome")
    targets = {link.get("href").removeprefix("#") for link in links}
    assert targets <= several_seeds_page.by_id.keys()
    assert len(circles) > 20
