"""Schedules at epochs at which their equations were worked out by hand."""

import subprocess
import sys
from itertools import groupby

import pytest
import torch
from torch.optim.lr_scheduler import MultiStepLR

from reprise.errors import InputError
from reprise.optim.progress import Progress
from reprise.optim.schedules import schedules, whole

PIECES = [
    {"until": 20, "factor": 1},
    {"until": 60, "factor": 0.2, "start": 15, "width": 15},
    {"until": 120, "factor": 0.1, "start": 45, "width": 15},
]


def value(name, epoch, epochs=120, **arguments):
    return schedules[name](Progress(epoch, epochs, 0, 1), learning_rate=0.1, **arguments)


def scaled(pieces, factor):
    lengths = ("until", "start", "width")
    return [
        {key: number * factor if key in lengths else number for key, number in piece.items()}
        for piece in pieces
    ]


def runs_of_values(values):
    """The values without repetitions, and how long each holds."""
    return [(number, len(list(same))) for number, same in groupby(round(x, 12) for x in values)]


def test_constant():
    assert [value("constant", epoch) for epoch in (0, 60, 119.5)] == [0.1] * 3


@pytest.mark.parametrize(
    ("epoch", "expected"),
    [
        (0, 0.1),
        (29, 0.1),
        (29.99, 0.1),
        (30, 0.01),
        (59, 0.01),
        (60, 1e-3),
        (90, 1e-4),
        (119, 1e-4),
    ],
)
def test_step(epoch, expected):
    assert value("step", epoch, width=30) == pytest.approx(expected)


def test_step_with_another_factor():
    assert value("step", 45, width=15, factor=0.2) == pytest.approx(0.1 * 0.008)


def test_piecewise_step_with_its_bump():
    found = runs_of_values(value("piecewise_step", epoch, pieces=PIECES) for epoch in range(120))
    assert found == [
        (0.1, 30),
        (0.02, 15),
        (0.004, 15),
        (0.0008, 1),
        (0.01, 14),
        (0.001, 15),
        (0.0001, 15),
        (0.00001, 15),
    ]


def test_last_piece_may_have_no_end():
    pieces = [{"until": 1}, {"factor": 0.5, "width": 2}]
    assert [value("piecewise_step", epoch, pieces=pieces) for epoch in (1, 2, 4)] == [
        0.1,
        0.05,
        0.025,
    ]


@pytest.mark.parametrize(
    ("pieces", "message"),
    [
        ([{"until": 20}], "none reaches epoch 21"),
        ([{"untill": 20}], "keys until, factor, start, width .* found untill"),
        ([{"until": 30, "width": 0}], "positive width"),
    ],
)
def test_pieces_that_make_no_schedule(pieces, message):
    with pytest.raises(InputError, match=message):
        value("piecewise_step", 21, pieces=pieces)


@pytest.mark.parametrize(("epoch", "expected"), [(0, 0.1), (10, 0.036787944), (120, 6.1442124e-7)])
def test_exponential(epoch, expected):
    assert value("exponential", epoch, time_constant=10) == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize(
    ("epoch", "expected"), [(0, 0.1), (30, 0.0853553391), (60, 0.05), (80, 0.025), (120, 0.0)]
)
def test_cosine(epoch, expected):
    assert value("cosine", epoch) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize(
    ("epoch", "power", "expected"),
    [(0, 0.9, 0.1), (60, 0.9, 0.0535886731), (60, 2, 0.025), (120, 0.9, 0)],
)
def test_polynomial(epoch, power, expected):
    assert value("polynomial", epoch, power=power) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize(
    ("epoch", "c", "expected"),
    [
        (0, 0, 0.0993307149),  # y = -60 / 12 = -5
        (48, 0, 0.0731058579),  # y = -1
        (60, 0, 0.05),
        (120, 0, 6.69285092e-4),  # y = 5
        (60, 6, 0.05),
        (66, 6, 0.0268941421),  # y = 6 / (12 - 6) = 1
        (72, 6, 0.0119202922),  # y = 2
        (48, -12, 0.0622459331),  # y = -12 / 24
    ],
)
def test_sigmoid(epoch, c, expected):
    assert value("sigmoid", epoch, c=c) == pytest.approx(expected, rel=1e-8)


