"""Projects that tests may run and spoil: copies of this one in temporary folders."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from forked_job_servers import serve_jobs
from forked_snakemake import run_snakemake

ROOT = Path(__file__).parents[2]
COPIED = ("Snakefile", "config", "workflow", "profiles", "slurm")


def surroundings(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a Snakemake whose jobs have one thread."""
    return {**os.environ, "OMP_NUM_THREADS": "1", **environment}


@dataclass(frozen=True)
class Project:
    """A copy of the project in a folder of its own."""

    folder: Path

    def snakemake(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        """Run Snakemake in the project, on all cores."""
        surrounded = surroundings(environment)
        if "-n" not in arguments and self.path("workflow/scripts/reprise").exists():
            serve_jobs(self.folder, surrounded)
        return run_snakemake(arguments, self.folder, surrounded)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen:
        """Start Snakemake in the project, on all cores, as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "snakemake", *arguments],
            cwd=self.folder,
            env=surroundings(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **environment: str) -> str:
        """Run Snakemake to success; its output."""
        answer = self.snakemake(*arguments, **environment)
        assert answer.returncode == 0, answer.stdout[-3000:] + answer.stderr[-3000:]
        return answer.stdout + answer.stderr

    def planned(self, *arguments: str) -> dict[str, int]:
        """Jobs by rule that a dry run would run."""
        output = self.run(*arguments, "-n", "--quiet", "rules")
        return {
            name: int(count)
            for name, count in re.findall(r"^([\w/]+) {2,}(\d+)$", output, re.MULTILINE)
            if name != "total"
        }

    def path(self, name: str) -> Path:
        """A file of the project."""
        return self.folder / name

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace text in a file."""
        text = self.path(name).read_text()
        assert old in text
        self.path(name).write_text(text.replace(old, new, 1))


def copied_project(folder: Path, origin: Path = ROOT) -> Project:
    """A copy of what a user's clone holds, without anything computed."""
    folder.mkdir(parents=True, exist_ok=True)
    ignore = shutil.ignore_patterns("__pycache__")
    for name in COPIED:
        source, destination = origin / name, folder / name
        if source.is_dir():
            shutil.copytree(source, destination, ignore=ignore)
        else:
            shutil.copy2(source, destination)
    return Project(folder)


def copy_of(project: Project, folder: Path) -> Project:
    """A copy with everything computed and Snakemake's own records."""
    shutil.copytree(project.folder, folder)
    return Project(folder)


@pytest.fixture
def fresh_project(tmp_path):
    """The project as cloned."""
    return copied_project(tmp_path / "project")


@pytest.fixture(scope="session")
def mini_project(tmp_path_factory, worker_id):
    """A small study, run to its report with one seed, once for all workers. Tests copy it."""
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "mini"
    folder.mkdir(exist_ok=True)
    finished = folder / "finished"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not finished.exists():
            run_mini_study(folder / "project")
            finished.touch()
    return Project(folder / "project")


def run_mini_study(folder: Path) -> None:
    """Copy the project and run the small study in it."""
    project = copied_project(folder)
    shutil.rmtree(project.path("config/studies"))
    project.path("config/studies").mkdir()
    shutil.copy(
        Path(__file__).with_name("mini_study.yaml"), project.path("config/studies/mini.yaml")
    )
    project.edit("config/scales.yaml", "short:\n", MINI_SCALE + "\nshort:\n")
    project.edit("config/config.yaml", "scale: demo", "scale: mini")
    project.run()


@pytest.fixture
def finished(mini_project, tmp_path):
    """A copy of the finished small study."""
    return copy_of(mini_project, tmp_path / "project")


MINI_SCALE = """\
mini:
  title: Mini
  description: A hundred images, for tests.
  forked_jobs: true
  data: {dataset: digits, pixels: 8, train_images: 100, test_images: 50}
"""


@pytest.fixture
def halted(finished):
    """The finished small study without the runs of one network: its training halts at the start,
    until there is a file ``go``."""
    for folder in finished.path("results/mini/cells").glob("mgnet*"):
        shutil.rmtree(folder)
    # What was made from them would do as it is.
    for name in ("metrics.csv", "mini/table1.csv", "mini/table1.runs.csv"):
        finished.path(f"results/mini/{name}").unlink()
    finished.path("report/mini.html").unlink()
    finished.edit(
        "workflow/scripts/reprise/training/jobs/cell_job.py",
        "    cell = job.cell\n",
        HALT + "    cell = job.cell\n",
    )
    return finished


HALT = """\
    import pathlib, time
    print("halts", flush=True)
    while not pathlib.Path("go").exists():
        time.sleep(0.05)
"""
