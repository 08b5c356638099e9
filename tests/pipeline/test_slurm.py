"""The profile for clusters on a real one: SLURM's own daemons on this machine."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import MINI_SCALE, copied_project
from slurm_cluster import GPUS, Cluster, end, wait_for, why_no_cluster

# The profile as it is, but for what looks at the queue, and how often: there is no accounting.
PROFILE = (
    "--profile", "slurm", "--slurm-status-command", "squeue",
    "--slurm-init-seconds-before-status-checks", "1",
)  # fmt: skip
# The plugin waits ten seconds more after every look that finds no job at its end.
EVERY_SECOND = """

from snakemake_executor_plugin_slurm import Executor

Executor.next_seconds_between_status_checks = property(lambda self: 1, lambda self, seconds: None)
"""
CELLS = 3

HELD = '''

@schedules.register("held")
def held(progress: Progress, *, learning_rate: float) -> float:
    """A constant that says on which GPU its job runs, and lets its second epoch begin once there is
    a file ``go``."""
    import os
    import sys
    import time
    from pathlib import Path

    # Not where the planner asks.
    if progress.epoch >= 1 and "torch" in sys.modules:
        restarts = os.environ.get("SLURM_RESTART_COUNT", "0")
        place = Path("held", f"{os.environ['SLURM_JOB_ID']}-{restarts}")
        place.parent.mkdir(exist_ok=True)
        place.write_text(os.environ.get("CUDA_VISIBLE_DEVICES", "none"))
        while not Path("go").exists():
            time.sleep(0.1)
    return learning_rate
'''

# `make test` is promised to a machine with Python, make and git alone. Continuous integration
# installs SLURM as root, or fails installing it.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(why_no_cluster() is not None, reason=str(why_no_cluster())),
]


@pytest.fixture(scope="module")
def cluster():
    # A short name, since that of a socket has at most a hundred characters.
    with tempfile.TemporaryDirectory(prefix="slurm") as folder, Cluster(Path(folder)) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Three cells that write a checkpoint after every epoch."""
    project = copied_project(tmp_path_factory.mktemp("slurm") / "project")
    shutil.rmtree(project.path("config/studies"))
    project.path("config/studies").mkdir()
    study = Path(__file__).with_name("slurm_study.yaml")
    shutil.copy(study, project.path("config/studies/clustered.yaml"))
    project.edit("config/scales.yaml", "short:\n", MINI_SCALE + "\nshort:\n")
    project.edit("config/config.yaml", "scale: demo", "scale: mini")
    library = "workflow/scripts/reprise"
    project.edit(f"{library}/training/checkpoint.py", "SECONDS_BETWEEN = 60", "SECONDS_BETWEEN = 0")
    with project.path(f"{library}/optim/schedules.py").open("a") as schedules:
        schedules.write(HELD)
    with project.path("workflow/Snakefile").open("a") as snakefile:
        snakefile.write(EVERY_SECOND)
    return project


@contextmanager
def running(project, cluster, *arguments):
    """Snakemake at work in the background, and the file that it prints to."""
    printed = project.path("printed.txt")
    with printed.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "snakemake", *PROFILE, *arguments],
            cwd=project.folder,
            env=os.environ | {"OMP_NUM_THREADS": "1"} | cluster.environment,
            stdout=output,
            stderr=output,
        )
    try:
        yield process, printed
    finally:
        end(process)


@pytest.fixture(scope="module")
def disturbed(project, cluster):
    """A run in which one training job is pushed out by another user's and one is cancelled: what
    SLURM said of its jobs while two of them were held, and at the end."""
    held = project.path("held")
    with running(project, cluster) as (process, printed):

        def wait_until(condition):
            def holds():
                assert process.poll() is None, printed.read_text()[-3000:]
                return condition()

            wait_for(holds, 200, f"see {printed}")

        def at_their_second_epoch():
            return {path.name for path in held.iterdir()} if held.exists() else set()

        def training():
            return {job for job in cluster.jobs() if "train" in cluster.jobs()[job]["Comment"]}

        wait_until(lambda: len(at_their_second_epoch()) == GPUS and len(training()) == CELLS)
        crowded = cluster.jobs()
        devices = {path.read_text() for path in held.iterdir()}

        urgent = ("--partition=urgent", "--gpus=1", "--mem=100", "--output=/dev/null")
        cluster.command("sbatch", *urgent, "--wrap=true")
        wait_until(lambda: any(job["Restarts"] == "1" for job in cluster.jobs().values()))
        (pushed,) = (name for name, job in cluster.jobs().items() if job["Restarts"] == "1")
        (other,) = {name.split("-")[0] for name in at_their_second_epoch()} - {pushed}
        cluster.command("scancel", other)
        project.path("go").touch()
        assert process.wait(timeout=300) == 0, printed.read_text()[-5000:]
    return {
        "crowded": crowded, "devices": devices, "pushed": pushed, "cancelled": other,
        "jobs": cluster.jobs(), "printed": printed.read_text(),
    }  # fmt: skip


