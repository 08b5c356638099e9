"""What runs on GitHub is what the Makefile has, with the versions that are supported."""

import re
from pathlib import Path

import pytest
import yaml
from environment_files import requirements

ROOT = Path(__file__).parents[3]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SNAKEFILE = (ROOT / "workflow" / "Snakefile").read_text()


def jobs(file):
    return yaml.safe_load(file.read_text())["jobs"].values()


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_the_targets_that_are_run_are_those_of_the_makefile(file):
    makefile = (ROOT / "Makefile").read_text().replace("$(VENV)", ".venv")
    commands = [step["run"] for job in jobs(file) for step in job["steps"] if "run" in step]
    targets = [word for command in commands for word in re.findall(r"\bmake (\S+)", command)]
    assert targets
    for target in targets:
        assert re.search(rf"^{re.escape(target)}:", makefile, re.MULTILINE), target


def test_the_oldest_and_the_newest_snakemake_are_those_that_are_said():
    (oldest,) = re.findall(r'min_version\("(.*)"\)', SNAKEFILE)
    newest = requirements()["snakemake"]
    (matrix,) = [job["strategy"]["matrix"] for job in jobs(FILES[-1]) if "strategy" in job]
    assert matrix["snakemake"] == [f"=={oldest}", f">={newest},<10"]
    page = (ROOT / "docs" / "installation.md").read_text()
    assert f"{oldest} is the oldest" in page
    assert newest in page


def test_the_weekly_run_is_weekly():
    # YAML reads the key `on` as true.
    (schedule,) = yaml.safe_load(FILES[0].read_text())[True]["schedule"]
    assert len(schedule["cron"].split()) == 5
    assert schedule["cron"].endswith(" * * 1")
