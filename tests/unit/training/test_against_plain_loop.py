"""The engine against a plain PyTorch loop of the same recipe, on real CIFAR-10 images.

The loop below shares no training code with the library: it has its own MgNet, schedule, momentum,
augmentation image by image and evaluation. It starts from the same weights and is told the same
order and crops, so that the two differ by rounding alone and one seed is enough. The learning rate
is small, because a large one lets rounding grow to points of accuracy within an epoch.
"""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional

from reprise.data.resident import ResidentData, ResidentSplit
from reprise.studies.cell import Cell
from reprise.training.loop import start_run, train
from reprise.training.randomness import AUGMENTATION, ORDER, generator

MEAN = torch.tensor([0.4914, 0.4822, 0.4465]).view(1, 3, 1, 1)
STD = torch.tensor([0.2023, 0.1994, 0.2010]).view(1, 3, 1, 1)
EPOCHS, BATCH, RATE, CHANNELS, SEED = 2, 64, 0.005, 16, 2


class PlainMgNet(nn.Module):
    """Two grids, one iteration each, written out line by line."""

    def __init__(self, c):
        super().__init__()

        def conv(i, stride=1):
            return nn.Conv2d(i, c, 3, stride, 1, bias=False)

        self.stem, self.n0 = conv(3), nn.BatchNorm2d(c)
        self.a1, self.b1, self.n1, self.n2 = conv(c), conv(c), nn.BatchNorm2d(c), nn.BatchNorm2d(c)
        self.pi, self.r = conv(c, 2), conv(c, 2)
        self.n3, self.n4 = nn.BatchNorm2d(c), nn.BatchNorm2d(c)
        self.a2, self.b2, self.n5, self.n6 = conv(c), conv(c), nn.BatchNorm2d(c), nn.BatchNorm2d(c)
        self.fc = nn.Linear(c, 10)

    def forward(self, x):
        relu = functional.relu
        f = relu(self.n0(self.stem(x)))
        u = torch.zeros_like(f)
        u = u + relu(self.n2(self.b1(relu(self.n1(f - self.a1(u))))))
        coarse = relu(self.n3(self.pi(u)))
        f = relu(self.n4(self.r(f - self.a1(u)))) + self.a2(coarse)
        u = coarse
        u = u + relu(self.n6(self.b2(relu(self.n5(f - self.a2(u))))))
        return self.fc(functional.adaptive_avg_pool2d(u, 1).flatten(1))


def plain_accuracies(images, weights):
    """Test accuracy in percent after each epoch of the plain loop."""
    x, y = images["train"]
    test_x, test_y = images["test"]
    model = PlainMgNet(CHANNELS)
    with torch.no_grad():
        for parameter, weight in zip(model.parameters(), weights, strict=True):
            parameter.copy_(weight)
    velocities = [torch.zeros_like(p) for p in model.parameters()]
    accuracies = []
    for epoch in range(EPOCHS):
        rate = RATE / 2 * (1 + math.cos(math.pi * epoch / EPOCHS))
        order = torch.randperm(len(x), generator=generator(SEED, ORDER, epoch)).tolist()
        draws = generator(SEED, AUGMENTATION, epoch)
        corners = torch.randint(9, (len(x), 2), generator=draws).tolist()
        flips = (torch.rand(len(x), generator=draws) < 0.5).tolist()
        for start in range(0, len(x), BATCH):
            batch = []
            for i in order[start : start + BATCH]:
                top, left = corners[i]
                padded = functional.pad(x[i], (4, 4, 4, 4))
                image = padded[:, top : top + 32, left : left + 32]
                batch.append(image.flip(2) if flips[i] else image)
            inputs = (torch.stack(batch).float() / 255 - MEAN) / STD
            loss = -functional.log_softmax(model(inputs), 1)
            loss = loss[torch.arange(len(batch)), y[order[start : start + BATCH]]].mean()
            gradients = torch.autograd.grad(loss, list(model.parameters()))
            with torch.no_grad():
                for p, v, g in zip(model.parameters(), velocities, gradients, strict=True):
                    v.mul_(0.9).add_(g + 5e-4 * p)
                    p.sub_(rate * v)
        model.eval()
        with torch.no_grad():
            logits = model((test_x.float() / 255 - MEAN) / STD)
        model.train()
        accuracies.append(100 * (logits.argmax(1) == test_y).float().mean().item())
    return accuracies


def split(images, labels):
    return ResidentSplit(images, torch.arange(len(labels)), labels)


def engine_run(images):
    cell = Cell.of(
        {
            "dataset": "cifar10",
            "model": {"name": "mgnet", "channels": CHANNELS, "iterations": [1, 1]},
            "norm": "batch",
            "optimizer": {"name": "sgd", "weight_decay": 5e-4},
            "schedule": {"name": "cosine", "learning_rate": RATE},
            "momentum": 0.9,
            "batch_size": BATCH,
            "epochs": EPOCHS,
            "augmentation": [{"name": "crop", "padding": 4}, "flip"],
            "seed": SEED,
        }
    )
    test = split(*images["test"])
    data = ResidentData(
        train=split(*images["train"]),
        validation=test,
        test=test,
        classes=10,
        mean=MEAN,
        std=STD,
    )
    return start_run(cell, data)


def grid_modules(grid):
    """A, B and the two norms of a grid with one iteration."""
    return grid.data_mapping, grid.extractors[0], grid.residual_norms[0], grid.extractor_norms[0]


def plain_order(model):
    """The engine's initial weights in the order in which the plain network defines its own."""
    first, second = model.grids
    (way,) = model.restrictions
    modules = [
        (model.stem, model.stem_norm),
        grid_modules(first),
        (way.interpolation, way.restriction, way.interpolation_norm, way.restriction_norm),
        grid_modules(second),
        (model.head,),
    ]
    return [p.detach().clone() for group in modules for m in group for p in m.parameters()]


def test_engine_and_plain_loop_reach_the_same_accuracy(cifar_images):
    run = engine_run(cifar_images)
    weights = plain_order(run.model)
    engine = [epoch.test_accuracy for epoch in train(run)]
    plain = plain_accuracies(cifar_images, weights)
    assert engine[-1] > 18  # far above chance, so that the comparison says something
    assert engine == pytest.approx(plain, abs=0.8)
