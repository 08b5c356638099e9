"""A text that every Python has: its language reference by topics, which ``help()`` shows.

Characters are tokens. Another version of Python has a slightly other text.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from reprise.data.layouts.names import layouts
from reprise.data.sources import Source
from reprise.data.splits import Splits, check_files
from reprise.errors import InputError

TEST_EVERY = 5
"""One topic in so many is for testing, in the order of their names."""


@layouts.register("python-topics")
def decode(source: Source, files: list[Path]) -> Splits:
    """No files. The classes are the characters that count; the last one stands for all others.

    Letters are made small, and all space between words becomes one blank. Topics follow one another
    and are cut into sequences; no topic has sequences in both splits.
    """
    from pydoc_data.topics import topics

    check_files(source, files, "no files", 0)
    names = sorted(topics)
    test = names[::TEST_EVERY]
    parts = ([name for name in names if name not in test], test)
    counts = (source.train_images, source.test_images)
    splits: list[np.ndarray] = []
    for part, count in zip(parts, counts, strict=True):
        tokens = tokens_of((topics[name] for name in part), source.classes)
        splits.extend(_sequences(source, tokens, count))
    return Splits(*splits)


def tokens_of(texts: Iterable[str], characters: tuple[str, ...]) -> np.ndarray:
    """The places of the characters of all texts, (characters,) uint8.

    Args:
        texts: one after the other.
        characters: those that count, 256 at most; the last one stands for all others.
    """
    text = " ".join(" ".join(text.lower().split()) for text in texts)
    known = {character: place for place, character in enumerate(characters)}
    other = len(characters) - 1
    return np.fromiter((known.get(character, other) for character in text), np.uint8, len(text))


def _sequences(source: Source, tokens: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The first sequences of a text, and the tokens that follow each of theirs."""
    needed = count * source.pixels + 1
    if len(tokens) < needed:
        raise InputError(
            f"datasets.{source.name} asks for {count} sequences of {source.pixels} tokens, and the "
            f"topics of this Python have {(len(tokens) - 1) // source.pixels}: ask for fewer"
        )
    shape = (count, source.pixels)
    return tokens[: needed - 1].reshape(shape), tokens[1:needed].reshape(shape)