def test_sigmoid_is_the_same_curve_for_any_number_of_epochs():
    for epoch in (0, 17, 60, 90):
        shorter = value("sigmoid", epoch / 40, epochs=3, c=4 / 40)
        assert shorter == pytest.approx(value("sigmoid", epoch, c=4))


def test_sigmoid_does_not_overflow():
    assert value("sigmoid", 120, c=11.999) == pytest.approx(0, abs=1e-300)
    assert value("sigmoid", 0, c=11.999) == pytest.approx(0.1)


@pytest.mark.parametrize(("c", "epochs"), [(12, 120), (13, 120), (0.3, 3), (6, 60)])
def test_sigmoid_with_a_c_that_makes_no_schedule(c, epochs):
    with pytest.raises(InputError, match=f"below a tenth of the {epochs} epochs, but c is {c}"):
        value("sigmoid", 0, epochs=epochs, c=c)


def test_sigmoid_with_a_tail():
    tail = [{"start": 100, "learning_rate": 1e-4}, {"start": 110, "learning_rate": 5e-5}]
    found = [value("sigmoid", epoch, tail=tail) for epoch in range(120)]
    assert found[:100] == [value("sigmoid", epoch) for epoch in range(100)]
    assert found[100:] == [1e-4] * 10 + [5e-5] * 10


@pytest.mark.parametrize("tail", [[{"from": 100, "learning_rate": 1e-4}], [{"start": 100}]])
def test_tail_with_wrong_keys(tail):
    with pytest.raises(InputError, match="keys start, learning_rate in each entry of tail"):
        value("sigmoid", 0, tail=tail)


@pytest.mark.parametrize(
    ("name", "arguments"), [("step", {"width": 0}), ("exponential", {"time_constant": -1})]
)
def test_lengths_that_are_not_positive(name, arguments):
    with pytest.raises(InputError, match="expects a positive"):
        value(name, 1, **arguments)


@pytest.mark.parametrize("milestones", [[], [10], [81, 122], [122, 81], [5, 5, 7]])
def test_multi_step_equals_torchs(milestones):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    scheduler = MultiStepLR(optimizer, milestones, gamma=0.2)
    for epoch in range(130):
        found = value("multi_step", epoch, epochs=130, milestones=milestones, factor=0.2)
        assert found == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-12)
        optimizer.step()
        scheduler.step()


@pytest.mark.parametrize("epochs", [3, 7, 30, 1.1])
def test_scaled_epochs_change_the_value_at_the_same_intervals(epochs):
    scale = epochs / 120
    tail = [{"start": 100, "learning_rate": 1e-4}, {"start": 110, "learning_rate": 5e-5}]
    scaled_tail = [{**part, "start": part["start"] * scale} for part in tail]
    for name, published, shortened in [
        ("step", {"width": 30}, {"width": 30 * scale}),
        ("piecewise_step", {"pieces": PIECES}, {"pieces": scaled(PIECES, scale)}),
        ("sigmoid", {"c": 2, "tail": tail}, {"c": 2 * scale, "tail": scaled_tail}),
        ("multi_step", {"milestones": [81, 99]}, {"milestones": [81 * scale, 99 * scale]}),
    ]:
        expected = [value(name, index, **published) for index in range(120)]
        found = [value(name, index * scale, epochs=epochs, **shortened) for index in range(120)]
        assert found == pytest.approx(expected, rel=1e-9)


def test_whole_forgives_rounding():
    assert whole(0.3 / 0.1) == 3  # 0.3 / 0.1 is 2.9999999999999996
    assert [whole(2.9999), whole(-0.5), whole(7)] == [2, -1, 7]


def test_schedules_need_no_torch():
    code = (
        "import sys; sys.modules['torch'] = None; "
        "import reprise.optim.schedules, reprise.optim.cyclic_schedules, reprise.optim.sweeps, "
        "reprise.probes.schedule_curves"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": ":".join(sys.path)})
