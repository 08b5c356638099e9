"""The text that every Python has, as sequences of characters."""

from pydoc_data.topics import topics

import numpy as np
import pytest

from reprise.data.layouts import layouts
from reprise.data.layouts.python_topics import TEST_EVERY, tokens_of
from reprise.data.preparation import prepare
from reprise.data.prepared import open_prepared
from reprise.errors import InputError

CHARACTERS = (" ", *"abcdefghijklmnopqrstuvwxyz", "other")


@pytest.fixture
def text_source(make_source):
    def make(**changes):
        values = {
            "name": "text",
            "layout": "python-topics",
            "classes": CHARACTERS,
            "channels": 0,
            "pixels": 16,
            "train_images": 100,
            "test_images": 30,
            "mean": (),
            "std": (),
        } | changes
        return make_source(**values)

    return make


def text_of(tokens):
    return "".join("?" if token == len(CHARACTERS) - 1 else CHARACTERS[token] for token in tokens)


def test_characters_become_tokens():
    tokens = tokens_of(["A  b\n\nZ!", "9c"], CHARACTERS)
    assert tokens.dtype == np.uint8
    assert text_of(tokens) == "a b z? ?c"


def test_a_label_is_the_token_that_follows(text_source):
    splits = layouts["python-topics"](text_source(), [])
    assert splits.train_images.shape == splits.train_labels.shape == (100, 16)
    for tokens, labels in (
        (splits.train_images, splits.train_labels),
        (splits.test_images, splits.test_labels),
    ):
        assert np.array_equal(tokens.ravel()[1:], labels.ravel()[:-1])


def test_no_topic_is_in_both_splits(text_source):
    splits = layouts["python-topics"](text_source(), [])
    names = sorted(topics)
    for tokens, first in ((splits.train_images, names[1]), (splits.test_images, names[0])):
        beginning = text_of(tokens_of([topics[first]], CHARACTERS))[:100]
        assert text_of(tokens.ravel()).startswith(beginning)
    assert TEST_EVERY > 1


def test_the_same_every_time(text_source, tmp_path):
    for name in ("a", "b"):
        prepare(text_source(), [], tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    data = open_prepared(tmp_path / "a")
    assert data.train_labels.dtype == np.uint8
    assert data.mean == ()


def test_more_sequences_than_there_are(text_source):
    with pytest.raises(InputError, match=r"datasets.text asks for 1000000 sequences of 16 tokens"):
        layouts["python-topics"](text_source(train_images=1_000_000), [])


def test_no_side_changes_a_text(text_source):
    source = text_source()
    assert source.resized(8) is source
    assert (source.input_shape, source.positions) == ((16,), 16)
