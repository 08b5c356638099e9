"""Claims on artefacts whose rows show two metrics of the same runs."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from claims_on_tables import evaluate
from made_up_records import made_up_artefact, made_up_rows

from reprise.analysis.claims.result import ClaimResult, verdict
from reprise.analysis.collecting import collect_runs, read_runs
from reprise.analysis.selection import Sample, rows_beside, samples_of
from reprise.analysis.summaries import summarise
from reprise.analysis.tables import ArtefactTable
from reprise.errors import InputError
from reprise.studies.claims.resolving import Scope, resolved

SETTLED = {"change": 2.0, "epochs": 1}
TIME = {"series": "validation_accuracy", "settled": SETTLED}
# What is missing of a setting's level shrinks by this factor in every epoch.
SETTINGS = {"fast": (90.0, 0.2), "even": (92.0, 0.5), "slow": (97.0, 0.7)}
SEEDS = (1, 2, 3, 4, 5)

Claims = Callable[[Mapping[str, Any]], ClaimResult]


@pytest.fixture
def make_artefact(tmp_path: Path, write_cell: Any, write_history: Any) -> Any:
    """An artefact with the axes ``setting`` and ``shown`` from levels and speeds by setting."""

    def make(
        name: str, settings: Mapping[str, Sequence[float]], epochs: int = 8
    ) -> tuple[dict[str, Any], pd.DataFrame]:
        rows = []
        for setting, (level, speed) in settings.items():
            folders = {}
            for seed in SEEDS:
                folder = f"cells/{name}/{setting}/seed{seed}"
                curve = level + 0.1 * seed - 40 * speed ** np.arange(epochs)
                write_cell(folder, validation_accuracy=curve[-1], test_accuracy=1.0)
                write_history(folder, validation_accuracy=curve)
                folders[str(seed)] = folder
            for shown, metric in (("accuracy", None), ("time", TIME)):
                rows.append(
                    {
                        "axes": {"setting": setting, "shown": shown},
                        "arm": "as run", "reported": level if shown == "accuracy" else None,
                        "cited": None, "metric": metric, "published": [], "folders": folders,
                        "epochs": {"published": 4 * epochs, "run": epochs},
                    }
                )  # fmt: skip
        ids = {"setting": list(settings), "shown": ["accuracy", "time"]}
        axes = [{"id": a, "values": [{"id": v} for v in values]} for a, values in ids.items()]
        artefact = {"id": name, "metric": "validation_accuracy", "axes": axes, "rows": rows}
        path = tmp_path / f"{name}.runs.csv"
        collect_runs(made_up_rows(rows), tmp_path).to_csv(path, index=False)
        return artefact, read_runs(path, ids)

    return make


@pytest.fixture
def tables(make_artefact: Any, tmp_path: Path) -> dict[str, ArtefactTable]:
    reversed_settings = dict(zip(SETTINGS, reversed(SETTINGS.values()), strict=True))
    artefacts = [make_artefact("first", SETTINGS), make_artefact("second", reversed_settings)]
    return {a["id"]: ArtefactTable.of(made_up_artefact(a), runs, tmp_path) for a, runs in artefacts}


@pytest.fixture
def judged(tables: dict[str, ArtefactTable]) -> Any:
    def judge(**claim: Any) -> tuple[str, ClaimResult]:
        result = evaluate({"id": "c", "artefact": "first", **claim}, tables)
        return verdict(result, result.p), result

    return judge


def selected(tables: dict[str, ArtefactTable], **selection: Any) -> list[Sample]:
    """The rows of the first artefact that a selection means."""
    compared = {name: table.compared() for name, table in tables.items()}
    asked = {"artefact": "first", **selection}
    return samples_of((resolved(asked, Scope(compared), "selection"),), tables)


def test_each_row_is_summarised_by_its_own_metric(make_artefact: Any) -> None:
    artefact, runs = make_artefact("first", SETTINGS)
    table = summarise(runs, made_up_rows(artefact["rows"]), metric=artefact["metric"])
    fast = table[table["setting"] == "fast"].set_index("shown")
    assert fast.loc["accuracy", "mean"] == pytest.approx(90.3, abs=0.01)
    # 40 x 0.2^n changes by 32, 6.4, and then by less than 2.
    assert fast.loc["time", "mean"] == 2
    assert fast["metric"].to_list() == [
        "validation_accuracy",
        "validation_accuracy (settled change 2.0 epochs 1)",
    ]


def test_the_default_metric_is_what_the_rows_show(judged: Any) -> None:
    sides = {"subject": {"setting": "slow"}, "other": {"setting": "fast"}}
    both = [{key: {**side, "shown": shown} for key, side in sides.items()} for shown in
            ("accuracy", "time")]  # fmt: skip
    accuracy, time = (judged(kind="difference", **pair)[1] for pair in both)
    assert accuracy.effect == pytest.approx(97 - 90 - 40 * (0.7**7 - 0.2**7))
    assert accuracy.reported_effect == 7.0
    assert time.effect == 4
    assert time.reported_effect is None


def test_rows_of_different_metrics_have_no_mean(judged: Any) -> None:
    sides = {"subject": {"setting": "slow"}, "other": {"setting": "fast"}}
    with pytest.raises(
        InputError, match="expected rows of one metric, found those of several along 'shown'"
    ):
        judged(kind="difference", **sides)


def test_a_named_metric_counts_runs_once(judged: Any, tables: dict[str, ArtefactTable]) -> None:
    sides = {"subject": {"setting": "slow"}, "other": {"setting": "fast"}}
    result = judged(kind="difference", metric="validation_accuracy", **sides)[1]
    assert (result.n, result.reported_effect) == (5, 7.0)
    samples = selected(tables, metric="test_accuracy")
    assert len(samples) == 3


def test_rows_beside_show_the_same_metric(tables: dict[str, ArtefactTable]) -> None:
    beside = rows_beside(selected(tables, setting="slow", shown="time"))
    assert sorted((s.row.axes["setting"], s.row.axes["shown"]) for s in beside) == sorted(
        (setting, "time") for setting in SETTINGS if setting != "slow"
    )
    test = selected(tables, metric="test_accuracy", shown="time")
    assert rows_beside(test) == []


def test_each_metric_borrows_from_its_own_rows(judged: Any) -> None:
    early = {"series": "validation_accuracy", "epoch": 30}
    result = judged(
        kind="difference",
        subject={"setting": "slow", "shown": "accuracy"},
        other={"setting": "fast", "shown": "accuracy", "metric": early},
    )[1]
    assert result.basis.endswith("; moderated by the rows beside")


def test_the_orders_of_two_artefacts_are_compared_within_one_metric(judged: Any) -> None:
    pair = {"subject": {"artefact": "first", "shown": "accuracy"},
            "other": {"artefact": "second", "shown": "accuracy"}}  # fmt: skip
    word, result = judged(kind="rank_correlation", below=0.5, **pair)
    assert (word, result.effect) == ("holds", -1.5)


def test_arrival_is_compared_with_every_other_row(judged: Any) -> None:
    race = {"kind": "time_to", "series": "validation_accuracy", "settled": SETTLED,
            "others": {"shown": "accuracy"}}  # fmt: skip
    assert judged(**race, subject={"setting": "fast", "shown": "accuracy"})[0] == "holds"
    word, result = judged(**race, subject={"setting": "even", "shown": "accuracy"})
    assert (word, len(result.parts)) == ("contradicted", 2)


def test_epochs_of_runs_that_a_scale_shortens(judged: Any) -> None:
    at = {"series": "validation_accuracy", "epoch": 8}
    selection = {"shown": "accuracy", "metric": at}
    result = judged(kind="threshold", cells={**selection, "setting": "fast"}, above=0)[1]
    assert result.effect == pytest.approx(90.3 - 40 * 0.2, abs=0.01)


def test_runs_of_other_length_are_compared_at_an_epoch(make_artefact: Any, tmp_path: Path) -> None:
    artefacts = [make_artefact("long", SETTINGS), make_artefact("short", SETTINGS, epochs=4)]
    tables = {
        a["id"]: ArtefactTable.of(made_up_artefact(a), runs, tmp_path) for a, runs in artefacts
    }
    at = {"series": "validation_accuracy", "epoch": 16}
    selection = {"setting": "slow", "shown": "accuracy", "metric": at}
    sides = {"subject": {"artefact": "short"}, "other": {"artefact": "long"}}
    claim = {key: {**selection, **side} for key, side in sides.items()}
    result = evaluate({"id": "c", "kind": "difference", **claim}, tables)
    # Epoch 16 as published is the fourth that either ran.
    assert result.effect == pytest.approx(0)


def test_curves_are_compared_at_the_epochs_that_were_run(judged: Any) -> None:
    sides = {"subject": {"setting": "fast", "shown": "accuracy"},
             "other": {"setting": "slow", "shown": "accuracy"}}  # fmt: skip
    curves = {"kind": "same_curve", "series": "validation_accuracy", "margin": 1.0, **sides}
    word, result = judged(**curves)
    assert (word, len(result.parts)) == ("contradicted", 8)
    assert result.effect == pytest.approx(90 - 97 + 40 * (0.7 - 0.2))


def test_curves_of_runs_that_are_shortened_to_different_shares(
    make_artefact: Any, tmp_path: Path
) -> None:
    def claimed(length: str) -> dict[str, str]:
        return {"artefact": length, "setting": "even", "shown": "accuracy"}

    artefacts = {n: make_artefact(n, SETTINGS, epochs) for n, epochs in (("a", 8), ("b", 4))}
    for row in artefacts["b"][0]["rows"]:
        row["epochs"] = {"published": 8, "run": 4}
    tables = {
        n: ArtefactTable.of(made_up_artefact(a), runs, tmp_path)
        for n, (a, runs) in artefacts.items()
    }
    curves = {"id": "c", "kind": "same_curve", "series": "validation_accuracy", "margin": 1.0}
    same = evaluate({**curves, "subject": claimed("a"), "other": claimed("b")}, tables)
    # Each side at its own epochs as run, which are the same numbers here.
    assert (verdict(same, same.p), same.effect, len(same.parts)) == (
        "holds", pytest.approx(0.0), 4,
    )  # fmt: skip


def test_curves_of_one_side_are_run_for_one_share(make_artefact: Any, tmp_path: Path) -> None:
    artefact, runs = make_artefact("first", SETTINGS)
    artefact["rows"][0]["epochs"] = {"published": 8, "run": 8}
    tables = {"first": ArtefactTable.of(made_up_artefact(artefact), runs, tmp_path)}
    claim = {"id": "c", "kind": "same_curve", "artefact": "first", "series": "validation_accuracy",
             "subject": {"setting": ["fast", "even"], "shown": "accuracy"},
             "other": {"setting": "slow", "shown": "accuracy"}}  # fmt: skip
    with pytest.raises(InputError, match=r"one share of .* found shares from 0\.25 to 1"):
        evaluate(claim, tables)


def test_one_claim_over_several_artefacts(judged: Any) -> None:
    word, result = judged(
        kind="difference",
        for_each={"artefact": ["first", "second"], "shown": ["accuracy"]},
        subject={"setting": "slow"},
        other={"setting": "fast"},
    )
    assert word == "contradicted"
    assert [label for label, _ in result.parts] == ["first, accuracy", "second, accuracy"]


def test_a_metric_that_no_run_has_is_named(make_artefact: Any) -> None:
    artefact, runs = make_artefact("first", SETTINGS)
    with pytest.raises(InputError, match=r"'accuracy', which none .* did you mean"):
        summarise(runs, made_up_rows(artefact["rows"]), metric="accuracy")
