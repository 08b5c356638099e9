"""What a configuration asks for."""

from pathlib import Path

import pytest

from reprise.planning.data_files import downloaded_files, files_by_target, preparation_entry
from reprise.planning.fingerprints import layout_fingerprint
from reprise.planning.plan import Plan
from reprise.planning.plan_file import plan_content
from reprise.studies.cell import Cell

ROOT = Path(__file__).parents[3]


def plan(**config):
    return Plan.of({"studies": "mclain", **config}, ROOT)


def published_ids(asked):
    return {run.published for run in asked.runs.values()}


@pytest.mark.parametrize("scale", ["demo", "laptop", "short", "paper"])
def test_every_scale_plans_the_same_cells_once_each(scale):
    assert len(plan(scale=scale, seeds=1).cells) == 76


def test_seeds_multiply_cells():
    assert len(plan(scale="paper", seeds=5).cells) == 5 * 76
    assert plan(scale="short").seeds == (1, 2, 3)
    assert plan(seeds=[7]).seeds == (7,)


def test_equal_cells_of_two_artefacts_are_one():
    asked = plan()
    table = set(asked.artefact_folders("mclain", "table1"))
    assert len(table & set(asked.artefact_folders("mclain", "sigmoid_tail"))) == 1
    assert len(table & set(asked.artefact_folders("mclain", "sigmoid_c"))) == 1


def test_adding_seeds_keeps_the_old_cells():
    assert plan(seeds=1).cells.items() < plan(seeds=2).cells.items()


def test_more_seeds_take_no_more_descriptions(monkeypatch):
    described = []
    plain = Cell.plain
    monkeypatch.setattr(Cell, "plain", lambda cell: described.append(cell) or plain(cell))
    cells = plan(seeds=1).cells
    for_one_seed = len(described)
    assert for_one_seed >= len(cells)
    more = plan(seeds=5).cells.values()
    assert len({cell.canonical() for cell in more}) == 5 * len(cells)
    assert len(described) == 2 * for_one_seed


def test_tables_have_the_reported_numbers():
    asked = plan()
    for table in ("table1", "table2", "table3", "table4"):
        rows = [planned.row for planned in asked.rows["mclain", table]]
        assert len(rows) == 15
        assert all(row.reported for row in rows)


def test_other_data_is_another_cell(monkeypatch):
    monkeypatch.delenv("REPRISE_MIRROR", raising=False)
    official = plan(scale="paper")
    files = [{"url": "${REPRISE_MIRROR}/cifar.tar", "sha256": "0" * 64}]
    other = {"variant": "jpeg", "layout": "image-tree", "files": files}
    copy = plan(scale="paper", datasets={"cifar10": other})
    assert not official.cells.keys() & copy.cells.keys()
    assert list(copy.prepared) == ["cifar10-jpeg"]
    # The published cell behind both is the same one.
    assert published_ids(official) == published_ids(copy)


def test_download_targets_hold_the_checksum():
    asked = plan(scale="paper")
    source = asked.prepared["cifar10-official"]
    (target,) = downloaded_files(source)
    assert target == "resources/downloads/cifar10/c4a38c50a1bc-cifar-10-binary.tar.gz"
    assert files_by_target(asked.sources.values())[target].sha256 == source.files[0].sha256


def prepared_from(asked, name):
    source = asked.prepared[name]
    return preparation_entry(asked.entries[source.name], source)


def test_another_mirror_or_title_prepares_nothing_anew():
    before = plan(scale="paper")
    entry = before.entries["cifar10"]
    files = [{**entry["files"][0], "url": "https://example.org/cifar-10-binary.tar.gz"}]
    after = plan(scale="paper", datasets={"cifar10": {"files": files, "title": "Other"}})
    source = "cifar10-official"
    assert prepared_from(before, source) == prepared_from(after, source)
    assert layout_fingerprint(before.prepared[source]) == layout_fingerprint(after.prepared[source])


def test_another_folder_of_images_prepares_nothing_anew():
    asked = [plan(datasets={"imagenet": {"folder": folder}}) for folder in ("/data", "${DATA}")]
    here, there = (
        preparation_entry(each.entries["imagenet"], each.sources["imagenet"]) for each in asked
    )
    assert here == there
    assert "folder" not in here


def test_nothing_fails_without_a_folder_of_images():
    source = plan().sources["imagenet"]
    assert not source.available
    assert downloaded_files(source) == []


def test_plan_content_holds_every_row_with_its_folders():
    asked = plan(seeds=[3, 4])
    content = plan_content(asked)
    (study,) = content["studies"]
    rows = {a["id"]: a["rows"] for a in study["artefacts"]}
    assert set(rows) == {
        "table1", "table2", "table3", "table4", "schedules", "sigmoid_tail", "sigmoid_c", "fast60",
        "controls",
    }  # fmt: skip
    folders = {f for group in rows.values() for row in group for f in row["folders"].values()}
    assert folders == set(asked.cells)
    assert all(set(row["folders"]) == {"3", "4"} for row in rows["table1"])
    assert content["datasets"][0]["stands_for"] == ["cifar10"]


def test_each_variant_stands_for_the_data_sets_of_the_studies_that_read_it():
    both = Plan.of({"studies": ["kth", "yang_huang"]}, ROOT)
    stands_for = {d["variant"]: d["stands_for"] for d in plan_content(both)["datasets"]}
    assert stands_for == {
        "16px": ["cifar10", "flowers17", "mnist"],
        "32px": ["cifar10", "flowers17", "tiny_imagenet"],
    }


@pytest.mark.parametrize("scale", ["demo", "laptop", "paper"])
def test_runs_of_a_scale_are_of_the_code_by_which_kept_runs_are_told(scale):
    asked = plan(studies="kth", scale=scale, seeds=1)
    known = {}
    for artefact in asked.studies["kth"].artefacts:
        known |= asked.artefact_fingerprints("kth", artefact)
    runs = asked.runs.values()
    assert {run.cell.schedule.name for run in runs} >= {"constant", "one_cycle"}
    # At two scales the learning rates of a network have a factor.
    assert any(run.cell.schedule.name == "times" for run in runs) == (scale != "paper")
    assert all(run.fingerprint in known[run.published] for run in runs)
