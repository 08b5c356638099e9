import subprocess
import sys
from pathlib import Path

import pytest

from reprise.data.catalogue import load_entries
from reprise.data.layouts import layouts
from reprise.data.sources import Source
from reprise.errors import InputError
from reprise.studies.yaml_files import SCHEMAS, read_yaml

ROOT = Path(__file__).parents[3]
DATASETS = ROOT / "config" / "datasets.yaml"
CLASSES = {
    "cifar10": 10,
    "mnist": 10,
    "flowers17": 17,
    "tiny_imagenet": 200,
    "cifar100": 100,
    "svhn": 10,
    "caltech256": 256,
    "imagenet": 1000,
    "digits": 10,
    "first_digits": 5,
    "last_digits": 5,
    "scenes": 6,
    "text": 40,
    "scene_boxes": 6,
    "voc2012": 21,
    "coco2017": 81,
    "one_billion_word": 793_471,
}
FILE = {"url": "${MIRROR}/x.tar", "sha256": "a" * 64}


def cifar10(**override) -> Source:
    return Source.of("cifar10", load_entries(DATASETS, {"cifar10": override})["cifar10"])


def failure(overrides) -> str:
    with pytest.raises(InputError) as raised:
        load_entries(DATASETS, overrides)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_known_data_sets():
    entries = load_entries(DATASETS, {})
    assert entries.keys() == CLASSES.keys()
    source = Source.of("mnist", entries["mnist"])
    assert source.files[0].name == "train-images-idx3-ubyte.gz"
    assert source.files[0].key == "datasets.mnist.files[0]"
    assert len(source.files[0].addresses()) == 3
    assert len(source.checksums) == 4


@pytest.mark.parametrize("name", CLASSES)
def test_known_data_sets_have_their_classes_and_a_known_layout(name):
    source = Source.of(name, load_entries(DATASETS, {})[name])
    assert source.class_count == CLASSES[name]
    assert source.layout in layouts


@pytest.mark.parametrize(
    ("name", "label", "expected"),
    [
        ("cifar100", 0, "apple"),
        ("cifar100", 99, "worm"),
        ("caltech256", 0, "ak47"),
        ("caltech256", 255, "toad"),
        ("coco2017", 1, "person"),
        ("coco2017", 80, "toothbrush"),
        ("imagenet", 0, "n01440764"),
        ("imagenet", 999, "n15075141"),
    ],
)
def test_first_and_last_class(name, label, expected):
    assert load_entries(DATASETS, {})[name]["classes"][label] == expected


@pytest.mark.parametrize("name", ["cifar100", "tiny_imagenet", "imagenet"])
def test_classes_that_come_sorted(name):
    classes = load_entries(DATASETS, {})[name]["classes"]
    assert classes == sorted(classes)


def test_classes_of_tiny_imagenet_are_of_imagenet():
    entries = load_entries(DATASETS, {})
    assert set(entries["tiny_imagenet"]["classes"]) < set(entries["imagenet"]["classes"])


def test_caltech256_leaves_as_many_images_as_validation_needs():
    """Of each class 50 and 30, and a fifth of the 50 may be held out."""
    entry = load_entries(DATASETS, {})["caltech256"]
    assert entry["train_images"] / 256 == 50
    assert entry["test_images"] / 256 == 30


@pytest.mark.parametrize("name", CLASSES)
def test_data_are_available_but_for_those_in_a_folder(name):
    source = Source.of(name, load_entries(DATASETS, {})[name])
    assert source.available == (name != "imagenet")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"layout": None}, "layout"),
        ({"task": "counting"}, "datasets.one_billion_word.task: unknown task 'counting'"),
        (
            {"layout": "idx"},
            "datasets.one_billion_word.classes must list the names of the classes, found a number",
        ),
    ],
)
def test_words_without_their_layout_or_task(changes, sentence):
    with pytest.raises(InputError, match=sentence):
        load_entries(DATASETS, {"one_billion_word": {"variant": "mine", **changes}})


def test_folder_makes_imagenet_available_as_the_same_variant():
    entries = load_entries(DATASETS, {"imagenet": {"folder": "${IMAGES}/imagenet"}})
    source = Source.of("imagenet", entries["imagenet"])
    assert source.available
    assert source.resized(64).available
    assert (source.variant, source.resized(64).variant) == ("margin-224px", "margin-64px")


def test_imagenet_of_another_size_is_another_variant():
    changes = {"folder": "/data/imagenet", "pixels": 64}
    assert "changes pixels but not the variant" in failure({"imagenet": changes})
    changes |= {"variant": "margin-64px"}
    source = Source.of("imagenet", load_entries(DATASETS, {"imagenet": changes})["imagenet"])
    assert (source.variant, source.pixels) == ("margin-64px", 64)


