"""CUDA graphs, where there is an NVIDIA GPU."""

import dataclasses

import pytest
import torch

from reprise.data.resident import ResidentSplit
from reprise.training.jobs.whole_run import replayed_updates
from reprise.training.loop import start_run, train
from reprise.training.recordings.cuda_graphs import CudaGraphs

# A CUDA graph exists on an NVIDIA GPU alone, and `make test` is promised without one. What decides
# which updates are recorded, and what is done with a recording, is tested on any machine in
# test_recorded_gradients.py; `cuda_graphs` is off unless asked for.
pytestmark = pytest.mark.skipif(
    not torch.cuda.is_available(),
    reason="CUDA graphs need an NVIDIA GPU; test_recorded_gradients.py tests the rest without one",
)

DROPOUT = {
    "name": "plain_cnn",
    "stages": [{"convolutions": [{"channels": 4}], "dropout": 0.2}],
}


@pytest.fixture
def gpu_data(tiny_data):
    device = torch.device("cuda")

    def moved(split):
        return ResidentSplit(*(x.to(device) for x in (split.stored, split.rows, split.labels)))

    test = moved(tiny_data.test)
    return dataclasses.replace(
        tiny_data,
        train=moved(tiny_data.train),
        validation=test,
        test=test,
        mean=tiny_data.mean.to(device),
        std=tiny_data.std.to(device),
    )


@pytest.fixture(autouse=True)
def deterministic(monkeypatch):
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)
    yield
    torch.use_deterministic_algorithms(False)


@pytest.mark.parametrize("whole", [True, False], ids=["updates", "gradients"])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"optimizer": "adam"},
        {"momentum": 0.0},
        {"optimizer": {"name": "sgd", "weight_decay": 1e-3, "norm_scale_target": 1}},
        {"momentum": {"name": "one_cycle_momentum", "base_momentum": 0.8, "max_momentum": 0.9},
         "schedule_interval": 0},
        {"optimizer": {"name": "in_turn", "first": "adam", "then": "sgd", "switch": 1}},
        {"model": DROPOUT, "norm": "none"},
        {"precision": "bfloat16"},
        {"batch_size_schedule": {
            "name": "batch_size_stages", "sizes": [8, 16], "milestones": [1]}},
    ],
    ids=str,
)  # fmt: skip
def test_replayed_updates_train_the_same(tiny_cell, gpu_data, changes, whole):
    cell = tiny_cell(epochs=3, **changes)
    replayed = start_run(cell, gpu_data, CudaGraphs(gpu_data.train.device))
    if not whole:
        replayed.recorded_updates = None
    found = train(replayed)
    expected = train(start_run(cell, gpu_data))
    assert replayed_updates(replayed) > 0
    tolerance = 1e-2 if "precision" in changes else 1e-4
    for name in ("train_loss", "test_loss"):
        assert [getattr(epoch, name) for epoch in found] == pytest.approx(
            [getattr(epoch, name) for epoch in expected], rel=tolerance
        )


def test_what_waits_for_the_gpu_is_computed_each_time(tiny_cell, gpu_data, capsys):
    run = start_run(tiny_cell(), gpu_data, CudaGraphs(gpu_data.train.device))
    plain = run.loss
    run.loss = lambda logits, labels: plain(logits, labels) * float(logits.isfinite().all())
    assert len(train(run)) == 2
    said = [x for x in capsys.readouterr().out.splitlines() if "cannot be recorded" in x]
    # Of whole updates in the first epoch, and of gradients alone in the second.
    assert len(said) == 2
    assert not any("previous error" in sentence for sentence in said)
    # The process records others as before.
    whole = start_run(
        tiny_cell(model=DROPOUT, norm="none"), gpu_data, CudaGraphs(gpu_data.train.device)
    )
    assert len(train(whole)) == 2
    assert replayed_updates(whole) > 0


def test_whole_updates_are_replayed_at_the_rates_of_their_updates(tiny_cell, gpu_data):
    cell = tiny_cell(epochs=3, schedule_interval=0)
    run = start_run(cell, gpu_data, CudaGraphs(gpu_data.train.device))
    train(run)
    # Six whole batches an epoch are one replay, from the second epoch on.
    assert run.recorded_updates.replayed == 2 * 6
    assert all(type(group["lr"]) is float for group in run.optimizer.param_groups)
