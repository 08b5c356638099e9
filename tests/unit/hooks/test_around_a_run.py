"""What is looked at before the first job of a run."""

from types import SimpleNamespace

import pytest

from reprise.hooks import around_a_run
from reprise.hooks.around_a_run import see_that_there_is_a_gpu


@pytest.mark.parametrize(
    ("device", "rule", "local", "apart", "ends"),
    [("cuda", "train", True, set(), True), ("cuda", "run_probe", True, set(), True),
     ("auto", "train", True, set(), False), ("cuda", "render_report", True, set(), False),
     ("cuda", "train", False, set(), False), ("cuda", "train", True, {"conda"}, False)],
)  # fmt: skip
def test_a_gpu_that_is_not_there_is_said_once(monkeypatch, device, rule, local, apart, ends):
    monkeypatch.setattr(around_a_run, "has_gpu", lambda: False)
    job = SimpleNamespace(rule=SimpleNamespace(script=f"../scripts/{rule}.py"))
    workflow = SimpleNamespace(
        dag=SimpleNamespace(jobs=[job], needrun=lambda job: True),
        deployment_settings=SimpleNamespace(deployment_method=apart),
        local_exec=local,
    )
    if ends:
        with pytest.raises(SystemExit, match="Error: config: device: expected a machine with"):
            see_that_there_is_a_gpu(workflow, device)
    else:
        see_that_there_is_a_gpu(workflow, device)
