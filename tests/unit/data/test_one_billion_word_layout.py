"""An archive in the form of the One Billion Word Benchmark."""

import re
import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reprise.data.layouts import layouts
from reprise.data.layouts.one_billion_word import HELD_OUT, TRAINING, vocabulary
from reprise.data.preparation import prepare
from reprise.data.prepared import open_prepared
from reprise.data.sources import Source
from reprise.data.splits import image_blocks
from reprise.planning.data_files import preparation_megabytes, preparation_minutes

ROOT = "1-billion-word-language-modeling-benchmark-r13output"
FIRST = "the cat saw the dog\nthe dog  saw\n\n"
SECOND = "a cat\nthe dog sat\n"
# Ends of sentences: 4; the: 4; dog: 3; cat, saw: 2; a, sat: 1.
WORDS = ["</S>", "the", "dog", "<UNK>", "cat", "saw", "<S>"]
TRAIN = "the cat saw the dog </S> the dog saw </S> a cat </S> the dog sat </S>"
TEST = "the cat was dog </S> a dog </S>"


def texts(**changes: str) -> dict[str, bytes]:
    contents = {
        f"{TRAINING}/news.en-00001-of-00100": FIRST,
        f"{TRAINING}/news.en-00002-of-00100": SECOND,
        f"{HELD_OUT}/news.en.heldout-00001-of-00050": "not tested\n",
        f"{HELD_OUT}/news.en.heldout-00000-of-00050": "the cat was dog\na dog\n",
        f"{TRAINING}/.news.en-00001-of-00100": "the the\n",
        "README": "words words words\n",
    }
    return {f"{ROOT}/{name}": text.encode() for name, text in {**contents, **changes}.items()}


@pytest.fixture
def source(make_source: Callable[..., Source]) -> Callable[..., Source]:
    def make(files: list[Path], **changes: Any) -> Source:
        values: Mapping[str, Any] = {
            "layout": "one-billion-word",
            "task": "language_modelling",
            "classes": (),
            "unnamed_classes": len(WORDS),
            "channels": 0,
            "mean": (),
            "std": (),
            "pixels": 3,
            "train_images": 5,
            "test_images": 2,
        }
        return make_source(files, **{**values, **changes})

    return make


def places(text: str) -> list[int]:
    known = {word: place for place, word in enumerate(WORDS)}
    return [known.get(word, known["<UNK>"]) for word in text.split()]


def test_sentences_become_a_prepared_file(make_tar, source, tmp_path):
    files = [make_tar(texts())]
    destination = tmp_path / "prepared" / "words.safetensors"
    prepare(source(files), files, destination)
    data = open_prepared(destination)
    assert (data.classes, data.class_count) == ((), 7)
    assert data.train_images.dtype == data.train_labels.dtype == np.int32
    # Seventeen words with the ends of sentences: five sequences of three, and one that follows.
    assert data.train_images.tolist() == np.reshape(places(TRAIN)[:15], (5, 3)).tolist()
    assert data.train_labels.tolist() == np.reshape(places(TRAIN)[1:16], (5, 3)).tolist()
    assert data.test_images.tolist() == np.reshape(places(TEST)[:6], (2, 3)).tolist()
    assert data.test_labels.tolist() == np.reshape(places(TEST)[1:7], (2, 3)).tolist()


@pytest.mark.parametrize("length", [1, 2, 4, 5, 7, 13])
def test_sequences_go_on_from_file_to_file(make_tar, source, length):
    files = [make_tar(texts())]
    count = 15 // length
    own = source(files, pixels=length, train_images=count, test_images=1) if length < 7 else None
    if own is None:
        own = source(files, pixels=length, train_images=count, test_images=1)
        held_out = f"{HELD_OUT}/news.en.heldout-00000-of-00050"
        files[0] = make_tar(texts(**{held_out: "the cat\n" * 9}))
    splits = layouts["one-billion-word"](own, files)
    for follows, stream in enumerate((splits.train_images, splits.train_labels)):
        found = np.concatenate(list(image_blocks(stream)))
        expected = places(TRAIN)[follows : follows + count * length]
        assert found.tolist() == np.reshape(expected, (count, length)).tolist()


def test_the_vocabulary_is_in_the_order_of_frequency(source, tmp_path):
    counts = {b"b": 5, b"a": 5, b"c": 9, b"rare": 1, b"rarer": 1, b"</S>": 7}
    found = vocabulary(source([], unnamed_classes=6), counts, tmp_path)
    # The two rare words together come twice.
    assert list(found) == [b"c", b"</S>", b"a", b"b", b"<UNK>", b"<S>"]
    assert list(found.values()) == list(range(6))
    assert list(vocabulary(source([], unnamed_classes=4), counts, tmp_path)) == [
        b"<UNK>", b"c", b"</S>", b"<S>"
    ]  # fmt: skip


def test_words_are_in_memory_a_file_at_a_time(make_tar, source):
    shards = 40
    text = ("the cat saw a dog\n" * 4000).encode()
    contents = {f"{TRAINING}/news.en-{number:05}-of-00100": text for number in range(shards)}
    contents[f"{HELD_OUT}/news.en.heldout-00000-of-00050"] = text[:1000]
    files = [make_tar(contents)]
    count = shards * 4000 * 6 // 10 - 1
    own = source(files, unnamed_classes=8, pixels=10, train_images=count)
    tracemalloc.start()
    splits = layouts["one-billion-word"](own, files)
    found = sum(len(block) for block in splits.train_images.blocks())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == count
    # All words as numbers of four bytes would be 3.8 MB, and the text is 2.9 MB.
    assert peak < 1.5e6


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"train_images": 6},
            "has 17 words with the ends of sentences, which are 5 sequences",
        ),
        ({"test_images": 3}, "heldout-00000-of-.* has 8 words .* which are 2 sequences"),
        ({"unnamed_classes": 10}, "has 6 different words, and 3 more .* ask for 9 at most, found"),
    ],
)
def test_archives_with_less_than_is_asked_for(make_tar, source, failure, changes, sentence):
    files = [make_tar(texts())]
    assert re.search(sentence, failure(source(files, **changes), *files))


def test_archives_that_are_not_as_expected(make_tar, source, failure):
    assert "needs one archive, found 0 files" in failure(source([]))
    files = [make_tar({"README": b"x"})]
    assert "has 0 words with the ends of sentences" in failure(source(files), *files)
    files = [make_tar(texts())]
    content = files[0].read_bytes()
    files[0].write_bytes(content[: len(content) // 2])
    assert "is damaged or cut short" in failure(source(files), *files)


def test_what_preparation_asks_for(source):
    """Of words no names of files are kept, and they are read faster than photographs."""
    large = source([], train_images=39_940_000, test_images=7_980, pixels=20)
    assert preparation_megabytes(large, large) == 500 + 1500
    assert preparation_minutes(large) == 30 + 79
