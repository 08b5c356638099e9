"""Files of weights that networks start from, and how they are described."""

import pickle
from pathlib import Path

import pytest
import torch
from torchvision import models as torchvision_models

from reprise.data.weight_files import convert_weights, read_weights, write_weights
from reprise.data.weights import Weights, load_weights
from reprise.errors import InputError
from reprise.nets.build import build_model
from reprise.nets.starting_weights import start_from
from reprise.studies.choice import Choice
from reprise.studies.run_folders import weights_path
from reprise.studies.yaml_files import read_yaml

ROOT = Path(__file__).parents[3]
FILE = {"url": "https://host/folder/resnet.pth", "mirrors": [], "sha256": "a" * 64}


class Evil:
    """Writes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.fixture
def in_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("resources/weights").mkdir(parents=True)
    return tmp_path


def test_torchvisions_weights_become_those_of_our_network(in_folder):
    theirs = torchvision_models.resnet50(weights=None, num_classes=10).eval()
    for module in theirs.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 2)
    torch.save(theirs.state_dict(), "theirs.pth")
    convert_weights(Path("theirs.pth"), Path(weights_path("ours")))
    weights = read_weights("ours")
    assert not any("num_batches" in name for name in weights)
    images = torch.randn(2, 3, 64, 64)
    for norm in ("batch", "batch_group"):
        ours = build_model("imagenet_resnet50", {}, norm, {}, (3, 64, 64), 10).eval()
        start_from(ours, weights)
        # The last layer is for other classes and starts at random.
        assert not torch.equal(ours.fc.weight, theirs.fc.weight)
        ours.fc.load_state_dict(theirs.fc.state_dict())
        with torch.inference_mode():
            torch.testing.assert_close(ours(images), theirs(images), rtol=1e-4, atol=1e-4)


def test_another_norm_takes_scales_and_shifts_over_and_other_classes_are_no_matter(in_folder):
    small = {"blocks": [1, 1, 1, 1], "bottleneck_width": 8, "expansion": 1}
    source = build_model("imagenet_resnet50", small, "batch", {}, (1, 32, 32), 5)
    with torch.no_grad():
        source.bn1.weight.fill_(3)
    write_weights(source.state_dict(), Path(weights_path("small")))
    group = build_model("imagenet_resnet50", small, "group", {"groups": 4}, (1, 32, 32), 7)
    before = group.fc.weight.clone()
    start_from(group, read_weights("small"))
    assert group.bn1.weight.unique().tolist() == [3]
    assert torch.equal(group.conv1.weight, source.conv1.weight)
    assert torch.equal(group.fc.weight, before)


def test_weights_of_another_network_are_refused(in_folder):
    small = {"blocks": [1, 1, 1, 1], "bottleneck_width": 8, "expansion": 1}
    source = build_model("imagenet_resnet50", small, "batch", {}, (3, 32, 32), 5)
    grey = build_model("imagenet_resnet50", small, "batch", {}, (1, 32, 32), 5)
    with pytest.raises(InputError, match=r"found none of the shape of conv1\.weight \(\[64, 1, 7"):
        start_from(grey, source.state_dict())


def test_a_file_with_code_is_not_executed(in_folder):
    Path("evil.pth").write_bytes(pickle.dumps({"a": Evil(in_folder / "touched")}, 2))
    with pytest.raises(InputError, match=r"evil\.pth: expected tensors by name"):
        convert_weights(Path("evil.pth"), Path("out.safetensors"))
    assert not Path("touched").exists()
    assert not Path("out.safetensors").exists()


@pytest.mark.parametrize("content", [None, b"", b"x" * 100], ids=["missing", "empty", "damaged"])
def test_a_file_that_cannot_be_read(in_folder, content):
    if content is not None:
        Path(weights_path("broken")).write_bytes(content)
    with pytest.raises(InputError, match=r"broken\.safetensors: expected starting weights"):
        read_weights("broken")


def test_the_weights_that_there_are():
    known = load_weights(ROOT / "config" / "weights.yaml")
    fetched, trained = known["imagenet_resnet50"], known["digits_resnet50"]
    assert fetched.trained is None and trained.file is None
    # torchvision's file names begin with the first digits of the checksum.
    assert fetched.file.name == f"resnet50-{fetched.file.sha256[:8]}.pth"
    assert trained.trained.model == trained.model
    assert trained.trained.dataset == "first_digits"
    files = [weights.file for weights in known.values() if weights.file]
    assert len(files) == 4
    assert all(f"-{file.sha256[:8]}.pth" in file.name for file in files)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"dataset": "digits"}, r"weights\.mine\.trained: expected all fields .* 'norm'"),
        ({"epoch": 3}, r"weights\.mine\.trained: expected all fields .* 'epoch'"),
        ({"weights": "other"}, r"trained\.weights: expected a run that starts at random, found ot"),
    ],
)
def test_a_run_that_gives_weights_is_described_as_a_whole(fields, message):
    known = read_yaml(ROOT / "config" / "weights.yaml")["digits_resnet50"]
    trained = fields if "dataset" in fields else {**known["trained"], **fields}
    with pytest.raises(InputError, match=message):
        Weights.of("mine", {**known, "trained": trained})


@pytest.mark.parametrize(
    ("entry", "found"),
    [({}, "neither"), ({"file": FILE, "trained": {"dataset": "digits"}}, "both")],
)
def test_weights_come_from_one_place(entry, found):
    with pytest.raises(InputError, match=f"weights.mine: expected `file`, or .* found {found}"):
        Weights.of("mine", {"title": "Mine", "model": "resnet18", **entry})


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"file": FILE}, "expected `model`, or `backbone` .* found neither"),
        ({"file": FILE, "model": "resnet18", "backbone": "resnet101"}, "or `backbone` .* both"),
        ({"file": FILE, "backbone": "resnet110"}, "unknown backbone 'resnet110'; .* 'resnet101'"),
        ({"trained": {}, "backbone": "resnet101"}, "expected a `model` beside `trained`"),
    ],
)
def test_weights_are_of_one_network(entry, message):
    with pytest.raises(InputError, match=message):
        Weights.of("mine", {"title": "Mine", **entry})


def test_weights_of_a_backbone_suit_the_models_on_it():
    weights = Weights.of("mine", {"title": "Mine", "backbone": "mobilenet_v2", "file": FILE})
    suited = {
        name: weights.misfit(Choice(name)) is None
        for name in ("deeplab_v3_mobilenet_v2", "ssdlite_mobilenet_v2", "mobilenet_v2",
                     "deeplab_v3_resnet101", "ssd300_vgg16")
    }  # fmt: skip
    assert [name for name, suits in suited.items() if suits] == [
        "deeplab_v3_mobilenet_v2", "ssdlite_mobilenet_v2"
    ]  # fmt: skip
    head = Choice.of({"name": "deeplab_v3_mobilenet_v2", "head_channels": 32}, "here")
    narrow = Choice.of({"name": "deeplab_v3_mobilenet_v2", "width_multiplier": 0.5}, "here")
    assert weights.misfit(head) is None
    assert weights.misfit(narrow).startswith(
        "which are of mobilenet_v2 as published, while width_multiplier may change it: leave"
    )
