"""The configuration, as files and as strings from the command line."""

from pathlib import Path

import pytest

from reprise.errors import InputError
from reprise.studies.settings import Settings, available_studies

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
        ({"device": "cdua"}, r"device: found 'cdua'; did you mean 'cuda'"),
        ({"seeds": 2**64}, r"seeds: found 18446744073709551616"),
        ({"seeds": [2**64]}, r"seeds\.0: found 18446744073709551616"),
        ({"seeds": "18446744073709551616,"}, r"seeds\.0: found 18446744073709551616"),
    ],
)
def test_bad_configuration_is_one_sentence(config, message):
    with pytest.raises(InputError, match=message) as caught:
        settings(**config)
    assert "\n" not in str(caught.value)


YES = ["true", "True", "TRUE", "yes", "Yes", "on", "ON", "y", "1", True, 1]
NO = ["false", "False", "FALSE", "no", "No", "off", "OFF", "n", "0", False, 0]


@pytest.mark.parametrize(("value", "meant"), [*((v, True) for v in YES), *((v, False) for v in NO)])
def test_every_spelling_of_yes_and_no(value, meant):
    assert settings(cuda_graphs=value).cuda_graphs is meant


@pytest.mark.parametrize(("value", "meant"), [("0.25", 0.25), (0, 0.0), ("1", 1.0)])
def test_a_share_of_the_memory(value, meant):
    assert settings(resident_share=value).resident_share == meant


@pytest.mark.parametrize("value", ["1.5", -0.1, "half"])
def test_what_is_no_share_of_the_memory(value):
    with pytest.raises(InputError, match="resident_share"):
        settings(resident_share=value)


@pytest.mark.parametrize("value", [*YES, *NO])
@pytest.mark.parametrize("key", ["scale", "studies", "seeds", "device", "precision", "datasets"])
def test_yes_and_no_are_no_values_of_other_settings(key, value):
    if key == "seeds" and str(value) == "1":
        return  # one seed
    if key == "scale" and value in ("y", "n"):
        return  # a word, which a plan looks up among the scales
    with pytest.raises(InputError, match=key):
        settings(**{key: value})


def test_gpu_means_cuda():
    assert settings(device="gpu").device == "cuda"


def test_the_largest_seed_is_the_last_that_tables_keep_exactly():
    assert settings(seeds=[2**53 - 1]).seeds == (2**53 - 1,)
    with pytest.raises(InputError, match="seeds"):
        settings(seeds=[2**53])


def test_locks_of_editors_are_no_studies(tmp_path):
    folder = tmp_path / "config" / "studies"
    folder.mkdir(parents=True)
    (folder / "mini.yaml").touch()
    (folder / ".#mini.yaml").symlink_to("nobody@nowhere.1")
    assert available_studies(tmp_path) == ["mini"]
