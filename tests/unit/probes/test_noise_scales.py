"""Noise scales of schedules."""

import pytest
from schedule_rows import DECAYING, INCREASING, row

from reprise.errors import InputError
from reprise.probes.noise_scales import noise_scales

EPOCHS = {"e0": 0, "e60": 60, "e120": 120, "e160": 160}
ARGUMENTS = {"epoch_axis": "stage", "epochs": EPOCHS, "relative_to": {"schedule": "decaying"}}


def stages(metric, **changes):
    """The numbers of the increasing batch (or another schedule) at every stage."""
    rows = [
        row(**{**schedule, **more}, metric=metric, schedule=name, stage=stage)
        for name, schedule, more in (
            ("decaying", DECAYING, {}), ("increasing", INCREASING, changes))
        for stage in EPOCHS
    ]  # fmt: skip
    table = noise_scales(rows, **ARGUMENTS)
    assert table["schedule"].tolist() == ["decaying"] * 4 + ["increasing"] * 4
    assert set(table["status"]) == {"finished"} and set(table["n"]) == {1}
    return table["mean"].tolist()


def test_the_exact_noise_scale():
    found = stages("noise_scale")
    assert found[0] == pytest.approx(1.0 * (50_000 / 128 - 1))
    assert found[7] == pytest.approx(0.32 * (50_000 / 5120 - 1))


def test_growing_batches_keep_the_approximate_noise_scale_and_not_quite_the_exact_one():
    assert stages("relative_approximate_noise_scale") == pytest.approx([1] * 8)
    exact = stages("relative_noise_scale")
    assert exact[:4] == [1] * 4
    assert [round(ratio, 3) for ratio in exact[4:]] == [1.0, 0.990, 0.938, 0.900]


def test_momentum_and_batch_may_grow_together():
    larger = {"rates": [0.5, 0.16, 0.032, 0.0064], "sizes": [3200, 5120, 5120, 5120]}
    found = stages("relative_approximate_noise_scale", **larger, momentum=0.98)
    assert found == pytest.approx([1] * 8)


@pytest.mark.parametrize(
    ("changes", "metric", "sentence"),
    [
        ({"epochs": {"e0": 0}}, "noise_scale", "found none for 'e60'"),
        ({"epochs": {**EPOCHS, "e60": 200}}, "noise_scale", "below the 200 of the run, found 200"),
        ({"relative_to": {"schedule": "none"}}, "relative_noise_scale", "expected a row at"),
        ({}, "noise", "did you mean 'noise_scale'"),
    ],
)
def test_what_cannot_be_computed(changes, metric, sentence):
    rows = [row(**DECAYING, metric=metric, schedule="decaying", stage="e60")]
    with pytest.raises(InputError, match=sentence):
        noise_scales(rows, **{**ARGUMENTS, **changes})
