"""Claims are read once, before anything runs, and mean rows from then on."""

import inspect
from itertools import product
from pathlib import Path

import pytest

from reprise.analysis.claims.result import judges
from reprise.planning.plan import Plan
from reprise.planning.plan_file import plan_content
from reprise.studies.claims.contrasts import Difference
from reprise.studies.claims.registry import kinds
from reprise.studies.claims.rules import AllOf
from reprise.studies.claims.selections import selections_of
from reprise.studies.plain_records import plain, record
from reprise.studies.plan_storage import plan_of

ROOT = Path(__file__).parents[3]
STUDIES = sorted(path.stem for path in (ROOT / "config" / "studies").glob("*.yaml"))

SIDES = {"subject": {"setting": "a"}, "other": {"setting": "b"}}
ONE = {key: {**side, "shown": "accuracy"} for key, side in SIDES.items()}
SECOND = {"artefact": "table2", **ONE["other"]}
OTHERS = {"subject": ONE["subject"], "others": [ONE["other"], SECOND]}
TIME = {"series": "validation_accuracy", "settled": {"change": 1, "epochs": 4}}


@pytest.mark.parametrize(
    "claim",
    [
        {"kind": "difference", **ONE},
        {"kind": "difference", "metric": "test_loss", **SIDES},
        {"kind": "difference", "for_each": {"shown": ["accuracy", "time"]}, **SIDES},
        {"kind": "difference", "for_each": {"artefact": ["table1", "table2"]}, **ONE},
        {"kind": "best_of", "metric": TIME, **OTHERS},
        {"kind": "diverges", "subject": ONE["subject"], "or_below": 20},
        {"kind": "rank_among", "rank_at_most": 2, **OTHERS},
        {"kind": "difference", **ONE, "other": {**ONE["other"], "arm": ["as run", "as described"]}},
        {"kind": "trend", "artefact": "sweep", "axis": "rate", "direction": "flat", "margin": 1,
         "cells": {"rate": ["low", "mid"]}},
        {"kind": "threshold", "artefact": "sweep", "choose_best": "rate", "cells": {}, "above": 9},
        {"kind": "counted", "artefact": "counts", "cells": {}, "low": 3, "high": 3},
        {"kind": "same_curve", "artefact": "curves", **SIDES},
        {"kind": "order", "cells": [ONE["subject"], [ONE["other"], SECOND]]},
        {"kind": "all_of", "parts": [{"kind": "difference", "terms": [
            {"weight": 1, "cells": [ONE["subject"], SECOND]}, {"weight": -1, "cells": ONE["other"]},
        ]}]},
    ],
)  # fmt: skip
def test_claims_that_can_be_judged(read, claim):
    found = read(**claim)
    assert found.kind == claim["kind"]
    assert all(selection.rows for selection in selections_of(found.rule))


def test_a_claim_for_each_artefact_may_have_parts(read):
    parts = [{"kind": "difference", **ONE}, {"kind": "equivalent", **ONE}]
    both = read(kind="all_of", for_each={"artefact": ["table1", "table2"]}, parts=parts)
    assert both.artefacts == ("table1", "table2")
    compared = [[s.artefact for s in selections_of(part.rule)] for part in both.rule.parts]
    assert compared == [["table1"] * 4, ["table2"] * 4]
    assert [part.label for part in both.rule.parts] == ["table1", "table2"]


def test_selections_mean_rows(read):
    found = read(kind="difference", subject={"setting": "a", "shown": "accuracy"}, other=[
        {"setting": "b", "shown": "accuracy", "arm": "as described"},
        {"artefact": "table2", "setting": ["a", "b"], "metric": "train_accuracy"},
    ])  # fmt: skip
    first, second, third = selections_of(found.rule)
    assert (first.artefact, first.rows, first.metric) == ("table1", (0,), "test_accuracy")
    assert (second.artefact, second.rows) == ("table1", (5,))
    # Rows that show other metrics of the same runs count once.
    assert (third.artefact, third.rows, third.metric) == ("table2", (0, 2), "train_accuracy")
    assert found.artefacts == ("table1", "table2")


def test_what_for_each_fixes_a_selection_may_replace(read):
    sides = {"subject": {"setting": "a", "shown": "time"}, "other": {"setting": "b"}}
    found = read(kind="difference", for_each={"shown": ["time"]}, **sides)
    assert isinstance(found.rule, AllOf)
    assert [plain(selection.metric) for selection in selections_of(found.rule)] == [TIME, TIME]


@pytest.mark.parametrize("lowest", [True, False])
def test_a_choice_has_its_candidates(read, lowest):
    direction = {"direction": "less"} if lowest else {}
    found = read(kind="difference", artefact="gap", choose_best="rate", **direction,
                 subject={"setting": "a"}, other={"setting": "b", "rate": "low"})  # fmt: skip
    subject, other = selections_of(found.rule)
    assert [candidate.values for candidate in subject.candidates] == [
        ("low",), ("mid",), ("high",), ("none",), ("zero",),
    ]  # fmt: skip
    assert [candidate.rows for candidate in subject.candidates] == [(0,), (1,), (2,), (3,), (4,)]
    assert (subject.lowest, other.candidates) == (lowest, ())


def test_orders_are_matched_by_the_axes_that_both_have(read):
    found = read(
        kind="rank_correlation",
        below=0.5,
        subject={"artefact": "sweep"},
        other={"artefact": "gap", "setting": "a"},
    )
    assert [s.rows for s in found.rule.subject] == [(0,), (1,), (2,), (3,), (4,)]
    assert {(s.artefact, len(s.rows)) for s in found.rule.other} == {("gap", 1)}
    assert [s.rows for s in found.rule.other] == [(0,), (1,), (2,), (3,), (4,)]


def test_every_kind_has_a_judge():
    # The parts of the one without are judged, each by its own.
    assert set(kinds) - set(judges) == {"all_of"}
    for kind in judges:
        rule = next(iter(inspect.signature(judges[kind]).parameters.values())).annotation
        assert rule is kinds[kind]


@pytest.mark.parametrize(("study", "scale"), [*product(STUDIES, ("demo", "laptop", "paper"))])
def test_every_claim_of_a_study_comes_back_from_the_plan_file(study, scale):
    plan = Plan.of({"studies": study, "scale": scale, "seeds": 1}, ROOT)
    (found,) = plan_of(plan_content(plan), Path("plan.json")).studies
    assert len(found.claims) == len(plan.studies[study].claims) > 0
    assert found.claims == plan.claims[study]
    assert found.deviations == plan.deviations[study]
    assert not any(selection.rows == () for selection in selections_of(plan.claims[study]))


def test_a_rule_comes_back_with_everything_in_it(read):
    measured = {"series": "train_accuracy", "epoch": 2}
    found = read(
        kind="difference",
        artefact="gap",
        ratio=True,
        reported_effect=2,
        subject={"setting": "a", "choose_best": "rate", "best": "lowest"},
        other={"setting": "b", "rate": "low", "metric": measured},
        diverged_as=7,
        diverged_because="The study says so.",
    )
    assert record(Difference, plain(found.rule)) == found.rule
    assert found.rule.reported_effect == 2
