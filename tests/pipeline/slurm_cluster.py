"""A SLURM cluster of one node on this machine, with two GPUs that are none.

SLURM's own daemons run on ports that are free, with their configuration, key and state in one
temporary folder. Nothing else of the machine is touched.
"""

import os
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

NEEDED = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "scontrol", "scancel")
GPUS = 2
SEARCHED = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))

# Jobs of the partition `urgent` push those of the partition `gpu` back into the queue. Jobs are
# requeued only if they ask for it.
CONFIGURATION = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
GresTypes=gpu
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
KillWait=2
JobRequeue=0
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
SchedulerParameters=sched_interval=2,bf_interval=2
SlurmdParameters=config_overrides
NodeName={host} NodeAddr=127.0.0.1 CPUs=8 RealMemory=64000 Gres=gpu:{gpus} State=UNKNOWN
PartitionName=gpu Nodes=ALL Default=YES State=UP PriorityTier=1
PartitionName=urgent Nodes=ALL State=UP PriorityTier=10
"""

# The executor drops SLURM's variables before it calls srun, which then looks in /etc.
SRUN = """\
#!/bin/sh
SLURM_CONF={folder}/slurm.conf exec {srun} "$@"
"""


def why_no_cluster() -> str | None:
    """What this machine lacks to run one."""
    missing = [name for name in NEEDED if shutil.which(name, path=SEARCHED) is None]
    if missing:
        return f"no {', '.join(missing)}: install SLURM (Debian: slurm-wlm and munge)"
    return None if os.geteuid() == 0 else "SLURM's daemons start jobs as root only"


class Cluster:
    """Runs while its ``with`` block does.

    Attributes:
        environment: variables with which SLURM's commands find this cluster.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "SLURM_CONF": f"{folder}/slurm.conf",
            "PATH": os.pathsep.join((f"{folder}/bin", SEARCHED)),
        }
        self._cleanup = ExitStack()

    def __enter__(self) -> "Cluster":
        try:
            self._write_files()
            self._start(
                "munged", "--foreground", "--force",
                *(f"--{name}={self.folder}/munge.{suffix}" for name, suffix in MUNGE_FILES.items()),
            )  # fmt: skip
            self._wait_for(self.folder.joinpath("munge.socket").exists)
            self._start("slurmctld", "-D", "-c")
            self._start("slurmd", "-D", "-c")
            self._wait_for(self._idle)
            self._cleanup.callback(self._end_jobs)
        except BaseException:
            self._cleanup.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._cleanup.close()

    def command(self, *words: str) -> str:
        """What a command of SLURM prints."""
        answer = subprocess.run(
            words, env=os.environ | self.environment, capture_output=True, text=True, timeout=30
        )
        assert answer.returncode == 0, f"{words}: {answer.stdout}{answer.stderr}"
        return answer.stdout

    def jobs(self) -> dict[str, dict[str, str]]:
        """All jobs of the last minutes by id, as ``scontrol show job`` describes them."""
        described = self.command("scontrol", "show", "job", "--details", "--oneliner")
        jobs = [
            dict(word.partition("=")[::2] for word in line.split() if "=" in word)
            for line in described.splitlines()
        ]
        return {job["JobId"]: job for job in jobs if "JobId" in job}

    def _write_files(self) -> None:
        # munged refuses a socket that others cannot reach.
        self.folder.chmod(0o755)
        for name in ("state", "spool", "bin"):
            self.folder.joinpath(name).mkdir()
        controller_port, node_port = free_ports(2)
        configuration = CONFIGURATION.format(
            folder=self.folder, host=socket.gethostname().split(".")[0], gpus=GPUS,
            controller_port=controller_port, node_port=node_port,
        )  # fmt: skip
        self.folder.joinpath("slurm.conf").write_text(configuration)
        self.folder.joinpath("gres.conf").write_text(
            f"Name=gpu File={self.folder}/nvidia[0-{GPUS - 1}]\n"
        )
        for number in range(GPUS):
            # A GPU has to be a device; these are further names of /dev/null.
            os.mknod(self.folder / f"nvidia{number}", stat.S_IFCHR | 0o600, os.makedev(1, 3))
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(64))
        key.chmod(0o600)
        srun = self.folder / "bin" / "srun"
        srun.write_text(SRUN.format(folder=self.folder, srun=shutil.which("srun", path=SEARCHED)))
        srun.chmod(0o755)

    def _start(self, *command: str) -> None:
        with (self.folder / f"{command[0]}.log").open("w") as log:
            daemon = subprocess.Popen(
                command,
                env=os.environ | self.environment,
                stdout=log,
                stderr=log,
                # An interrupt from the keyboard must not end it before its jobs.
                start_new_session=True,
            )
        self._cleanup.callback(end, daemon)

    def _idle(self) -> bool:
        words = ("sinfo", "--noheader", "--partition=gpu", "--format=%T")
        answer = subprocess.run(
            words, env=os.environ | self.environment, capture_output=True, text=True
        )
        state = answer.stdout.strip()
        if state.startswith("drain"):
            node = socket.gethostname().split(".")[0]
            self.command("scontrol", "update", f"nodename={node}", "state=resume")
        return state == "idle"

    def _wait_for(self, condition: Callable[[], bool]) -> None:
        logs = sorted(self.folder.glob("*.log"))
        said = "\n".join(log.read_text()[-1000:] for log in logs)
        wait_for(condition, 30, f"SLURM did not start: {said}")

    def _end_jobs(self) -> None:
        """A job's processes are no children of the daemons and would outlive them."""
        self.command("scancel", "--user=root")
        with_jobs = ("squeue", "--noheader")
        wait_for(lambda: not self.command(*with_jobs), 20, "jobs did not end")


MUNGE_FILES = {"key-file": "key", "socket": "socket", "pid-file": "pid", "log-file": "log",
               "seed-file": "seed"}  # fmt: skip


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nothing listens on."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def end(process: subprocess.Popen[Any]) -> None:
    """End a process, by force if it does not follow."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for(condition: Callable[[], bool], seconds: float, complaint: str) -> None:
    """Wait until something holds; fail with a sentence if it takes too long."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, complaint
        time.sleep(0.2)
