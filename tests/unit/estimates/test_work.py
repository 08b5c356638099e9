"""Updates and images of a run, counted as the loop counts them."""

import pytest
import torch

from reprise.data.cell_data import load_resident
from reprise.data.prepared import open_prepared
from reprise.estimates.work import Work, work_of
from reprise.planning.cell_checks import check_cell
from reprise.training.loop import start_run, train

SIZES = {"batch_size": 32, "data_variant": "8px", "train_images": 100, "test_images": 40}
GROWING = {"name": "batch_size_stages", "sizes": [32, 64], "milestones": [1]}


def test_work_of_a_cell(digits, plain_cell):
    # Batches of 32, 32, 32 and 4 images.
    assert work_of(plain_cell(**SIZES), digits) == Work(3 * 4, 3 * 100, 3 * 40)


def test_a_last_batch_of_one_image_is_left_out(digits, plain_cell):
    assert work_of(plain_cell(**SIZES | {"train_images": 97}), digits) == Work(
        3 * 3, 3 * 96, 3 * 40
    )


def test_images_held_out_are_evaluated_instead_of_trained_on(digits, plain_cell):
    held_out = plain_cell(**SIZES | {"validation_share": 0.2})
    assert work_of(held_out, digits) == Work(3 * 3, 3 * 80, 3 * (40 + 20))


@pytest.mark.parametrize("further", [{}, {"train_images": 97}, {"validation_share": 0.2}])
def test_the_loop_does_that_much(digits, prepared_digits, one_thread, plain_cell, further):
    cell = plain_cell(**SIZES | further)
    data = load_resident(open_prepared(prepared_digits), cell, torch.device("cpu"))
    run = start_run(cell, data)
    train(run)
    work = work_of(cell, digits)
    assert run.updates == work.updates
    evaluated = len(data.test) + (len(data.validation) if cell.validation_share else 0)
    assert cell.epochs * evaluated == work.evaluated_images


def test_a_growing_batch_needs_fewer_updates(digits, plain_cell):
    cell = plain_cell(**SIZES | {"batch_size_schedule": GROWING})
    check_cell(cell, {"digits": digits}, "cell")
    assert work_of(cell, digits) == Work(4 + 2 + 2, 3 * 100, 3 * 40)
