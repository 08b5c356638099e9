"""The loop that trains every cell."""

import pytest
import torch

from reprise.data.resident import ResidentSplit
from reprise.optim.batch_sizes import batch_bounds, batches
from reprise.training.evaluation import Tally, evaluate, evaluation_batch_size
from reprise.training.history import TIMING_COLUMNS
from reprise.training.loop import diverged, start_run, train, updates
from reprise.training.task import usual_task


def without_timing(epochs):
    return [
        {k: v for k, v in epoch.columns().items() if k not in TIMING_COLUMNS} for epoch in epochs
    ]


def test_a_cell_learns(tiny_cell, tiny_data):
    epochs = train(start_run(tiny_cell(epochs=6), tiny_data))
    assert len(epochs) == 6
    assert epochs[-1].test_accuracy > 80
    assert epochs[-1].train_loss < epochs[0].train_loss


def test_the_same_cell_twice_is_the_same_to_the_last_digit(tiny_cell, tiny_data):
    first = train(start_run(tiny_cell(), tiny_data))
    second = train(start_run(tiny_cell(), tiny_data))
    assert without_timing(first) == without_timing(second)


def test_another_seed_is_another_run(tiny_cell, tiny_data):
    first = train(start_run(tiny_cell(), tiny_data))
    second = train(start_run(tiny_cell(seed=2), tiny_data))
    assert first[0].train_loss != second[0].train_loss


def test_global_random_numbers_do_not_matter_and_stay_untouched(tiny_cell, tiny_data):
    torch.manual_seed(5)
    first = train(start_run(tiny_cell(epochs=1), tiny_data))
    state = torch.random.get_rng_state()
    torch.manual_seed(99)
    second = train(start_run(tiny_cell(epochs=1), tiny_data))
    assert without_timing(first) == without_timing(second)
    torch.manual_seed(5)
    assert torch.equal(state, torch.random.get_rng_state())


def test_cells_that_differ_in_norm_start_from_the_same_weights(tiny_cell, tiny_data):
    batch = start_run(tiny_cell(), tiny_data).model
    group = start_run(tiny_cell(norm={"name": "group", "groups": 4}), tiny_data).model
    assert torch.equal(batch.stem.weight, group.stem.weight)
    assert torch.equal(batch.head.weight, group.head.weight)


def test_batch_sizes_see_the_same_images_in_the_same_order(tiny_cell, tiny_data):
    from reprise.training.epoch_images import augmented_batches

    small = [b for b, _ in augmented_batches(start_run(tiny_cell(batch_size=10), tiny_data), 1)]
    large = [b for b, _ in augmented_batches(start_run(tiny_cell(batch_size=50), tiny_data), 1)]
    assert torch.equal(torch.cat(small)[:100], torch.cat(large)[:100])


def test_scheduled_values_are_those_of_the_schedule(tiny_cell, tiny_data):
    cell = tiny_cell(epochs=4, schedule={"name": "step", "learning_rate": 0.1, "width": 2})
    rates = [epoch.learning_rate for epoch in train(start_run(cell, tiny_data))]
    assert rates == pytest.approx([0.1, 0.1, 0.01, 0.01])


def test_the_momentum_may_be_scheduled(tiny_cell, tiny_data):
    cell = tiny_cell(
        epochs=2,
        schedule_interval=0,
        schedule={"name": "one_cycle", "learning_rate": 0.1},
        momentum={"name": "one_cycle_momentum", "base_momentum": 0.8, "max_momentum": 0.9},
    )
    epochs = train(start_run(cell, tiny_data))
    assert epochs[-1].momentum == pytest.approx(0.9)
    assert epochs[-1].learning_rate < 0.001


def test_a_run_whose_loss_explodes_ends_as_diverged(tiny_cell, tiny_data):
    cell = tiny_cell(epochs=5, schedule={"name": "constant", "learning_rate": 1e30})
    epochs = train(start_run(cell, tiny_data))
    assert diverged(epochs[-1])
    assert len(epochs) < 5


def test_a_last_batch_of_one_image_is_left_out():
    assert batch_bounds(10, 4) == [(0, 4), (4, 8), (8, 10)]
    assert batch_bounds(9, 4) == [(0, 4), (4, 8)]
    assert batch_bounds(1, 4) == [(0, 1)]
    assert batch_bounds(3, 1) == [(0, 1), (1, 2), (2, 3)]
    assert all(batches(n, size) == len(batch_bounds(n, size)) for n in (1, 7, 9) for size in (1, 4))


