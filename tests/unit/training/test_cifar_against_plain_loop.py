"""Settings of yang_huang's second table against a loop like its authors', on real CIFAR-10 images.

The loop's network is its own. Dropout acts in the first epoch alone, as in the authors' loop, and
its masks are not those of another network: the loop therefore goes on from the weights and the
momentum that the engine has after that epoch, so that the two differ by rounding alone. What is
compared are the recipes of the study's YAML.
"""

import numpy as np
import pytest
from reacting_loop import (
    Images,
    ReactingLoop,
    at_rises,
    at_ten_times_the_cutoff,
    every_epoch,
    geometric,
    harmonic,
    inverse_square_root,
    sawtooth_ahead,
)
from run_of_setting import Setting, as_rows, run_of_setting
from torch import nn

from reprise.training.loop import Run, train

EPOCHS = 5


def network() -> nn.Module:
    blocks = [
        layer
        for before, after in ((3, 16), (16, 32), (32, 64))
        for layer in (nn.Conv2d(before, after, 3, padding=1), nn.ELU(), nn.MaxPool2d(2))
    ]
    return nn.Sequential(*blocks, nn.Flatten(), nn.Linear(1024, 500), nn.ELU(), nn.Linear(500, 10))


def state_of(run: Run) -> tuple[list, list]:
    """Copies of the run's weights and of what momentum has gathered."""
    weights = list(run.model.parameters())
    velocities = [run.optimizer.state[weight]["momentum_buffer"] for weight in weights]
    return [w.detach().clone() for w in weights], [v.clone() for v in velocities]


@pytest.mark.parametrize(
    "setting",
    [
        Setting("by_cutoff", "seq2", at_ten_times_the_cutoff, inverse_square_root),
        Setting("by_epoch", "seq4", every_epoch, sawtooth_ahead),
        Setting("by_epoch", "seq3", every_epoch, geometric),
        Setting("by_oscillation", "seq1", at_rises, harmonic),
    ],
    ids=str,
)
def test_the_settings_of_the_yaml_train_as_the_authors_loop(
    cifar_images: Images, setting: Setting
) -> None:
    run = run_of_setting("table2", setting, EPOCHS, cifar_images)
    states = []
    first, *others = train(run, on_epoch=lambda epoch: states.append(state_of(run)))
    engine = as_rows(others)
    loop = ReactingLoop(network(), 20, setting.updates, setting.sequence, [first.test_loss])
    loop.start_from(*states[0])
    plain = np.array(list(loop.epochs(cifar_images, range(1, EPOCHS))))
    assert engine[:, 0] == pytest.approx(plain[:, 0], rel=1e-6)
    assert {first.learning_rate, *plain[:, 0]} > {0.01}  # the sequence is walked on
    # Rounding grows tenfold and more an epoch.
    assert engine[0, 1] == pytest.approx(plain[0, 1], abs=1e-3)
    assert engine[:, 1] == pytest.approx(plain[:, 1], abs=2e-2)
    assert engine[:, 2] == pytest.approx(plain[:, 2], abs=0.6)
    assert engine[-1, 2] > 25  # far above chance, so that the comparison says something
