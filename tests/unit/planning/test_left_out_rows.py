"""Rows that are not run, as the plan has them."""

import pytest

from reprise.planning.plan_file import plan_content

FOLDER = {"imagenet": {"folder": "/data/imagenet"}}


@pytest.fixture
def rows(plan_study, left_out_study):
    """The rows of the study by their axis value, as plan.json has them."""

    def planned(**config):
        (study,) = plan_content(plan_study(left_out_study, **config))["studies"]
        return {row["axes"]["result"]: row for row in study["artefacts"][0]["rows"]}

    return planned


def test_without_a_folder_nothing_of_its_data_is_asked_for(plan_study, left_out_study):
    plan = plan_study(left_out_study)
    assert {cell.dataset for cell in plan.cells.values()} == {"cifar10"}
    assert set(plan.prepared) == {"cifar10-official"}


def test_rows_without_a_run_say_why(rows):
    found = rows()
    assert found["large"]["not_run"].startswith("ImageNet (ILSVRC 2012) cannot be downloaded")
    assert "datasets.imagenet.folder" in found["large"]["not_run"]
    assert found["speech"]["not_run"] == "Speech is no image."
    assert found["small"]["not_run"] is None
    assert [len(found[name]["folders"]) for name in ("large", "small", "speech")] == [0, 2, 0]
    assert found["large"]["train_images"] == {"published": 1_281_167, "run": 1_281_167}


def test_with_a_folder_its_rows_run(rows):
    found = rows(datasets=FOLDER)
    assert len(found["large"]["folders"]) == 2
    assert found["large"]["not_run"] is None
    assert found["speech"]["folders"] == {}


def test_no_other_data_takes_the_place_of_the_users(rows):
    found = rows(datasets=FOLDER, scale="demo")
    assert found["large"]["folders"] == {}
    assert found["large"]["not_run"] == (
        "ImageNet (ILSVRC 2012) is not run at this scale, which has other data in its place."
    )
    assert len(found["small"]["folders"]) == 2
