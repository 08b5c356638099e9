"""Losses of logits whose probabilities are known."""

from math import exp, log

import pytest
import torch

from reprise.errors import InputError
from reprise.optim.losses import losses

# Probabilities 1/2, 1/4, 1/4 and 1/10, 1/10, 8/10.
LOGITS = torch.tensor([[2.0, 1.0, 1.0], [1.0, 1.0, 8.0]], dtype=torch.float64).log()
LABELS = torch.tensor([0, 2])


def test_cross_entropy_is_the_mean_in_nats():
    found = losses["cross_entropy"](LOGITS, LABELS).item()
    assert found == pytest.approx(-(log(0.5) + log(0.8)) / 2)


def test_smoothing_is_spread_over_all_classes():
    first = 0.7 * log(0.5) + 0.1 * (log(0.5) + 2 * log(0.25))
    second = 0.7 * log(0.8) + 0.1 * (log(0.8) + 2 * log(0.1))
    found = losses["cross_entropy"](LOGITS, LABELS, smoothing=0.3).item()
    assert found == pytest.approx(-(first + second) / 2)


def test_softmax_under_cross_entropy_has_a_floor():
    first = exp(0.5) / (exp(0.5) + 2 * exp(0.25))
    second = exp(0.8) / (exp(0.8) + 2 * exp(0.1))
    expected = -(log(first) + log(second)) / 2
    found = losses["cross_entropy_of_softmax"](LOGITS, LABELS).item()
    assert found == pytest.approx(expected)
    certain = torch.tensor([[1000.0] + 9 * [0.0]])
    floor = losses["cross_entropy_of_softmax"](certain, torch.tensor([0])).item()
    assert floor == pytest.approx(log(1 + 9 / exp(1)))


def test_smoothing_over_the_others_leaves_the_label_the_rest():
    # The label keeps 0.7, the two others share 0.3.
    first = 0.7 * log(0.5) + 0.15 * 2 * log(0.25)
    second = 0.7 * log(0.8) + 0.15 * 2 * log(0.1)
    found = losses["cross_entropy"](LOGITS, LABELS, smoothing=0.3, spread="others").item()
    assert found == pytest.approx(-(first + second) / 2)


def test_an_unknown_spread_is_named():
    with pytest.raises(InputError, match="unknown spread 'other'"):
        losses["cross_entropy"](LOGITS, LABELS, smoothing=0.1, spread="other")
