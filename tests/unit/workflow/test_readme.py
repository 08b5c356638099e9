"""What README and the pages behind it promise in numbers and names."""

import re
from pathlib import Path

import pytest
import yaml

from reprise.planning.plan import Plan
from reprise.studies.settings import available_studies

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text()


FOLDERS = (".", "docs", "docs/results", "config", "slurm", "gpu", "containers")
PAGES = sorted(path for folder in FOLDERS for path in (ROOT / folder).glob("*.md"))


def test_the_table_of_scales_is_complete():
    scales = yaml.safe_load((ROOT / "config" / "scales.yaml").read_text())
    named = re.findall(r"^\| `(\w+)` \| .* \| (\d) \|", README, re.MULTILINE)
    assert named == [(name, str(scale.get("seeds", 1))) for name, scale in scales.items()]


def test_the_catalog_finds_its_words():
    assert "Snakemake" in README
    assert "workflow" in README


def test_readme_is_short():
    assert len(README.splitlines()) <= 150


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files(page):
    for target in re.findall(r"\]\(([^)#:]+)[^):]*\)", page.read_text()):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_targets_of_commands_are_there(page):
    """Studies, artefacts and claims that a command of a page asks for."""
    studies = {name: Plan.of({"studies": name, "scale": "demo"}, ROOT).studies[name]
               for name in available_studies(ROOT)}  # fmt: skip
    for command in re.findall(r"^ +(?:\$ )?snakemake (.*)", page.read_text(), re.MULTILINE):
        for study, target in re.findall(r"\b(\w+)/(\w+)\b", command.split("#")[0]):
            if study in studies:
                assert target in {*studies[study].artefacts, *studies[study].claims}, command


def test_every_page_is_named_by_readme():
    named = {(ROOT / target).resolve() for target in re.findall(r"\]\(([^)#:]+)", README)}
    left_out = {ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "tests" / "README.md"}
    assert set(PAGES) - named - left_out == set()
