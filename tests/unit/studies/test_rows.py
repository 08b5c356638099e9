"""From axes, grids and arms to rows: the order in which fields are merged, and what rows show."""

import pytest
import yaml

from reprise.errors import InputError
from reprise.studies.measure_forms import Settled
from reprise.studies.study import load_study

STUDY = """
title: Lanterns
authors: [A. Wick]
year: 2021
citation: A. Wick, Lanterns, 2021.
summary: Lanterns.
claims: {}
recipes:
  base:
    dataset: mnist
    model: small
    norm: none
    optimizer: sgd
    momentum: 0.9
    schedule: {name: constant, learning_rate: 0.1}
    batch_size: 64
    epochs: 50
axes:
  shared:
    label: Shared
    values: {plain: {}, other: {arms: {as described: {batch_size: 5}}}}
artefacts:
  table1:
    kind: table
    title: Table
    where: Table 1
    recipe: base
    axes:
      strategy:
        label: Strategy
        values:
          fixed: {}
          falling: {set: {schedule: {name: step, learning_rate: 0.01, width: 3, factor: 0.5}}}
      quantity:
        label: Quantity
        values:
          accuracy: {}
          time: {metric: {series: test_accuracy, settled: {change: 1, epochs: 4}}, unit: epoch}
    reported: {fixed: {accuracy: 98, time: 12}}
"""


def rows(tmp_path, change=lambda artefact: None, whole=lambda study: None):
    content = yaml.safe_load(STUDY)
    change(content["artefacts"]["table1"])
    whole(content)
    path = tmp_path / "lantern.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    return load_study(path, "lantern.yaml").artefacts["table1"].rows


def at(found, arm="as run", **axes):
    (row,) = (
        row
        for row in found
        if row.arm == arm and all(row.axes[axis] == value for axis, value in axes.items())
    )
    return row


def values(artefact, axis):
    return artefact["axes"][axis]["values"]


def test_fields_are_merged_from_the_recipe_to_the_arms_of_values(tmp_path):
    def change(artefact):
        values(artefact, "strategy")["falling"]["arms"] = {
            "as described": {"schedule": {"factor": 0.9}}
        }
        artefact["grids"] = [
            {"strategy": ["fixed"]},
            {"strategy": ["falling"], "set": {"schedule": {"factor": 0.7}, "epochs": 40}},
        ]
        artefact["arms"] = {
            "as run": {},
            "as described": {"schedule": {"factor": 0.8, "width": 4}, "epochs": 30},
        }

    found = rows(tmp_path, change)
    run = at(found, strategy="falling", quantity="accuracy").cell
    described = at(found, "as described", strategy="falling", quantity="accuracy").cell
    assert (run.schedule.arguments["factor"], run.epochs) == (0.7, 40)
    assert described.schedule.arguments == {"learning_rate": 0.01, "width": 4, "factor": 0.9}
    assert described.epochs == 30
    assert at(found, strategy="fixed", quantity="accuracy").cell.epochs == 50


def test_a_row_shows_what_its_axis_value_says(tmp_path):
    found = rows(tmp_path)
    accuracy = at(found, strategy="fixed", quantity="accuracy")
    time = at(found, strategy="fixed", quantity="time")
    assert accuracy.metric is None
    assert time.metric.rule == Settled(change=1, epochs=4)
    assert (accuracy.reported, time.reported) == (98, 12)
    assert accuracy.cell == time.cell


def test_an_arm_may_report_other_epochs(tmp_path):
    def change(artefact):
        artefact["report"] = {"epochs": "best"}
        artefact["arms"] = {
            "as run": {"report": {"epochs": "mean", "count": 4}},
            "as described": {"validation_share": 0.2},
        }

    found = rows(tmp_path, change)
    described = at(found, "as described", strategy="fixed", quantity="accuracy")
    assert at(found, strategy="fixed", quantity="accuracy").report.count == 4
    assert described.report.epochs == "best"
    assert described.cell.validation_share == 0.2
    assert described.reported is None


