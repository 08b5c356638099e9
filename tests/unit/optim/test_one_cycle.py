"""The one-cycle schedules against torch's, at every update."""

import pytest
import torch
from torch.optim.lr_scheduler import OneCycleLR

from reprise.errors import InputError
from reprise.optim.progress import Progress
from reprise.optim.schedules import schedules

SETTINGS = [
    {},
    {"rise_fraction": 0.45, "start_divisor": 10, "final_divisor": 100},
    {"anneal": "linear", "rise_fraction": 0.25},
    {"three_phase": True, "rise_fraction": 0.45, "anneal": "linear", "start_divisor": 10},
    {"three_phase": True},
]
TORCH_NAMES = {
    "rise_fraction": "pct_start",
    "start_divisor": "div_factor",
    "final_divisor": "final_div_factor",
    "anneal": "anneal_strategy",
    "three_phase": "three_phase",
}


def torchs_one_cycle(updates, learning_rate, base_momentum, max_momentum, settings):
    """Learning rates and momenta of torch's scheduler at each of the updates."""
    keywords = {TORCH_NAMES[key]: setting for key, setting in settings.items()}
    if keywords.get("anneal_strategy") == "cosine":
        keywords["anneal_strategy"] = "cos"
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0, momentum=0.9)
    scheduler = OneCycleLR(
        optimizer,
        learning_rate,
        total_steps=updates,
        base_momentum=base_momentum,
        max_momentum=max_momentum,
        **keywords,
    )
    found = []
    for _ in range(updates):
        group = optimizer.param_groups[0]
        found.append((group["lr"], group["momentum"]))
        optimizer.step()
        scheduler.step()
    return zip(*found, strict=True)


@pytest.mark.parametrize("updates", [5, 40, 391])
@pytest.mark.parametrize("settings", SETTINGS)
def test_equals_torchs_one_cycle_at_every_update(settings, updates):
    rates, momenta = torchs_one_cycle(updates, 0.4, 0.8, 0.95, settings)
    positions = [Progress(0.0, 1, update, updates) for update in range(updates)]
    shape = {key: settings[key] for key in settings if not key.endswith("divisor")}
    found = [
        schedules["one_cycle"](position, learning_rate=0.4, **settings) for position in positions
    ]
    found_momenta = [
        schedules["one_cycle_momentum"](position, base_momentum=0.8, max_momentum=0.95, **shape)
        for position in positions
    ]
    assert found == pytest.approx(list(rates), rel=1e-12)
    assert found_momenta == pytest.approx(list(momenta), rel=1e-12)


def test_known_values():
    """30 of 101 updates up: edges at updates 0, 29.3 and 100."""
    arguments = {"learning_rate": 1.0, "start_divisor": 10, "anneal": "linear"}

    def at(update):
        return schedules["one_cycle"](Progress(0.0, 1, update, 101), **arguments)

    assert at(0) == pytest.approx(0.1)
    assert at(20) == pytest.approx(0.1 + 0.9 * 20 / 29.3)
    assert at(100) == pytest.approx(0.1 / 1e4)


@pytest.mark.parametrize("three_phase", [True, False])
def test_runs_of_one_or_two_updates(three_phase):
    for updates in (1, 2):
        for update in range(updates):
            rate = schedules["one_cycle"](
                Progress(0.0, 1, update, updates), learning_rate=1.0, three_phase=three_phase
            )
            assert 0 < rate <= 1


@pytest.mark.parametrize("name", ["one_cycle", "one_cycle_momentum"])
def test_unknown_anneal(name):
    arguments = {"learning_rate": 1.0} if name == "one_cycle" else {}
    with pytest.raises(InputError, match=r"unknown anneal 'cos'.*did you mean 'cosine'"):
        schedules[name](Progress(0.0, 1, 0, 9), anneal="cos", **arguments)
