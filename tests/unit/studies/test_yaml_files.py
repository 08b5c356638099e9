"""Reading YAML as people write it."""

import pytest

from reprise.errors import InputError
from reprise.studies.yaml_files import read_yaml, validate


def read(tmp_path, text):
    path = tmp_path / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_yaml(path, "config/file.yaml")


@pytest.mark.parametrize(
    ("text", "number"), [("5e-4", 5e-4), ("1E3", 1000.0), ("-2e+1", -20.0), ("5.0e-4", 5e-4)]
)
def test_numbers_with_an_exponent_are_numbers(tmp_path, text, number):
    assert read(tmp_path, f"value: {text}") == {"value": number}


def test_words_that_only_look_like_numbers_stay_words(tmp_path):
    assert read(tmp_path, "value: e5\nother: 5em") == {"value": "e5", "other": "5em"}
    assert read(tmp_path, "sha256: 435e94d6") == {"sha256": "435e94d6"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: 1\nb: 2\na: 3\n", "config/file.yaml, line 3: the key 'a' is given twice"),
        ("a: 1\nb: .nan\n", "config/file.yaml, line 2: expected a finite number, found .nan"),
        ("a: {b: [1, 1e999]}\n", "config/file.yaml, line 1: expected a finite number, found 1e999"),
        ("- 1\n", r"config/file.yaml: expected a mapping of keys to values, found \[1\]"),
        ("a: [1\n", "config/file.yaml, line 2: not valid YAML"),
        (b"a: \xff\n", "config/file.yaml: expected text in UTF-8"),
    ],
)
def test_a_file_that_is_none_is_one_sentence(tmp_path, text, sentence):
    with pytest.raises(InputError, match=sentence):
        read(tmp_path, text)


def test_defaults_are_filled_in_at_every_depth():
    scale = {"title": "T", "description": "D", "data": {"dataset": "digits"}}
    filled = validate({"tiny": scale}, "scales", "scales.yaml")["tiny"]
    assert filled["verdicts"] is True
    assert filled["data"] == {
        "dataset": "digits",
        "pixels": None,
        "classes": None,
        "train_images": None,
        "test_images": None,
    }


def test_a_missing_key_is_named():
    with pytest.raises(InputError, match=r"scales.yaml: tiny: the key 'title' is missing"):
        validate({"tiny": {"description": "D"}}, "scales", "scales.yaml")
