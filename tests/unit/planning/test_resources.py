"""What jobs ask of a machine."""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median

import pytest

from reprise.data.row_file import AHEAD
from reprise.data.sources import Source
from reprise.planning.plan import Plan
from reprise.planning.resources import (
    BUFFERED_BATCHES,
    cores_of_probe,
    training_megabytes,
    training_minutes,
)
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice

ROOT = Path(__file__).parents[3]


def asked(
    study: str, artefact: str, ask: Callable[[Cell, Source], int], **config: object
) -> list[int]:
    plan = Plan.of({"scale": "paper", "studies": study, **config}, ROOT)
    cells = [row.runs([1])[1].cell for row in plan.rows[study, artefact] if not row.not_run]
    return [ask(cell, plan.source(cell)) for cell in cells]


def test_large_images_ask_for_more_memory():
    ask = partial(training_megabytes, resident_share=0.5)
    small, large = asked("kth", "fig7", ask), asked("kth", "fig8", ask)
    assert all(3500 < megabytes < 5000 for megabytes in small)
    # VGG16 keeps some 115 MB of an image of 224 pixels: 3.7 GB at a batch of 32.
    assert all(megabytes > 3500 + 3700 for megabytes in large)


@pytest.mark.parametrize(
    ("share", "images"),
    [(0.5, 60_000 * 3 * 32**2), (0.01, BUFFERED_BATCHES * 128 * 3 * 32**2)],
    ids=["resident", "streamed"],
)
def test_images_in_memory_and_batches_read_ahead_ask_for_theirs(share, images):
    model = 3500e6 + 5000 * 128 * 32**2
    found = asked("mclain", "table1", partial(training_megabytes, resident_share=share))
    assert set(found) == {math.ceil((model + images) / 1e6)}


def test_masks_stay_in_memory_beside_streamed_images():
    ask = partial(training_megabytes, resident_share=0.1)
    model = 3500e6 + 5000 * 16 * 513**2
    masks = (10_582 + 1_449) * 513**2
    streamed = BUFFERED_BATCHES * 16 * 3 * 513**2
    assert set(asked("cappa", "segmentation", ask)) == {math.ceil((model + masks + streamed) / 1e6)}


@pytest.mark.parametrize("share", [0.5, 0.1], ids=["resident", "streamed"])
def test_words_take_four_bytes_and_so_do_those_that_follow(share):
    ask = partial(training_megabytes, resident_share=share)
    model = 3500e6 + 5000 * 128 * 20
    words = (39_940_000 + 7_980) * 20 * 4
    # They are 3.2 GB, and half of what a run asks for is less.
    streamed = BUFFERED_BATCHES * 128 * 20 * 4
    assert set(asked("cappa", "language_model", ask)) == {
        math.ceil((model + words + streamed) / 1e6)
    }
    ask = partial(training_megabytes, resident_share=1.0)
    assert set(asked("cappa", "language_model", ask)) == {math.ceil((model + 2 * words) / 1e6)}


def test_images_with_a_margin_are_counted_with_it():
    config = {"datasets": {"imagenet": {"folder": "/data/imagenet"}}}
    (large, *_) = asked(
        "cappa", "imagenet", partial(training_megabytes, resident_share=0.5), **config
    )
    model = 3500e6 + 5000 * 256 * 224**2
    assert large == math.ceil((model + BUFFERED_BATCHES * 256 * 3 * 256**2) / 1e6)


def test_accumulated_batches_ask_for_their_micro_batches():
    plan = Plan.of({"scale": "paper", "studies": "mclain", "seeds": 1}, ROOT)
    (cell, *_) = plan.cells.values()
    small, large = (
        training_megabytes(replace(cell, batch_size=size, micro_batch_size=128), source, 0.01)
        for size, source in ((128, plan.source(cell)), (32_768, plan.source(cell)))
    )
    assert small == large < 5000
    whole = replace(cell, batch_size=32_768)
    assert training_megabytes(whole, plan.source(cell), 0.01) > 170_000


def test_as_many_batches_are_counted_as_there_are():
    """One in use, those that are read ahead, and one whose memory is being copied from."""
    assert BUFFERED_BATCHES == AHEAD + 2


def test_text_asks_by_its_tokens():
    plan = Plan.of({"scale": "demo", "studies": "cappa", "seeds": 1}, ROOT)
    (cell, *_) = (cell for cell in plan.cells.values() if cell.task == "language_modelling")
    # 4 epochs of 2,000 sequences of 32 tokens, and 250 updates in each.
    assert training_minutes(cell, plan.source(cell), "auto") == 10 + 1
    assert 3500 < training_megabytes(cell, plan.source(cell), 0.5) < 3510


def test_time_follows_images_pixels_epochs_and_updates():
    # 50,000 images of 1,024 pixels for 60 or 120 epochs: 9,216 s or twice that; 391 updates in
    # each: 938 s or twice that.
    gpu = asked("mclain", "table1", partial(training_minutes, device="auto"))
    assert set(gpu) == {10 + 170, 10 + 339}
    # Forty times as long a pixel: 368,640 s or twice that.
    cpu = asked("mclain", "table1", partial(training_minutes, device="cpu"))
    assert set(cpu) == {10 + 6160, 10 + 12320}


def minutes_of_all(scale: str) -> list[int]:
    plan = Plan.of({"scale": scale, "seeds": 1}, ROOT)
    return [training_minutes(cell, plan.source(cell), "auto") for cell in plan.cells.values()]


def test_what_the_profile_for_clusters_says_of_scales():
    paper = minutes_of_all("paper")
    # A detector on images of 512 pixels would ask for 70 days.
    assert (min(paper), max(paper) / 60) == (37, 14 * 24)
    assert median(paper) <= 3 * 60


def test_a_probe_is_given_the_time_of_some_trainings():
    # One training: 10,154 s.
    ask = partial(training_minutes, device="auto", times=3)
    assert min(asked("mclain", "table1", ask)) == 10 + 508


def test_workers_of_a_probe_ask_for_cores():
    assert cores_of_probe(Choice.of("gradient_norms")) == 1
    assert cores_of_probe(Choice.of({"name": "augmentation_speed", "workers": 4})) == 5
