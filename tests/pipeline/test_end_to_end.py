"""The whole study at a tiny scale, from the configuration to the report in a browser."""

import csv
import json
import os
import re
from pathlib import Path

import pytest
from browser import CHROMIUM, open_page, take_screenshot
from conftest import copied_project

from reprise.planning.plan import Plan

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "tests" / "artefacts"

TINY_SCALE = """\
tiny:
  title: Tiny
  description: Sixty images and one epoch, for tests.
  label: tiny
  verdicts: false
  forked_jobs: true
  data: {dataset: digits, pixels: 8, train_images: 60, test_images: 40}
  epochs: {factor: 0.001, minimum: 1}
  batches: {factor: 0.01}
  models:
    mgnet: {iterations: [1, 2]}
    resnet18: {width: 4}
    resnet56: {blocks_per_stage: 1}

short:
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    project = copied_project(tmp_path_factory.mktemp("tiny") / "project")
    project.edit("config/scales.yaml", "short:\n", TINY_SCALE)
    project.run("--config", "scale=tiny", "studies=mclain", "seeds=1")
    return project


@pytest.fixture(scope="module")
def plan(project):
    return Plan.of({"scale": "tiny", "studies": "mclain", "seeds": 1}, project.folder)


def rows(path):
    with path.open() as stream:
        return list(csv.DictReader(stream))


def test_tables_have_their_rows_with_reported_numbers(project):
    for table in ("table1", "table2", "table3", "table4"):
        found = rows(project.path(f"results/tiny/mclain/{table}.csv"))
        assert len(found) == 15
        assert all(row["reported"] for row in found)
        assert all(row["mean"] and row["n"] == "1" for row in found)


def test_every_artefact_has_its_files(project, plan):
    for study, artefact in plan.rows:
        content = plan.studies[study].artefacts[artefact].content
        folder = project.path(f"results/tiny/{study}")
        assert rows(folder / f"{artefact}.csv")
        if content["figure"]:
            assert (folder / f"{artefact}.svg").stat().st_size > 1000
            assert (folder / f"{artefact}.png").stat().st_size > 1000


def test_claims_and_metrics_have_the_contract_columns(project, plan):
    claims = rows(project.path("results/tiny/claims.csv"))
    assert list(claims[0])[:11] == [
        "study", "claim", "kind", "verdict", "effect", "ci_low", "ci_high", "p_holm", "n",
        "n_needed", "basis",
    ]  # fmt: skip
    assert [c["claim"] for c in claims] == list(plan.studies["mclain"].claims)
    assert {c["verdict"] for c in claims} == {"not drawn"}
    assert len(rows(project.path("results/tiny/metrics.csv"))) == len(plan.cells)


def test_every_cell_has_its_folder(project, plan):
    for folder in plan.cells:
        files = {path.name for path in project.path(f"results/tiny/{folder}").iterdir()}
        assert files == {"cell.yaml", "metrics.json", "history.csv"}


def test_memory_of_a_cell_stays_small(project):
    peaks = [int(c["peak_memory_bytes"]) for c in rows(project.path("results/tiny/metrics.csv"))]
    assert max(peaks) < 1.5e9


def test_the_report_is_one_small_file_that_asks_for_nothing(project):
    html = project.path("report/tiny.html").read_text()
    assert len(html) < 5e6
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", html)


def test_the_report_has_every_artefact_and_claim(project, plan):
    check_artefacts_and_claims(project.path("report/tiny.html").read_text(), plan)


def check_artefacts_and_claims(html, plan):
    for study, artefact in plan.rows:
        assert f'id="{study}/{artefact}"' in html
    for claim in plan.studies["mclain"].claims:
        assert f'id="mclain/claims/{claim}"' in html


# `make test` is promised to a machine with Python, make and git alone. What the page contains is
# tested above without a browser; continuous integration has one, or fails installing it.
@pytest.mark.skipif(
    CHROMIUM is None,
    reason="make test needs no browser, and there is none: the page's content is tested without "
    "it; install Chromium (Debian: chromium) to open it too",
)
def test_the_report_in_a_browser(project, plan):
    page = project.path("report/tiny.html")
    html, console = open_page(page)
    assert console == []
    check_artefacts_and_claims(html, plan)
    PICTURES.mkdir(exist_ok=True)
    for theme in ("light", "dark"):
        for name, width in (("desktop", 1280), ("phone", 390)):
            picture = PICTURES / f"report-{name}-{theme}.png"
            take_screenshot(page, picture, width, 2400, theme)
            assert picture.stat().st_size > 20_000


def test_snakemake_renders_its_own_report(project):
    project.run("--config", "scale=tiny", "studies=mclain", "seeds=1", "--report", "own.html")
    own = project.path("own.html").read_text()
    assert "Table 1: Learning rate schedules on MgNet and ResNet-18" in own
    assert os.path.getsize(project.path("own.html")) < 12e6


def test_a_second_run_has_nothing_to_do(project):
    assert project.planned("--config", "scale=tiny", "studies=mclain", "seeds=1") == {}


def test_the_same_cell_trained_again_and_streamed_gives_the_same_history(project, plan):
    folder = sorted(plan.cells)[0]
    history = project.path(f"results/tiny/{folder}/history.csv")
    before = [line.rsplit(",", 2)[0] for line in history.read_text().splitlines()]
    target = f"results/tiny/{folder}/history.csv"
    config = ("--config", "scale=tiny", "studies=mclain", "seeds=1", "resident_share=0")
    # Where images lie is no part of a cell: nothing is out of date for it.
    assert project.planned(*config) == {}
    project.run(target, "--force", *config)
    after = [line.rsplit(",", 2)[0] for line in history.read_text().splitlines()]
    assert before == after
    metrics = json.loads(history.with_name("metrics.json").read_text())
    assert metrics["provenance"]["data"]["placement"] == "streamed"
