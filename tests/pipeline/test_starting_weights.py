"""Weights that networks start from, from their address or their run to the file that runs read."""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torchvision import models

from reprise.data.integrity import sha256_of
from reprise.planning.plan import Plan

OFFICIAL = "https://download.pytorch.org/models/resnet50-0676ba61.pth"
CHECKSUM = "0676ba61b6795bbe1773cffd859882e5e297624d384b6993f7c9e683e722fb8a"
CONFIG = ("--config", "scale=paper", "studies=cappa", "seeds=1", "device=cpu")


def weights_file(project, scale):
    """The file that runs of transfer learning read at a scale."""
    config = {"scale": scale, "studies": "cappa", "seeds": 1}
    weights = Plan.of(config, project.folder).starting_weights
    (stem,) = (stem for stem, each in weights.items() if each.name.endswith("resnet50"))
    return f"resources/weights/{stem}.safetensors"


def test_a_fetched_file_becomes_the_weights_that_runs_read(fresh_project, tmp_path):
    state = models.resnet50(weights=None).state_dict()
    torch.save(state, tmp_path / "resnet50.pth")
    fresh_project.edit("config/weights.yaml", OFFICIAL, (tmp_path / "resnet50.pth").as_uri())
    fresh_project.edit("config/weights.yaml", CHECKSUM, sha256_of(tmp_path / "resnet50.pth"))
    file = weights_file(fresh_project, "paper")
    fresh_project.run(file, *CONFIG)
    found = load_file(fresh_project.path(file))
    assert torch.equal(found["layer4.2.conv3.weight"], state["layer4.2.conv3.weight"])
    assert len(found) == sum(not name.endswith("num_batches_tracked") for name in state)
    assert fresh_project.planned(file, *CONFIG) == {}


def test_another_file_than_the_one_that_is_named_is_refused(fresh_project, tmp_path):
    (tmp_path / "other.pth").write_bytes(b"other")
    fresh_project.edit("config/weights.yaml", OFFICIAL, (tmp_path / "other.pth").as_uri())
    answer = fresh_project.snakemake(weights_file(fresh_project, "paper"), *CONFIG)
    assert answer.returncode != 0
    assert "could not fetch" in answer.stdout + answer.stderr
    assert not list(Path(fresh_project.folder).glob("resources/weights/*"))


def test_a_longer_run_gives_other_weights(fresh_project):
    before = weights_file(fresh_project, "demo")
    fresh_project.edit("config/weights.yaml", "epochs: 8", "epochs: 9")
    assert weights_file(fresh_project, "demo") != before
