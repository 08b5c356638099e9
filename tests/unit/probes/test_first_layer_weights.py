"""The weights of the first convolution are those that training leaves."""

import numpy as np
import pytest

from reprise.errors import InputError
from reprise.probes.first_layer_weights import first_layer_weights

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def look(resident, stripes):
    def run(cell):
        return first_layer_weights(cell, resident(cell), stripes)

    return run


def test_every_weight_has_its_place(steady_cell, look, trained):
    cell = steady_cell()
    points = look(cell).points
    run, _ = trained(cell)
    kernel = run.model.stem.weight.detach().numpy()
    assert len(points) == kernel.size == 4 * 1 * 3 * 3
    places = points[["channel", "input", "row", "column"]].to_numpy() - 1
    assert (kernel[tuple(places.T)] == points["weight"].to_numpy()).all()


def test_magnitudes_are_those_of_the_weights(steady_cell, look, trained):
    result = look(steady_cell())
    weights = result.points["weight"].to_numpy()
    assert result.metrics["mean_magnitude"] == pytest.approx(np.abs(weights).mean())
    assert result.metrics["rms_magnitude"] == pytest.approx((weights @ weights / 36) ** 0.5)
    _, epochs = trained(steady_cell())
    assert result.metrics["test_accuracy"] == epochs[-1].test_accuracy
    assert result.status == "finished"


def test_a_network_without_a_convolution_is_refused(steady_cell, look):
    with pytest.raises(InputError, match="'plain_cnn' has none: choose another model"):
        look(steady_cell(model={"name": "plain_cnn", "stages": []}, norm="none"))
