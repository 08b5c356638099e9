"""What the README promises in numbers and names."""

import re
from pathlib import Path

import yaml

from reprise.planning.plan import Plan
from reprise.studies.settings import available_studies

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text()


def test_the_table_of_studies_is_true():
    for name in available_studies(ROOT):
        plan = Plan.of({"studies": name, "scale": "paper", "seeds": 5}, ROOT)
        (row,) = re.findall(rf"^\| `{name}`.*", README, re.MULTILINE)
        numbers = [int(cell) for cell in re.findall(r"\| (\d+) ", row + " ")]
        study = plan.studies[name]
        cells, probes = len(plan.cells), len(plan.probe_runs)
        counts = [len(study.artefacts), len(study.claims), cells // 5, cells, probes]
        assert numbers == counts


def test_the_table_of_scales_is_complete():
    scales = yaml.safe_load((ROOT / "config" / "scales.yaml").read_text())
    named = re.findall(r"^\| `(\w+)` \| .* \| (\d) \|", README, re.MULTILINE)
    assert named == [(name, str(scale.get("seeds", 1))) for name, scale in scales.items()]


def test_the_catalog_finds_its_words():
    assert "Snakemake" in README
    assert "workflow" in README


def test_links_lead_to_files():
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", README):
        assert (ROOT / target).exists(), target
