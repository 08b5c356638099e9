"""What the workflow changes of Snakemake's scheduler."""

import inspect
import re
from pathlib import Path

from snakemake.scheduling.job_scheduler import JobScheduler

COMMON = Path(__file__).parents[3] / "workflow" / "rules" / "common.smk"


def test_snakemake_still_looks_for_jobs_by_a_clock_where_it_has_a_limit():
    """Else the workflow would take away nothing, and runs of many small jobs would slow down."""
    (name,) = re.findall(r"workflow\.scheduler\.(\w+) = None", COMMON.read_text(encoding="utf-8"))
    assert f"self.{name} = " in inspect.getsource(JobScheduler.__init__)
    assert f"if self.{name} is not None" in inspect.getsource(JobScheduler.schedule)
    assert f"if self.{name} is None" in inspect.getsource(JobScheduler)