def test_updates_and_epochs_are_counted(tiny_cell, tiny_data):
    epochs = train(start_run(tiny_cell(), tiny_data))
    assert [e.updates for e in epochs] == [7, 14]
    assert [e.epoch for e in epochs] == [1, 2]


def test_loss_is_weighted_by_images_not_by_batches():
    tally = Tally(torch.zeros(10, dtype=torch.long), usual_task(2))
    logits = torch.tensor([[2.0, 0.0], [0.0, 2.0]])
    tally.add(torch.tensor(1.0), logits[:1].expand(9, 2), torch.zeros(9, dtype=torch.long))
    tally.add(torch.tensor(5.0), logits[:1], torch.ones(1, dtype=torch.long))
    score = tally.score()
    assert score.loss == pytest.approx((9 * 1 + 5) / 10)
    assert score.accuracy == pytest.approx(90)


def test_evaluation_does_not_depend_on_its_batch_size(tiny_cell, tiny_data):
    run = start_run(tiny_cell(), tiny_data)
    train(run)
    small = evaluate(run.model, tiny_data, tiny_data.test, run.loss, 10)
    large = evaluate(run.model, tiny_data, tiny_data.test, run.loss, 75)
    assert small.loss == pytest.approx(large.loss, rel=1e-5)
    assert small.accuracy == large.accuracy


def test_norms_with_batch_statistics_are_tested_in_training_batches(tiny_cell, tiny_data):
    general = {"name": "general", "groups": [1, 8, 1, 1]}
    run = start_run(tiny_cell(norm=general), tiny_data)
    assert evaluation_batch_size(run.model, 16, tiny_data.test) == 16
    run = start_run(tiny_cell(norm={**general, "running_averages": True}), tiny_data)
    assert evaluation_batch_size(run.model, 16, tiny_data.test) > 16


def test_batches_of_large_images_are_smaller_in_evaluation(tiny_cell, tiny_data):
    model = start_run(tiny_cell(), tiny_data).model
    large = torch.zeros((2, 1, 224, 224), dtype=torch.uint8)
    split = ResidentSplit(large, torch.arange(2), torch.zeros(2, dtype=torch.int64))
    assert evaluation_batch_size(model, 128, tiny_data.test) == 100
    assert evaluation_batch_size(model, 128, split) == 16


def test_gradients_are_at_hand_before_each_step(tiny_cell, tiny_data):
    run = start_run(
        tiny_cell(
            schedule={"name": "constant", "learning_rate": 0.1}, momentum=0.0, optimizer="sgd"
        ),
        tiny_data,
    )
    head, seen = run.model.head.weight, []

    def look(images, labels):
        assert images.dtype == torch.float32
        assert len(images) == len(labels)
        seen.append((run.updates, len(images), head.detach() - 0.1 * head.grad))

    run.before_step = look
    after = [head.detach().clone() for _ in updates(run, 0)]
    assert [update for update, _, _ in seen] == list(range(7))
    assert [images for _, images, _ in seen] == [16] * 6 + [5]
    assert all(torch.allclose(step[2], weights) for step, weights in zip(seen, after, strict=True))


def test_the_batch_size_may_be_scheduled(tiny_cell, tiny_data):
    growing = {"name": "batch_size_stages", "sizes": [16, 50], "milestones": [1]}
    falling = {"name": "step", "learning_rate": 0.1, "width": 1.5}
    cell = tiny_cell(batch_size_schedule=growing, schedule=falling, schedule_interval=0)
    epochs = train(start_run(cell, tiny_data))
    assert [epoch.batch_size for epoch in epochs] == [16, 50]
    assert [epoch.updates for epoch in epochs] == [7, 7 + 2]
    assert epochs[1].learning_rate == pytest.approx(0.01), "half an epoch after its start"


def test_the_batch_size_schedule_changes_nothing_before_its_milestone(tiny_cell, tiny_data):
    growing = {"name": "batch_size_stages", "sizes": [16, 50], "milestones": [1]}
    runs = [train(start_run(cell, tiny_data)) for cell in (
        tiny_cell(), tiny_cell(batch_size_schedule=growing)
    )]  # fmt: skip
    first, second = (without_timing(run) for run in runs)
    assert first[0] == second[0]
    assert first[1] != second[1]


def test_an_optimizer_is_told_of_the_progress(tiny_cell, tiny_data):
    turns = {"name": "in_turn", "first": "adam", "then": "sgd", "switch": 1}
    run = start_run(tiny_cell(optimizer=turns), tiny_data)
    kinds = [
        [type(run.optimizer.current).__name__ for _ in updates(run, epoch)] for epoch in (0, 1)
    ]
    assert kinds == [["Adam"] * 7, ["SGD"] * 7]
