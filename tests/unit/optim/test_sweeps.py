"""Sweeps at updates at which their equations were worked out by hand."""

import pytest

from reprise.errors import InputError
from reprise.optim.progress import Progress
from reprise.optim.sweeps import exponential_sweep, linear_sweep


def values(sweep, updates, epochs=1, **arguments):
    return [
        sweep(Progress(update * epochs / updates, epochs, update, updates), **arguments)
        for update in range(updates)
    ]


def test_exponential_sweep_grows_by_the_same_ratio():
    assert values(exponential_sweep, 7, first=1e-5, last=10) == pytest.approx(
        [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10]
    )


def test_linear_sweep_grows_by_the_same_difference():
    assert values(linear_sweep, 4, first=0.002, last=0.02) == pytest.approx(
        [0.002, 0.008, 0.014, 0.02]
    )


@pytest.mark.parametrize("sweep", [exponential_sweep, linear_sweep])
def test_sweeps_fill_a_run_of_any_length(sweep):
    for updates, epochs in ((2, 1), (34, 1), (102, 3)):
        found = values(sweep, updates, epochs, first=0.02, last=2.0)
        assert (found[0], found[-1]) == pytest.approx((0.02, 2.0))
        assert found == sorted(found)


@pytest.mark.parametrize("sweep", [exponential_sweep, linear_sweep])
def test_sweeps_downwards_and_of_a_single_update(sweep):
    assert values(sweep, 2, first=1.0, last=0.5) == pytest.approx([1.0, 0.5])
    assert values(sweep, 1, first=1.0, last=0.5) == [1.0]


@pytest.mark.parametrize(("first", "last"), [(0, 1), (1, -1)])
def test_exponential_sweep_from_or_to_zero(first, last):
    with pytest.raises(InputError, match="positive values, but it goes from"):
        values(exponential_sweep, 3, first=first, last=last)
