"""The archive of the One Billion Word Benchmark: sentences of words, one a line.

Format: https://www.statmt.org/lm-benchmark/ (C. Chelba and others, One Billion Word Benchmark for
Measuring Progress in Statistical Language Modeling, 2014): files of training sentences in
training-monolingual.tokenized.shuffled, and of others in heldout-monolingual.tokenized.shuffled, of
which the first is the usual test set. Words are divided by blanks.
"""

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy as np

from reprise.data.archives import members
from reprise.data.layouts.names import layouts
from reprise.data.sources import Source
from reprise.data.splits import RowStream, Splits, check_files
from reprise.errors import InputError

TRAINING = "training-monolingual.tokenized.shuffled"
HELD_OUT = "heldout-monolingual.tokenized.shuffled"
TEST_FILE = "news.en.heldout-00000-of-"

SENTENCE_END, UNKNOWN, SENTENCE_START = b"</S>", b"<UNK>", b"<S>"
WORD_TYPE = np.dtype(np.int32)


# The counts of some 2.4 million different words, and later the places of 793,471.
@layouts.register("one-billion-word", streamed=True, megabytes=1500, names_classes=True)
def decode(source: Source, files: list[Path]) -> Splits:
    """One archive. Classes are the words by their place in the order of how often they come in the
    training text, the most frequent first.

    A sentence ends with ``</S>``, which is a word; ``<UNK>`` stands for all words that are not
    among the most frequent; ``<S>`` is known and never comes, since what follows the end of a
    sentence is the first word of another. Sentences follow one another in the order of the archive
    and are cut into sequences of the source's length, which begin in the middle of a sentence. The
    label of a word is the one that follows. Files are in memory one at a time.
    """
    check_files(source, files, "one archive", 1)
    archive = files[0]
    counts: Counter[bytes] = Counter()
    tests: list[bytes] = []
    for folder, name, content in _texts(archive):
        if folder == TRAINING:
            _count(content, counts)
        elif name.startswith(TEST_FILE):
            tests.append(content)
    _check_length(source, counts.total(), source.train_images, f"{TRAINING} in {archive}")
    places = vocabulary(source, counts, archive)
    test = np.concatenate([_places(content, places) for content in [*tests, b""]])
    _check_length(source, len(test), source.test_images, f"{HELD_OUT}/{TEST_FILE}* in {archive}")
    shape = (source.train_images, source.pixels)
    streams = [
        RowStream(shape, partial(_sequences, source, archive, places, follows), WORD_TYPE)
        for follows in (0, 1)
    ]
    needed = source.test_images * source.pixels
    tested = [
        test[follows : needed + follows].reshape(source.test_images, source.pixels)
        for follows in (0, 1)
    ]
    return Splits(*streams, *tested)


def vocabulary(source: Source, counts: Mapping[bytes, int], archive: Path) -> dict[bytes, int]:
    """The place of each word that is known, the most frequent first; of equally frequent ones the
    first of the alphabet.

    Args:
        source: with the number of words.
        counts: of words, and of the ends of sentences.
        archive: for messages.

    Raises:
        InputError: there are fewer words.
    """
    marks = (SENTENCE_END, UNKNOWN, SENTENCE_START)
    words = sorted(counts.keys() - set(marks), key=lambda word: (-counts[word], word))
    known = source.class_count - len(marks)
    if len(words) < known:
        raise InputError(
            f"datasets.{source.name}.classes: {archive} has {len(words)} different words, and "
            f"{len(marks)} more are for the ends of sentences and for others: ask for "
            f"{len(words) + len(marks)} at most, found {source.class_count}"
        )
    unknown = sum(counts[word] for word in words[known:]) + counts.get(UNKNOWN, 0)
    own = {word: counts[word] for word in words[:known]}
    own |= {SENTENCE_END: counts[SENTENCE_END], UNKNOWN: unknown, SENTENCE_START: 0}
    ordered = sorted(own, key=lambda word: (-own[word], word))
    return {word: place for place, word in enumerate(ordered)}


def _texts(archive: Path) -> Iterator[tuple[str, str, bytes]]:
    """Folder, name and contents of each file of sentences."""
    for member in members(archive):
        folder = member.path.parent.name
        if folder in (TRAINING, HELD_OUT) and member.path.name.startswith("news.en"):
            yield folder, member.path.name, member.read()


def _count(content: bytes, counts: Counter[bytes]) -> None:
    sentences = 0
    for line in content.splitlines():
        if words := line.split():
            counts.update(words)
            sentences += 1
    counts[SENTENCE_END] += sentences


def _places(content: bytes, places: Mapping[bytes, int]) -> np.ndarray:
    """The words of all sentences of a file as places, (words,) int32."""
    unknown, end = places[UNKNOWN], places[SENTENCE_END]
    found = array("i")
    for line in content.splitlines():
        if words := line.split():
            found.extend([places.get(word, unknown) for word in words])
            found.append(end)
    return np.array(found, WORD_TYPE)


def _check_length(source: Source, words: int, sequences: int, where: str) -> None:
    """See that there are enough words, and one that follows the last."""
    there = max(words - 1, 0) // source.pixels
    if there < sequences:
        raise InputError(
            f"{where} has {words} words with the ends of sentences, which are {there} sequences of "
            f"{source.pixels}, and datasets.{source.name} asks for {sequences}: ask for fewer, or "
            "see that the archive is whole"
        )


def _sequences(
    source: Source, archive: Path, places: Mapping[bytes, int], follows: int
) -> Iterator[np.ndarray]:
    """The training sequences, (some, length) int32, from the first word on or from the next."""
    length, left, skipped = source.pixels, source.train_images, follows
    waiting = np.empty(0, WORD_TYPE)
    for folder, _, content in _texts(archive):
        if folder != TRAINING:
            continue
        waiting = np.concatenate([waiting, _places(content, places)])
        start = min(skipped, len(waiting))
        waiting, skipped = waiting[start:], skipped - start
        rows = min(len(waiting) // length, left)
        yield waiting[: rows * length].reshape(rows, length)
        waiting, left = waiting[rows * length :], left - rows
        if not left:
            return
