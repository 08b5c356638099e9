"""What the rule that prepares data does."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from reprise.data.catalogue import load_entries
from reprise.data.integrity import sha256_of
from reprise.data.jobs import prepare_data
from reprise.data.prepared import open_prepared
from reprise.data.sources import Source
from reprise.errors import InputError
from reprise.folders import WORKFLOW
from reprise.planning.data_files import preparation_entry

NAME = "mine"


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """A job on a folder with two classes of three images each, one of them to test on."""
    monkeypatch.chdir(tmp_path)
    for number in range(6):
        place = tmp_path / "photographs" / ("train" if number < 4 else "val") / "ab"[number % 2]
        place.mkdir(parents=True, exist_ok=True)
        pixels = np.full((8, 8, 3), 40 * number, np.uint8)
        Image.fromarray(pixels).save(place / f"{number}.png")
    own = {
        "title": "Mine", "citation": "My own.", "folder": str(tmp_path / "photographs"),
        "layout": "image-folder", "classes": ["a", "b"], "variant": "8px", "pixels": 8,
        "channels": 3, "train_images": 4, "test_images": 2, "files": [],
        "mean": [0.5] * 3, "std": [0.25] * 3,
    }  # fmt: skip
    datasets = {NAME: own}
    entry = load_entries(WORKFLOW / "config" / "datasets.yaml", datasets)[NAME]
    return {
        "name": NAME,
        "entry": preparation_entry(entry, Source.of(NAME, entry)),
        "datasets": datasets,
        "files": [],
        "pixels": 8,
        "classes": 2,
        "prepared": "resources/prepared/mine-8px.safetensors",
        "prepared_name": "mine-8px",
        "origin": "abc",
        "folder": own["folder"],
        "contents": "def",
    }


def test_the_folder_is_that_of_the_configuration_and_its_checksum_is_kept(asked):
    assert "folder" not in asked["entry"]
    prepare_data(asked)
    prepared = Path(asked["prepared"])
    assert open_prepared(prepared).train_labels.tolist() == [0, 0, 1, 1]
    kept = json.loads(Path("resources/checksums/mine-8px.json").read_text())
    assert kept["sha256"] == sha256_of(prepared)
    told = {name: kept[name] for name in ("origin", "folder", "contents")}
    assert told == {name: asked[name] for name in told}


def test_of_data_that_cannot_be_prepared_nothing_is_kept(asked):
    asked["datasets"][NAME]["folder"] = "elsewhere"
    with pytest.raises(InputError, match="elsewhere"):
        prepare_data(asked)
    assert not Path(asked["prepared"]).exists()
    assert not list(Path().glob("resources/checksums/*"))