def comments(jobs, word=""):
    """What the jobs of Snakemake are, by id, if a word is in it."""
    return {name: job["Comment"] for name, job in jobs.items() if word in job.get("Comment", "")}


def test_a_cell_has_a_gpu_of_its_own_and_waits_for_it(disturbed):
    training = [disturbed["crowded"][name] for name in comments(disturbed["crowded"], "train")]
    assert [job["TresPerJob"] for job in training] == ["gres:gpu:1"] * CELLS
    states = sorted(job["JobState"] for job in training)
    assert states == ["PENDING", "RUNNING", "RUNNING"]
    assert disturbed["devices"] == {"0", "1"}


def test_time_memory_and_requeuing_are_asked_for(disturbed):
    job = disturbed["jobs"][disturbed["pushed"]]
    # Ten minutes, and one begun; the libraries, and 50 images of 8 pixels.
    assert (job["TimeLimit"], job["MinMemoryNode"], job["Requeue"]) == ("00:11:00", "3517M", "1")


def test_only_data_and_training_are_jobs_of_the_cluster(disturbed):
    kinds = {re.sub("_wildcards.*", "", kind) for kind in comments(disturbed["jobs"], "_").values()}
    assert kinds == {"rule_prepare", "rule_train"}
    assert "Rendering report/mini.html" in disturbed["printed"]


def test_a_job_that_was_pushed_out_goes_on_in_the_same_job(disturbed, project):
    assert disturbed["jobs"][disturbed["pushed"]]["JobState"] == "COMPLETED"
    metrics = [json.loads(p.read_text()) for p in project.folder.glob("results/**/metrics.json")]
    resumed = sorted(each["resumed_after_epochs"] for each in metrics)
    # That which was cancelled went on too, in another job.
    assert resumed == [[], [1], [1]]


def test_a_job_that_was_cancelled_is_submitted_again_with_more(disturbed):
    jobs = disturbed["jobs"]
    assert jobs[disturbed["cancelled"]]["JobState"] == "CANCELLED"
    again = [job for job in jobs.values() if job["TimeLimit"] == "00:22:00"]
    assert [job["JobState"] for job in again] == ["COMPLETED"]
    assert len(comments(jobs, "train")) == CELLS + 1


def test_the_report_comes_out_right(disturbed, project):
    table = project.path("results/mini/clustered/table1.csv").read_text().splitlines()
    assert len(table) == 1 + CELLS
    assert 'id="clustered/table1"' in project.path("report/mini.html").read_text()
    assert project.planned() == {}


def jobs_of_seed(project, cluster, seed, cells, *arguments):
    """The jobs in which some cells of another seed train, without waiting for a word."""
    first = sorted(project.folder.glob("results/mini/cells/**/seed1"))[:cells]
    metrics = [folder.with_name(f"seed{seed}") / "metrics.json" for folder in first]
    targets = [str(path.relative_to(project.folder)) for path in metrics]
    project.path("go").touch()
    before = cluster.jobs()
    more = (*arguments, "--config", f"seeds=[{seed}]", "--", *targets)
    with running(project, cluster, *more) as (process, printed):
        assert process.wait(timeout=300) == 0, printed.read_text()[-5000:]
    assert all(path.exists() for path in metrics)
    return [job for name, job in cluster.jobs().items() if name not in before]


def test_cells_may_share_a_place_in_the_queue(disturbed, project, cluster):
    """As the profile's README says, one after the other on one GPU."""
    readme = project.path("slurm/README.md").read_text()
    (line,) = re.findall(r"^    snakemake --profile slurm (--groups .*)$", readme, re.MULTILINE)
    (job,) = jobs_of_seed(project, cluster, 2, 2, *line.split())
    assert job["TresPerJob"] == "gres:gpu:1"
    assert (job["TimeLimit"], job["MinMemoryNode"]) == ("00:22:00", "3517M")


def test_the_alternatives_of_the_profile(disturbed, project, cluster):
    """A partition by name, and a GPU by --gres."""
    profile = project.path("slurm/config.yaml")
    profile.write_text(
        re.sub(r"# (slurm_partition|set-resources|  \w+: {gpu)", r"\1", profile.read_text())
    )
    (job,) = jobs_of_seed(project, cluster, 3, 1)
    assert (job["Partition"], job["TresPerNode"]) == ("gpu", "gres:gpu:1")
