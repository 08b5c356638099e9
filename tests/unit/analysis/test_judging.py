"""Rows of claims.csv: verdicts after Holm's correction, and scales that draw none."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from claims_on_tables import claim_on, made_up_record

from reprise.analysis.claims import evaluate_claim, evaluate_study, evaluation
from reprise.analysis.claims import judge as judge_claims
from reprise.analysis.tables import Tables
from reprise.errors import InputError

NOISE = np.array([-1.0, 0.0, 1.0])
GROUPS = {name: list(mean + NOISE) for name, mean in {"a": 90, "b": 93.2, "c": 99}.items()}


def claim(name: str, subject: str, other: str, **more: Any) -> dict[str, Any]:
    sides = {"subject": {"setting": subject}, "other": {"setting": other}}
    common = {"id": name, "text": f"Claim {name}.", "artefact": "table1"}
    return {"kind": "difference", **common, **sides, **more}


CLAIMS = [
    claim("clear", "c", "a"),
    claim("borderline", "b", "a"),
    claim("reversed", "a", "c"),
]
EXACT = {
    "id": "size",
    "text": "Claim size.",
    "artefact": "table1",
    "kind": "counted",
    "cells": {"setting": "a"},
    "equals": 90,
}


def judge(
    study: str, claims: list[dict[str, Any]], tables: Tables, verdicts: bool = True
) -> pd.DataFrame:
    """Rows of claims.csv of claims as in YAML."""
    return judge_claims(study, [claim_on(c, tables) for c in claims], tables, verdicts)


@pytest.fixture
def study(tmp_path: Path) -> dict[str, Any]:
    """A study of one table as in plan.json, its runs.csv written."""
    rows, runs = [], []
    for name, values in GROUPS.items():
        folders = {str(seed): f"cells/{name}/seed{seed}" for seed in (1, 2, 3)}
        rows.append(
            {"axes": {"setting": name}, "arm": "as run", "reported": 92.5, "folders": folders}
        )
        for (seed, folder), value in zip(folders.items(), values, strict=True):
            runs.append([name, "as run", seed, "finished", folder, value])
    columns = ["setting", "arm", "seed", "status", "folder", "test_accuracy"]
    (tmp_path / "made_up").mkdir()
    pd.DataFrame(runs, columns=columns).to_csv(tmp_path / "made_up/table1.runs.csv", index=False)
    values = [{"id": name, "label": name, "x": None} for name in GROUPS]
    axes = [{"id": "setting", "label": "Setting", "values": values}]
    artefact = {"id": "table1", "metric": "test_accuracy", "axes": axes, "rows": rows}
    return made_up_record({"id": "made_up", "artefacts": [artefact], "claims": CLAIMS})


def test_columns_and_verdicts(study: dict, tmp_path: Path) -> None:
    rows = evaluate_study(study, tmp_path).set_index("claim")
    assert list(rows.reset_index())[:11] == [
        "claim",
        "study",
        "kind",
        "verdict",
        "effect",
        "ci_low",
        "ci_high",
        "p_holm",
        "n",
        "n_needed",
        "basis",
    ]
    assert rows["verdict"].to_dict() == {
        "clear": "holds",
        "borderline": "holds",
        "reversed": "contradicted",
    }
    assert (rows["n"] == 3).all()


def test_holm_makes_a_borderline_claim_undecided(make_table: Any) -> None:
    near = {"a": list(90 + NOISE), "b": list(92.3 + NOISE), "c": list(91 + NOISE)}
    tables = {"table1": make_table(near)}
    alone = judge("s", [claim("one", "b", "a")], tables)
    assert alone["verdict"].to_list() == ["holds"]
    family = judge("s", [claim("one", "b", "a"), claim("two", "c", "a")], tables)
    assert family["verdict"].to_list() == ["undecided", "undecided"]
    assert family["p_holm"][0] == pytest.approx(2 * family["p"][0])
    assert family["ci_low"][0] == alone["ci_low"][0] > 0


def test_exact_claims_are_no_part_of_the_family(make_table: Any) -> None:
    claims = [CLAIMS[0], EXACT]
    rows = judge("s", claims, {"table1": make_table({**GROUPS, "a": [90.0, 90.0]})})
    assert rows["p_holm"][0] == rows["p"][0]
    assert rows["verdict"].to_list() == ["holds", "holds"]
    assert pd.isna(rows["p_holm"][1])


def test_a_scale_without_verdicts_shows_effects_only(study: dict, tmp_path: Path) -> None:
    rows = evaluate_study(study, tmp_path, verdicts=False)
    assert set(rows["verdict"]) == {"not drawn"}
    empty = ["ci_low", "ci_high", "p", "p_holm", "n_needed", "detectable"]
    assert rows[empty].isna().all(axis=None)
    assert rows["effect"].to_list() == pytest.approx([9.0, 3.2, -9.0])
    assert rows["reported_effect"].to_list() == [0, 0, 0]
    assert (rows["n"] == 3).all()


def test_one_claim_is_not_adjusted(study: dict, tmp_path: Path) -> None:
    row = evaluate_claim(study, "clear", tmp_path).iloc[0]
    assert (row["verdict"], row["text"]) == ("holds", "Claim clear.")
    assert pd.isna(row["p_holm"]) and row["p"] < 0.05
    assert row["basis"].endswith("unadjusted for the study's other claims")
    with pytest.raises(InputError, match="clear"):
        evaluate_claim(study, "cleer", tmp_path)


def test_the_place_of_the_part_that_the_effect_is_of(make_table: Any) -> None:
    near = {"a": list(90 + NOISE), "b": list(92 + NOISE), "c": list(99 + NOISE)}
    clear, unclear = (
        {"kind": "difference", "subject": {"setting": name}, "other": {"setting": "a"}}
        for name in "cb"
    )
    inner = {"kind": "all_of", "parts": [clear, unclear]}
    whole = {"id": "w", "text": "W.", "kind": "all_of", "artefact": "table1",
             "parts": [clear, inner]}  # fmt: skip
    claims = [whole, claim("single", "c", "a")]
    for verdicts in (True, False):
        rows = judge("s", claims, {"table1": make_table(near)}, verdicts)
        assert list(rows)[-2:] == ["part", "parts"]
        told = json.loads(rows["parts"][0])
        assert [part["part"] for part in told] == ["1", "2.1", "2.2"]
        assert [part["label"] for part in told] == ["part 1", "part 2, part 1", "part 2, part 2"]
        assert [part["effect"] for part in told] == pytest.approx([9.0, 9.0, 2.0])
        assert told[2]["ci_low"] < 2.0 < told[2]["ci_high"]
        assert pd.isna(rows["parts"][1])
        assert rows["part"].fillna("").to_list() == ["2.2", ""]
        assert rows["effect"][0] == pytest.approx(2.0)


def test_missing_claims_are_rows_too(make_table: Any) -> None:
    table = make_table({"a": [None], "b": [None], "c": [1.0]})
    rows = judge("s", [claim("one", "a", "b")], {"table1": table})
    assert rows["verdict"].to_list() == ["missing"]
    assert rows["n"].to_list() == [0]
    assert rows["effect"].isna().all()


@pytest.mark.parametrize("absent", [None, "failed"])
def test_no_verdict_is_drawn_while_a_run_is_absent(make_table: Any, absent: Any) -> None:
    whole = make_table(GROUPS)
    partial = make_table({**GROUPS, "b": [*GROUPS["b"][:2], absent]}, name="table2")
    claims = [claim("whole", "c", "a"), claim("partial", "c", "a", artefact="table2")]
    rows = judge("s", claims, {"table1": whole, "table2": partial}).set_index("claim")
    assert rows["verdict"].to_dict() == {"whole": "holds", "partial": "not drawn"}
    assert rows["basis"]["partial"] == "1 of 9 runs of table2 missing or failed"
    assert rows["effect"].to_list() == pytest.approx([9.0, 9.0])
    assert rows[["p_holm", "ci_low", "ci_high"]].loc["partial"].isna().all()
    # The other claim is judged as one of two.
    alone = judge("s", claims[:1], {"table1": whole}).set_index("claim")
    assert rows["p_holm"]["whole"] == pytest.approx(2 * alone["p_holm"]["whole"])


def test_a_claim_by_itself_gets_no_verdict_while_a_run_is_absent(
    study: dict, tmp_path: Path
) -> None:
    path = tmp_path / "made_up/table1.runs.csv"
    runs = pd.read_csv(path)
    runs.loc[0, ["status", "test_accuracy"]] = ["missing", None]
    runs.to_csv(path, index=False)
    row = evaluate_claim(study, "clear", tmp_path)
    assert row["verdict"].to_list() == ["not drawn"]


def test_a_claim_that_cannot_be_judged_stops_no_other(make_table: Any) -> None:
    tables = {"table1": make_table({**GROUPS, "b": list(93.2 - 95 + NOISE)})}
    claims = [claim("whole", "c", "a"), claim("negative", "b", "a", ratio=True)]
    rows = judge("s", claims, tables).set_index("claim")
    assert rows["verdict"].to_dict() == {"whole": "holds", "negative": "not drawn"}
    said = "cannot be judged: ratios need positive numbers, and one is -2.8: leave out the claim's"
    assert rows["basis"]["negative"].startswith(said)
    assert rows[["effect", "p", "p_holm"]].loc["negative"].isna().all()
    # The other claim is judged as one of two.
    assert rows["p_holm"]["whole"] == pytest.approx(2 * rows["p"]["whole"])


def test_an_error_that_nobody_foresaw_stops_no_claim_either(
    make_table: Any, monkeypatch: Any, capsys: Any
) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("by a mistake in the judge")

    judges = {"difference": evaluation.judges["difference"], "counted": broken}
    monkeypatch.setattr(evaluation, "judges", judges)
    rows = judge("s", [claim("whole", "c", "a"), EXACT], {"table1": make_table(GROUPS)})
    assert rows["verdict"].to_list() == ["holds", "not drawn"]
    assert "nobody foresaw (ZeroDivisionError('by a mistake in the judge'))" in rows["basis"][1]
    assert "Traceback" in capsys.readouterr().err


def test_a_run_that_diverged_is_there(make_table: Any) -> None:
    table = make_table({**GROUPS, "b": ["diverged", *GROUPS["b"]]})
    assert judge("s", [claim("one", "c", "a")], {"table1": table})["verdict"][0] == "holds"