def test_folder_of_a_layout_that_reads_files_is_refused():
    message = failure({"cifar10": {"folder": "/data/cifar10"}})
    assert "datasets.cifar10.folder is for layouts that read a folder" in message
    assert "layout cifar-binary reads files" in message


def test_schema_knows_every_layout():
    schema = read_yaml(SCHEMAS / "datasets.schema.yaml")
    properties = schema["$defs"]["dataset"]["properties"]
    assert properties["layout"]["enum"] == [*layouts]


def test_schema_explains_every_key():
    definitions = read_yaml(SCHEMAS / "datasets.schema.yaml")["$defs"]
    for definition in definitions.values():
        for key, rule in definition["properties"].items():
            assert rule["description"], key
            assert ("default" in rule) != (key in definition["required"]), key


def test_override_replaces_whole_keys():
    source = cifar10(variant="jpeg", layout="image-tree", files=[FILE])
    assert (source.variant, source.layout, source.pixels) == ("jpeg", "image-tree", 32)
    assert source.checksums == ("a" * 64,)
    assert source.files[0].addresses({"MIRROR": "/data"}) == ["/data/x.tar"]


def test_other_addresses_of_the_same_files_need_no_variant():
    known = cifar10()
    source = cifar10(files=[{"url": "/data/cifar.tar.gz", "sha256": known.checksums[0]}])
    assert source.variant == "official"
    assert source.files[0].urls == ("/data/cifar.tar.gz",)


def test_mirrors_come_after_the_first_address():
    file = {**FILE, "url": "/data/x.tar", "mirrors": ["http://host/x.tar"]}
    source = cifar10(variant="local", files=[file])
    assert source.files[0].addresses() == ["/data/x.tar", "http://host/x.tar"]


def test_unset_variable_is_no_error_until_fetching():
    file = cifar10(variant="local", files=[FILE]).files[0]
    with pytest.raises(InputError, match=r"datasets\.cifar10\.files\[0\] .* variable MIRROR"):
        file.addresses({})


@pytest.mark.parametrize(
    ("override", "changed"),
    [
        ({"files": [FILE]}, "files"),
        ({"layout": "image-tree"}, "layout"),
        ({"std": [0.247, 0.243, 0.262]}, "std"),
        ({"variant": "official", "train_images": 100}, "train_images"),
    ],
)
def test_other_data_needs_a_variant(override, changed):
    message = failure({"cifar10": override})
    assert f"datasets.cifar10 in the configuration changes {changed} but not the variant" in message


def test_data_set_may_be_added():
    entry = load_entries(DATASETS, {})["cifar10"] | {"variant": "own", "title": "Own"}
    source = Source.of("own", load_entries(DATASETS, {"own": entry})["own"])
    assert (source.name, source.title) == ("own", "Own")


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ({"layuot": "idx"}, "unknown key 'layuot'; did you mean 'layout'?"),
        ({"layout": "idy"}, "did you mean 'idx'?"),
        ({"variant": "v", "files": [{"url": "x"}]}, "the key 'sha256' is missing"),
        ({"variant": "v", "files": [{**FILE, "sha256": "abc"}]}, "64 lower-case"),
        ({"variant": "Has Space"}, "variant"),
        ({"variant": "v", "mean": [0.5]}, "must hold one number for each of 3 channels, found 1"),
        ({"variant": "v", "std": [0.5, 0, 0.5]}, "std"),
        ({"variant": "v", "files": [FILE, FILE]}, "must end in different file names"),
        ({"variant": "v", "files": [{**FILE, "url": "http://host/"}]}, "must end in the name"),
        ({"classes": ["cat", "cat"]}, "classes"),
    ],
)
def test_wrong_override_is_named(override, expected):
    assert expected in failure({"cifar10": override})


def test_incomplete_new_data_set_is_named():
    assert "own: the key 'classes' is missing" in failure({"own": {"variant": "v"}})


@pytest.mark.parametrize(
    ("variant", "pixels", "resized"),
    [
        ("official", 16, "official-16px"),
        ("jpeg-32px", 16, "jpeg-16px"),
        ("32px", 16, "16px"),
        ("official", 32, "official"),
        ("official", None, "official"),
    ],
)
def test_another_size_is_another_variant(make_source, variant, pixels, resized):
    source = make_source(variant=variant, pixels=32).resized(pixels)
    assert (source.variant, source.pixels) == (resized, pixels or 32)


@pytest.mark.parametrize("module", ["catalogue", "fetching", "preparation", "prepared"])
def test_no_torch_is_needed(module):
    script = f"import sys; import reprise.data.{module}; sys.exit('torch' in sys.modules)"
    environment = {"PYTHONPATH": ":".join(sys.path)}
    assert subprocess.run([sys.executable, "-c", script], env=environment).returncode == 0
