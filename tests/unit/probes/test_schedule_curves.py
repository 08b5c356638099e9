"""Tables of the curves of schedules."""

import pytest
from made_up_records import made_up_row

from reprise.probes.schedule_curves import schedule_curves

CELL = {
    "dataset": "digits",
    "model": "mgnet",
    "norm": "batch",
    "optimizer": "sgd",
    "momentum": 0.9,
    "batch_size": 8,
    "epochs": 4,
}
STEP = {"name": "step", "learning_rate": 1.0, "width": 2}


def row(schedule, **changes):
    content = {
        "axes": {"schedule": schedule["name"]},
        "arm": "as run",
        "reported": None,
        "cited": None,
        "cell": {**CELL, "schedule": schedule, **changes},
    }
    return made_up_row(content)


def test_one_point_per_epoch_with_the_axes_of_the_row():
    table = schedule_curves([row(STEP), row({"name": "constant", "learning_rate": 0.5})])
    assert table["schedule"].tolist() == ["step"] * 4 + ["constant"] * 4
    assert table["epoch"].tolist() == [0, 1, 2, 3] * 2
    assert table["learning_rate"].tolist() == pytest.approx([1, 1, 0.1, 0.1] + [0.5] * 4)
    assert table["mean"].tolist() == table["learning_rate"].tolist()


def test_a_schedule_by_update_passes_its_whole_cycle():
    cycle = {"name": "one_cycle", "learning_rate": 1.0, "start_divisor": 10}
    rates = schedule_curves([row(cycle, epochs=100, schedule_interval=0)])["learning_rate"]
    assert rates.iloc[0] == pytest.approx(0.1)
    assert rates.idxmax() == 29
    assert rates.iloc[-1] == pytest.approx(1e-5)
