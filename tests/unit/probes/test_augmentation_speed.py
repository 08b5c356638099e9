"""Both ways of augmenting train the same model, and are timed in turns."""

from dataclasses import replace

import pytest
import torch

from reprise.errors import InputError
from reprise.probes import augmentation_speed as probe
from reprise.training.loop import start_run

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def measure(steady_cell, resident, stripes):
    def run(**arguments):
        cell = steady_cell(augmentation=["flip"])
        given = {"workers": 1, "updates_a_round": 4, "rounds": 2, **arguments}
        return probe.augmentation_speed(cell, resident(cell), stripes, **given)

    return run


def test_each_round_times_both_places(measure, monkeypatch):
    # Every update of the device takes a clock that a worker's update takes three times.
    clock = {"now": 0.0}

    def ticking(steps, seconds):
        def trained(*asked):
            for images in steps(*asked):
                clock["now"] += seconds
                yield images

        return trained

    monkeypatch.setattr(probe, "_on_device", ticking(probe._on_device, 1))
    monkeypatch.setattr(probe, "_with_workers", ticking(probe._with_workers, 3))
    monkeypatch.setattr(probe, "device_seconds", lambda device: clock["now"])
    result = measure()
    assert result.points.to_dict("list") == {
        "round": [1, 1, 2, 2],
        "place": ["device", "workers"] * 2,
        "images_per_second": [10, pytest.approx(10 / 3)] * 2,
    }
    assert set(result.metrics) == set(probe.METRICS)
    assert result.metrics == {
        "speed_ratio": pytest.approx(3),
        "images_per_second_on_device": 10,
        "images_per_second_with_workers": pytest.approx(10 / 3),
        "workers": 1,
        "updates": 8,
    }


def test_workers_normalise_as_the_device_does(steady_cell, resident):
    cell = steady_cell()
    data = resident(cell)
    # Crops and flips leave images of one shade as they are.
    shades = torch.arange(100, dtype=torch.uint8).view(-1, 1, 1, 1).expand(-1, 1, 8, 8)
    train = replace(data.train, stored=shades, rows=torch.arange(100), labels=torch.arange(100))
    run = start_run(cell, replace(data, train=train))
    images, labels = next(iter(probe._loader(run, workers=1, batches=1)))
    assert images.shape == (10, 1, 8, 8)
    torch.testing.assert_close(images, run.data.normalise(train.images_at(labels)))


@pytest.mark.parametrize("way", ["device", "workers"])
def test_every_update_changes_the_model(steady_cell, resident, way):
    cell = steady_cell()
    run = start_run(cell, resident(cell))
    loader = probe._loader(run, workers=1, batches=2)
    trained = probe._on_device(run) if way == "device" else probe._with_workers(run, loader)
    for _ in range(2):
        before = run.model.head.weight.detach().clone()
        assert next(trained) == 10
        assert not torch.equal(before, run.model.head.weight)
    trained.close()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"workers": 0}, "expects workers of 1 or more, found 0"),
        ({"rounds": 0}, "expects rounds of 1 or more, found 0"),
        # Three epochs of 10 updates, of which a loader with one worker skips 3 a round.
        ({"updates_a_round": 28}, r"expects 31 updates a round \(3 of them not timed\)"),
    ],
)
def test_settings_out_of_range_are_refused(measure, arguments, sentence):
    with pytest.raises(InputError, match=sentence):
        measure(**arguments)
