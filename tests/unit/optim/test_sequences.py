"""Sequences of factors, and the schedules that step through them."""

import pytest

from reprise.errors import InputError
from reprise.optim.progress import Progress
from reprise.optim.reactive_schedules import by_cutoff, by_epoch, by_oscillation
from reprise.optim.sequences import geometric, harmonic, inverse_square_root, sawtooth


def after(losses, epochs=50):
    """The position after epochs with these validation losses."""
    return Progress(float(len(losses)), epochs, 10 * len(losses), 10 * epochs, tuple(losses))


def at(epoch, epochs=50):
    return Progress(float(epoch), epochs, 10 * int(epoch), 10 * epochs)


def test_sequences_as_their_formulas_are_printed():
    assert [harmonic(n) for n in (1, 2, 4)] == [1, 0.5, 0.25]
    assert [inverse_square_root(n) for n in (1, 4, 16)] == [1, 0.5, 0.25]
    assert [geometric(n, ratio=0.9) for n in (1, 2)] == pytest.approx([0.9, 0.81])


def test_sequences_with_the_index_moved_by_one():
    assert [harmonic(n, offset=1) for n in (1, 3)] == [0.5, 0.25]
    assert [inverse_square_root(n, offset=1) for n in (3, 15)] == [0.5, 0.25]


def test_a_sawtooth_falls_within_a_tooth_and_from_tooth_to_tooth():
    first = [sawtooth(n, teeth=10) for n in range(1, 11)]
    assert first == pytest.approx([1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1])
    assert [sawtooth(n, teeth=10) for n in range(11, 21)] == pytest.approx([x / 2 for x in first])


def test_a_leading_divisor_halves_the_last_value_of_a_tooth_early():
    late = [sawtooth(n, teeth=10) for n in range(1, 31)]
    early = [sawtooth(n, teeth=10, divisor_leads=True) for n in range(1, 31)]
    differing = [n for n in range(1, 31) if late[n - 1] != pytest.approx(early[n - 1])]
    assert differing == [10, 20, 30]
    assert (late[9], early[9]) == pytest.approx((0.1, 0.05))


def test_by_epoch_keeps_the_initial_rate_in_the_first_epoch_and_steps_after_each():
    rates = [
        by_epoch(at(epoch), learning_rate=0.01, sequence={"name": "harmonic", "offset": 1}, every=1)
        for epoch in (0, 0.99, 1, 2, 49)
    ]
    assert rates == pytest.approx([0.01, 0.01, 0.005, 0.01 / 3, 0.01 / 50])


def test_by_epoch_of_a_run_a_fifth_as_long_takes_as_many_values():
    arguments = {"learning_rate": 1.0, "sequence": {"name": "geometric", "ratio": 0.9}}
    long = [by_epoch(at(epoch), every=1.0, **arguments) for epoch in range(50)]
    short = [by_epoch(at(epoch / 5, 10), every=0.2, **arguments) for epoch in range(50)]
    assert short == pytest.approx(long)


@pytest.mark.parametrize(
    ("losses", "updates"),
    [
        ([], 0),
        ([2.0], 0),  # the first epoch has nothing to be compared with
        ([2.0, 1.0], 0),  # a large change
        ([2.0, 1.99], 1),  # a change of 0.01 below 0.01 * 2
        ([2.0, 1.98], 0),  # 0.02 is not below 0.02
        ([2.0, 1.99, 1.985], 1),  # the cutoff has become 0.004
        ([2.0, 1.99, 1.987], 2),  # 0.003 is below it
        ([2.0, 2.01], 1),  # a rise counts like a fall
    ],
)
def test_by_cutoff_on_made_up_losses(losses, updates):
    rate = by_cutoff(
        after(losses),
        learning_rate=1.0,
        sequence={"name": "harmonic", "offset": 1},
        cutoff=0.01,
        shrink=0.2,
    )
    assert rate == pytest.approx(1 / (updates + 1))


@pytest.mark.parametrize(
    ("losses", "before_first", "updates"),
    [
        ([], None, 0),
        ([2.0], None, 0),
        ([2.0], 0.0, 1),  # compared with 0 the first loss is a rise
        ([2.0, 1.0, 1.0], None, 0),  # standing still is no rise
        ([2.0, 1.0, 1.1, 1.2, 1.0, 1.1], None, 3),
        ([2.0, 1.0, 1.1, 1.2, 1.0, 1.1], 0.0, 4),
    ],
)
def test_by_oscillation_on_made_up_losses(losses, before_first, updates):
    rate = by_oscillation(
        after(losses),
        learning_rate=1.0,
        sequence={"name": "geometric", "ratio": 0.5},
        loss_before_first=before_first,
    )
    assert rate == pytest.approx(0.5**updates)


def test_a_sequence_that_is_used_up_stays_at_its_last_value():
    rising = after([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    rates = [
        by_oscillation(rising, learning_rate=1.0, sequence="harmonic", length=length)
        for length in (None, 5, 3)
    ]
    assert rates == pytest.approx([1 / 5, 1 / 5, 1 / 3])
    ended = by_epoch(at(40), learning_rate=1.0, sequence="harmonic", every=1, length=7)
    assert ended == pytest.approx(1 / 7)


def test_mistakes_are_one_sentence():
    with pytest.raises(InputError, match="unknown sequence 'harmonik'"):
        by_epoch(at(3), learning_rate=1.0, sequence="harmonik", every=1)
    with pytest.raises(InputError, match="expects a positive every, but every is 0"):
        by_epoch(at(3), learning_rate=1.0, sequence="harmonic", every=0)
    with pytest.raises(InputError, match="expects a length of 1 value or more, but it is 0"):
        by_epoch(at(3), learning_rate=1.0, sequence="harmonic", every=1, length=0)


def test_a_sawtooth_may_start_at_a_later_value():
    ahead = [sawtooth(n, teeth=10, offset=1) for n in range(1, 25)]
    assert ahead == [sawtooth(n + 1, teeth=10) for n in range(1, 25)]
    assert ahead[9] == pytest.approx(0.5)
