"""Cyclical schedules against torch's, at every update or epoch."""

import pytest
import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, CosineAnnealingWarmRestarts, CyclicLR

from reprise.errors import InputError
from reprise.optim.cyclic_schedules import cosine_cycle, cosine_warm_restarts, triangular
from reprise.optim.progress import Progress


def torchs_cycle(updates, half_cycle, base, peak):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0, momentum=0.9)
    scheduler = CyclicLR(
        optimizer, base, peak, step_size_up=half_cycle, mode="triangular", cycle_momentum=False
    )
    found = []
    for _ in range(updates):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return found


def values(epochs, updates, **arguments):
    positions = [Progress(u * epochs / updates, epochs, u, updates) for u in range(updates)]
    return [triangular(position, **arguments) for position in positions]


@pytest.mark.parametrize(
    ("epochs", "per_epoch", "half_cycle"), [(10, 34, 4), (40, 7, 2), (3, 20, 0.3), (4, 5, 4)]
)
def test_equals_torchs_at_every_update(epochs, per_epoch, half_cycle):
    updates = epochs * per_epoch
    found = values(epochs, updates, base=0.01, learning_rate=0.04, half_cycle=half_cycle)
    expected = torchs_cycle(updates, half_cycle * per_epoch, 0.01, 0.04)
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert min(found) == pytest.approx(0.01)


def test_known_values():
    found = values(4, 8, base=1.0, learning_rate=3.0, half_cycle=1)
    assert found == pytest.approx([1, 2, 3, 2, 1, 2, 3, 2])


def test_is_the_same_curve_when_a_run_is_scaled():
    published = values(40, 400, base=0.01, learning_rate=0.04, half_cycle=4)
    shortened = values(3, 400, base=0.01, learning_rate=0.04, half_cycle=0.3)
    assert shortened == pytest.approx(published)


@pytest.mark.parametrize("half_cycle", [0, -1])
def test_half_cycles_that_are_not_positive(half_cycle):
    with pytest.raises(InputError, match=f"positive half_cycle, but half_cycle is {half_cycle}"):
        values(2, 4, base=0.1, learning_rate=1.0, half_cycle=half_cycle)


def torchs_rates(scheduler_class, positions, learning_rate, **arguments):
    """The learning rates of torch's scheduler at these epochs, in order."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=learning_rate)
    scheduler = scheduler_class(optimizer, **arguments)
    found = []
    for number, position in enumerate(positions):
        if number:
            optimizer.step()
            # With fractions of epochs torch's scheduler of restarts takes the position itself.
            scheduler.step(*([position] if scheduler_class is CosineAnnealingWarmRestarts else []))
        found.append(optimizer.param_groups[0]["lr"])
    return found


@pytest.mark.parametrize(("first_cycle", "factor"), [(5, 2), (4, 1), (1, 3)])
@pytest.mark.parametrize("per_epoch", [1, 7])
def test_warm_restarts_equal_torchs(first_cycle, factor, per_epoch):
    positions = [update / per_epoch for update in range(75 * per_epoch)]
    arguments = {"T_0": first_cycle, "T_mult": factor, "eta_min": 1e-4}
    expected = torchs_rates(CosineAnnealingWarmRestarts, positions, 0.01, **arguments)
    found = [
        cosine_warm_restarts(
            Progress(position, 75, round(position * per_epoch), 75 * per_epoch),
            learning_rate=0.01,
            first_cycle=first_cycle,
            cycle_factor=factor,
            minimum=1e-4,
        )
        for position in positions
    ]
    assert found == pytest.approx(expected, rel=1e-9)


def restart_at(epoch, epochs=75, first_cycle=5.0):
    progress = Progress(epoch, epochs, 0, 1)
    return cosine_warm_restarts(progress, learning_rate=1.0, first_cycle=first_cycle)


def test_restarts_of_5_and_2_are_at_5_15_and_35():
    assert [epoch for epoch in range(75) if restart_at(epoch) == 1.0] == [0, 5, 15, 35]
    assert restart_at(25) == pytest.approx(0.5)


def test_restarts_survive_the_rounding_of_a_scaled_run():
    """A run of 7.5 epochs restarts where one of 75 does, at 0.5, 1.5 and 3.5."""
    for epoch in range(75):
        assert restart_at(epoch / 10, 7.5, 5 / 10) == pytest.approx(restart_at(epoch), abs=1e-9)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"first_cycle": 0}, "positive first_cycle, but first_cycle is 0"),
        ({"first_cycle": 5, "cycle_factor": 0.5}, "cycle_factor of 1 or more, but it is 0.5"),
    ],
)
def test_cycles_that_would_not_end(arguments, message):
    with pytest.raises(InputError, match=message):
        cosine_warm_restarts(Progress(0, 1, 0, 1), learning_rate=1.0, **arguments)


@pytest.mark.parametrize("half_cycle", [15, 4])
def test_a_cosine_cycle_equals_torchs_beyond_its_end(half_cycle):
    expected = torchs_rates(CosineAnnealingLR, range(75), 0.01, T_max=half_cycle, eta_min=1e-3)
    found = [
        cosine_cycle(
            Progress(epoch, 75, epoch, 75), learning_rate=0.01, half_cycle=half_cycle, minimum=1e-3
        )
        for epoch in range(75)
    ]
    assert found == pytest.approx(expected, rel=1e-9)
    assert found[half_cycle] == pytest.approx(1e-3)
    assert found[2 * half_cycle] == pytest.approx(0.01)


def test_a_cosine_cycle_has_a_length():
    with pytest.raises(InputError, match="positive half_cycle, but half_cycle is -1"):
        cosine_cycle(Progress(0, 1, 0, 1), learning_rate=1.0, half_cycle=-1)
