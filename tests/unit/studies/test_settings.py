"""The configuration, as files and as strings from the command line."""

from pathlib import Path

import pytest

from reprise.errors import InputError
from reprise.studies.settings import Settings

ROOT = Path(__file__).parents[3]


def settings(**config):
    return Settings.of(config, ROOT)


def test_every_key_has_a_default():
    defaults = settings()
    assert defaults.scale == "demo"
    assert "mclain" in defaults.studies
    assert defaults.seeds is None
    assert defaults.device == "auto"


@pytest.mark.parametrize(
    ("given", "expected"),
    [(3, (1, 2, 3)), ("3", (1, 2, 3)), ([2, 5], (2, 5)), ("[2, 5]", (2, 5)), ("2,5", (2, 5)),
     ("scale", None)],
)  # fmt: skip
def test_seeds_as_count_list_or_string(given, expected):
    assert settings(seeds=given).seeds == expected


def test_one_study_as_a_string():
    assert settings(studies="mclain").studies == ("mclain",)
    assert settings(studies="[mclain]").studies == ("mclain",)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"scal": "demo"}, r"config/config.yaml: unknown key 'scal'; did you mean 'scale'"),
        ({"seeds": 0}, r"seeds: found 0, expected: Seeds of every cell"),
        ({"seeds": []}, r"seeds: found \[\]"),
        ({"seeds": "many"}, r"seeds: expected a count, a list of whole numbers or `scale`"),
        ({"seeds": [1, 1]}, r"seeds: found \[1, 1\]"),
        ({"seeds": [-1]}, r"seeds\.0: found -1"),
        ({"studies": "mclane"}, r"studies: unknown study 'mclane'; did you mean 'mclain'"),
        ({"studies": []}, r"studies: expected at least one study"),
        ({"device": "gpu"}, r"device: found 'gpu'; did you mean 'cpu'"),
    ],
)
def test_bad_configuration_is_one_sentence(config, message):
    with pytest.raises(InputError, match=message) as caught:
        settings(**config)
    assert "\n" not in str(caught.value)
