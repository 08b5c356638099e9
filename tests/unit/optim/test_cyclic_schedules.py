"""The triangular schedule against torch's, at every update."""

import pytest
import torch
from torch.optim.lr_scheduler import CyclicLR

from reprise.errors import InputError
from reprise.optim.cyclic_schedules import triangular
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
