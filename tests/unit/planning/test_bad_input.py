"""Every mistake in a configuration ends in one sentence, before anything runs."""

import shutil
from pathlib import Path

import pytest

from reprise.errors import InputError
from reprise.planning.plan import Plan

ROOT = Path(__file__).parents[3]


@pytest.fixture
def project(tmp_path):
    """A copy of the configuration that a test may spoil."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    return tmp_path


def spoil(project: Path, old: str, new: str, file: str = "studies/mclain.yaml") -> None:
    path = project / "config" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def sentence(project: Path, **config) -> str:
    with pytest.raises(InputError) as caught:
        Plan.of({"studies": "mclain", **config}, project)
    assert "\n" not in str(caught.value)
    return str(caught.value)


CASES = [
    pytest.param(
        "norm: batch\n", "norm: bach\n",
        r"unknown norm 'bach'; did you mean 'batch'", "mclain.yaml",
        id="unknown norm",
    ),
    pytest.param(
        "model: resnet18", "model: resnet8",
        r"unknown model 'resnet8'; did you mean 'resnet", "mclain.yaml",
        id="unknown model",
    ),
    pytest.param(
        "{name: cosine, learning_rate: 0.1}", "{name: cosin, learning_rate: 0.1}",
        "unknown schedule 'cosin'; did you mean 'cosine'", "table1",
        id="unknown schedule",
    ),
    pytest.param(
        "{name: cosine, learning_rate: 0.1}", "{name: cosine, rate: 0.1}",
        "schedule 'cosine' has no argument 'rate'; known are learning_rate", "table1",
        id="unknown argument",
    ),
    pytest.param(
        "dataset: cifar10", "dataset: cifar",
        "unknown data set 'cifar'; did you mean 'cifar10'", "mclain.yaml",
        id="unknown data set",
    ),
    pytest.param(
        "{name: group, groups: 16}}}\n          g32", "{name: group, groups: 10}}}\n          g32",
        "norm.groups: expected a whole number that divides the channels (64)", "found 10",
        id="groups that do not divide the channels",
    ),
    pytest.param(
        "groups: [1, 4, 4, 4]", "groups: [1, 4, 5, 4]",
        "divides the height (32) of every normalised layer of mgnet, found 5", "norm.groups",
        id="tiles that do not divide the image",
    ),
    pytest.param(
        "groups: [1, 4, 4, 4]", "groups: [1, 4, 4]",
        "norm.groups: expected 4 whole numbers for batch, channels, height, width", "table2",
        id="groups of another length",
    ),
    pytest.param(
        "batch_size: 128", "batch_size: 60000",
        "batch_size: expected at most the 50000 training images of cifar10, found 60000",
        "mclain.yaml",
        id="batch larger than the data",
    ),
    pytest.param(
        'x: 6, set: {schedule: {c: 6}}', 'x: 6, set: {schedule: {c: 12}}',
        "expects c below a tenth of the 120 epochs, but c is 12", "schedule",
        id="c that makes the sigmoid rise",
    ),
    pytest.param(
        "subject: {schedule: cosine, setting: mgnet_60}",
        "subject: {schedule: cosine, setting: mgnet_90}",
        "claims.cosine_beats_sigmoid_60.subject.setting: unknown value 'mgnet_90'",
        "did you mean 'mgnet_60'",
        id="claim of an unknown value",
    ),
    pytest.param(
        "subject: {groups: c4_tiles, batch: b128}", "subject: {groups: c4_tiles, batch: b16}",
        "claims.general_spatial_best_4.subject: no cell of table2 is at", "b16",
        id="claim that names no cell",
    ),
    pytest.param(
        "kind: trend", "kind: trnd",
        "claims.general_rises_with_groups.kind: unknown claim kind 'trnd'; did you mean 'trend'",
        "mclain.yaml",
        id="unknown kind of claim",
    ),
    pytest.param(
        "step: {mgnet_120: 92.7,", "stp: {mgnet_120: 92.7,",
        "table1.reported: unknown value 'stp' of axis 'schedule'; did you mean 'step'", "mclain",
        id="reported number of no row",
    ),
    pytest.param(
        "mgnet_60: 92.3,", "mgnet_60: none,",
        "table1.reported.step.mgnet_60: expected a number, found 'none'", "mclain.yaml",
        id="reported number that is none",
    ),
    pytest.param(
        "recipe: resnet56\n", "recipe: resnet57\n",
        "unknown recipe 'resnet57'; did you mean 'resnet56'", "table4",
        id="unknown recipe",
    ),
    pytest.param(
        "    inherits: mgnet\n    model: resnet18", "    inherits: resnet18\n    model: resnet18",
        "recipes.resnet18: it inherits from itself", "mclain.yaml",
        id="recipe that inherits from itself",
    ),
    pytest.param(
        "    kind: table\n    where: Table 1", "    knd: table\n    where: Table 1",
        "artefacts.table1: unknown key 'knd'; did you mean 'kind'", "mclain.yaml",
        id="unknown key",
    ),
    pytest.param(
        "    momentum: 0.9\n", "    momentum: 0.9\n    momentum: 0.8\n",
        "the key 'momentum' is given twice", "line",
        id="key given twice",
    ),
    pytest.param(
        "artefacts:\n", "artefacts: [\n",
        "not valid YAML", "line",
        id="not YAML",
    ),
    pytest.param(
        "artefacts: [table1, schedules]", "artefacts: [table7, schedules]",
        "unknown artefact 'table7'; did you mean 'table", "notes.custom_step_bump",
        id="note beside no artefact",
    ),
    pytest.param(
        "figure: {kind: dots}",
        "figure: {kind: dot}",
        "figure.kind: unknown figure kind 'dot'; did you mean 'dots'",
        "sigmoid_tail",
        id="unknown kind of figure",
    ),
    pytest.param(
        "figure: {kind: lines, x: c}",
        "figure: {kind: lines, y: c}",
        "figure kind 'lines' has no argument 'y'",
        "sigmoid_c.figure",
        id="unknown argument of a figure",
    ),
    pytest.param(
        "layout: {rows: [schedule], columns: [setting]}",
        "layout: {rows: [schedule], columns: []}",
        "table1.layout: the axis 'setting' is in neither rows nor columns",
        "mclain.yaml",
        id="axis without a place",
    ),
    pytest.param(
        "c1_tiles: {b128: 91.86}",
        "c1_tiles: {b128: 91.86, b16: 80}",
        "table2.reported: no cell is at c1_tiles, b16",
        "add it to the grids",
        id="reported number of no cell",
    ),
    pytest.param(
        "{groups: [c1, c4, c16, c32, c64]}", "{grops: [c1, c4, c16, c32, c64]}",
        "table2.grids[0]: unknown axis 'grops'; did you mean 'groups'", "mclain.yaml",
        id="grid over an unknown axis",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "first", "second"), CASES)
def test_a_mistake_in_a_study_is_one_sentence(project, old, new, first, second):
    spoil(project, old, new)
    found = sentence(project)
    assert first in found
    assert second in found


def test_a_schedule_that_goes_wrong_only_late_in_the_run_is_found(project):
    spoil(project, "- {until: 120, factor: 0.1, start: 45, width: 15}", "- {until: 100, factor: 1}")
    assert "none reaches epoch 101" in sentence(project)


def test_a_scale_that_breaks_a_norm_is_found(project):
    spoil(project, "iterations: [1, 1], ", "iterations: [1, 1, 1], ", "scales.yaml")
    found = sentence(project, scale="demo")
    assert "at scale demo: norm.groups" in found
    assert "divides the height (2)" in found


def test_a_scale_that_merges_two_cells_is_found(project):
    merging = "    resnet56: {blocks_per_stage: 1, shortcut: pad}"
    spoil(project, "    resnet56: {blocks_per_stage: 1}", merging, "scales.yaml")
    found = sentence(project, scale="demo")
    assert "config/scales.yaml: demo: two different published cells" in found
    assert "they differ in model" in found


def test_a_missing_configuration_file_is_named(project, monkeypatch):
    # Otherwise that of the workflow takes its place.
    monkeypatch.setattr("reprise.folders.WORKFLOW", project)
    (project / "config" / "scales.yaml").unlink()
    assert "scales.yaml: there is no such file" in sentence(project)
