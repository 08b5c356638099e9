"""Schedules made of stages."""

import pytest

from reprise.errors import InputError
from reprise.optim import composed_schedules  # noqa: F401
from reprise.optim.progress import Progress
from reprise.optim.schedules import schedules

STEP = {"name": "step", "learning_rate": 1.0, "width": 1}
COSINE = {"name": "cosine", "learning_rate": 1.0}


def at(name, epoch, epochs=10, per_epoch=4, **arguments):
    updates = round(epoch * per_epoch)
    return schedules[name](Progress(epoch, epochs, updates, epochs * per_epoch), **arguments)


def test_stages_change_at_their_milestones():
    values = [
        at("stages", epoch, values=[1, 0.5, 0.1], milestones=[3, 6]) for epoch in (0, 2.9, 3, 6, 9)
    ]
    assert values == [1, 1, 0.5, 0.1, 0.1]


def test_batch_sizes_are_whole_numbers():
    found = at("batch_size_stages", 5, sizes=[128, 640], milestones=[5])
    assert found == 640
    assert isinstance(found, int)


@pytest.mark.parametrize("milestones", [[3], [6, 3], [3, 3]])
def test_milestones_rise_and_are_one_fewer_than_values(milestones):
    with pytest.raises(InputError, match="rising milestones, one fewer than values"):
        at("stages", 0, values=[1, 2, 3], milestones=milestones)


def test_in_turn_starts_the_second_as_if_a_run_began_there():
    arguments = {"first": STEP, "then": COSINE, "switch": 4}
    found = [at("in_turn", epoch, **arguments) for epoch in (0, 3, 4, 7, 10)]
    assert found == pytest.approx([1, 1e-3, 1, 0.5, 0])


def test_in_turn_gives_the_first_a_run_of_its_own_length():
    arguments = {"first": COSINE, "then": STEP, "switch": 4}
    assert at("in_turn", 2, **arguments) == pytest.approx(0.5)


def test_in_turn_gives_the_second_its_own_losses_and_updates():
    progress = Progress(5, 10, 20, 40, (1.0, 2.0, 3.0, 4.0, 5.0)).after(4)
    assert progress == Progress(1, 6, 4, 24, (5.0,))
    assert Progress(1, 10, 4, 40).before(4) == Progress(1, 4, 4, 16)


@pytest.mark.parametrize("switch", [0, 10, 12])
def test_in_turn_switches_within_the_run(switch):
    with pytest.raises(InputError, match="switch between 0 and the 10 epochs"):
        at("in_turn", 0, first=STEP, then=COSINE, switch=switch)


def test_warm_up_rises_by_equal_steps_to_the_other_schedule():
    constant = {"name": "constant", "learning_rate": 0.8}
    found = [at("warm_up", update / 4, length=4, then=constant) for update in range(6)]
    assert found == pytest.approx([0.2, 0.4, 0.6, 0.8, 0.8, 0.8])
    assert at("warm_up", 0, length=4, start=0.4, then=constant) == pytest.approx(0.5)


def test_times_multiplies_another_schedule():
    stages = {"name": "stages", "values": [3.0, 0.6], "milestones": [2]}
    found = [at("times", epoch, factor=0.02, schedule=stages) for epoch in (0, 1.5, 2, 3)]
    assert found == pytest.approx([0.06, 0.06, 0.012, 0.012])
    with pytest.raises(InputError, match="'times' expects a factor of 0 or more"):
        at("times", 0, factor=-1.0, schedule=stages)


def test_warm_up_needs_a_length_of_0_or_more():
    with pytest.raises(InputError, match="length of 0 updates or more"):
        at("warm_up", 0, length=-1, then=COSINE)
