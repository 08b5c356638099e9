"""What a run takes of the clock and of processors."""

import time

from reprise.training.jobs.run_time import NO_TIME, Stopwatch, TimeSpent


def test_waiting_takes_no_processor_time():
    stopwatch = Stopwatch()
    time.sleep(0.2)
    spent = stopwatch.read()
    assert spent.wall >= 0.2
    assert spent.processor < 0.1


def test_parts_add_up_and_an_unknown_one_leaves_the_whole_unknown():
    one = TimeSpent(2.0, 1.0)
    assert NO_TIME + one == one
    assert (one + one).metrics() == {"wall_seconds": 4.0, "processor_seconds": 2.0}
    assert (one + TimeSpent(1.0, None)).metrics() == {"wall_seconds": 3.0}
