"""Updates of runs, counted without a run."""

import pytest
from schedule_rows import DECAYING, INCREASING, row

from reprise.probes.update_counts import update_counts


@pytest.mark.parametrize(
    ("schedule", "updates"),
    [
        (DECAYING, 200 * 391),
        (INCREASING, 60 * 391 + 60 * 79 + 40 * 16 + 40 * 10),
        ({"rates": [0.5] * 4, "sizes": [640, 3200, 5120, 5120]}, 60 * 79 + 60 * 16 + 80 * 10),
        # A single image that is left over is no batch.
        ({"rates": [0.5] * 4, "sizes": [49_999] * 4}, 200),
    ],
)
def test_updates_of_the_published_run(schedule, updates):
    table = update_counts([row(**schedule, schedule="one")])
    assert table["mean"].tolist() == [updates]
    assert table["n"].tolist() == [1]