def test_an_axis_value_may_report_other_epochs_in_all_arms(tmp_path):
    def change(artefact):
        values(artefact, "strategy")["falling"]["report"] = {"epochs": "mean", "count": 2}
        artefact["arms"] = {"as run": {}, "as described": {"report": {"epochs": "best"}}}

    found = rows(tmp_path, change)
    rules = {
        (row.axes["strategy"], row.arm): row.report.epochs
        for row in found
        if row.axes["quantity"] == "accuracy"
    }
    assert rules == {
        ("fixed", "as run"): "last", ("fixed", "as described"): "best",
        ("falling", "as run"): "mean", ("falling", "as described"): "mean",
    }  # fmt: skip
    assert at(found, strategy="falling", quantity="accuracy").report.count == 2


def test_statistic_and_runs_behind_the_reported_numbers(tmp_path):
    def change(artefact):
        artefact["statistic"] = "median"
        artefact["reported_runs"] = 5
        values(artefact, "quantity")["time"]["reported_runs"] = 3

    found = rows(tmp_path, change)
    accuracy, time = (at(found, strategy="fixed", quantity=q) for q in ("accuracy", "time"))
    assert (accuracy.statistic, accuracy.reported_runs) == ("median", 5)
    assert (time.statistic, time.reported_runs) == ("median", 3)


def test_a_combination_of_two_grids_is_one_row(tmp_path):
    def change(artefact):
        artefact["grids"] = [{"strategy": ["fixed"]}, {"quantity": ["time"]}]

    assert len(rows(tmp_path, change)) == 3


def test_an_axis_may_change_an_arm_that_another_artefact_has(tmp_path):
    def use(study):
        study["artefacts"]["table1"] |= {"axes": {"shared": None}, "reported": {}}

    def use_twice(study):
        use(study)
        study["artefacts"]["table2"] = {
            **study["artefacts"]["table1"], "arms": {"as run": {}, "as described": {}},
        }  # fmt: skip

    with pytest.raises(InputError, match=r"shared\.other\.arms: no artefact has the arm"):
        rows(tmp_path, whole=use)
    assert [row.cell.batch_size for row in rows(tmp_path, whole=use_twice)] == [64, 64]


def spoilt(key, value):
    def change(artefact):
        artefact[key] = value

    return change


def measured_twice(artefact):
    values(artefact, "strategy")["fixed"]["metric"] = "test_loss"


def measured_wrongly(artefact):
    values(artefact, "quantity")["time"]["metric"]["series"] = "accuracy"


def reporting_wrongly(artefact):
    values(artefact, "quantity")["time"]["report"] = {"epochs": "first"}


def axis_called_set(artefact):
    artefact["axes"]["set"] = {"label": "Set", "values": {"a": {}}}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (spoilt("grids", [{"stategy": ["fixed"]}]), r"grids\[0\]: unknown axis 'stategy'"),
        (
            spoilt("grids", [{}, {"strategy": ["fixed"], "set": {"epochs": 3}}]),
            r"grids\[1\]: an earlier grid has fixed, accuracy with another 'set'",
        ),
        (spoilt("grids", [{"set": {"epoch": 3}}]), "unknown key 'epoch'; did you mean 'epochs'"),
        (spoilt("arms", {"as run": {"recipe": "base"}}), "unknown key 'recipe'"),
        (spoilt("arms", {}), "arms: found {}"),
        (spoilt("statistic", "mode"), "statistic: found 'mode'"),
        (spoilt("decimals", "many"), "decimals: found 'many'"),
        (reporting_wrongly, r"quantity\.values\.time\.report\.epochs: found 'first'"),
        (measured_twice, "expected the values of one axis at most to name a metric"),
        (measured_wrongly, "quantity.time.metric.series: unknown series 'accuracy'"),
        (axis_called_set, "an axis cannot be called 'set'"),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path, change, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        rows(tmp_path, change)
    assert "\n" not in str(caught.value)
