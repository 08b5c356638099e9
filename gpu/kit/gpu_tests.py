"""The tests that need a GPU; on a CPU they say that they are skipped."""

from pathlib import Path

from findings import Findings

TESTS = (
    "tests/unit/training/test_cuda_graphs.py",
    "tests/unit/training/test_streamed_to_a_gpu.py",
)


def run_gpu_tests(findings: Findings, ends: float, *, root: Path) -> None:
    """Run them in this process.

    Raises:
        RuntimeError: some failed, which the log tells.
    """
    import pytest

    paths = [str(root / test) for test in TESTS]
    options = ["-q", "-p", "no:cacheprovider", f"--rootdir={root}", f"-c={root / 'pyproject.toml'}"]
    status = pytest.main([*paths, *options])
    findings.add(tests=list(TESTS), exit_of_pytest=int(status))
    if status:
        raise RuntimeError(f"the tests ended with status {int(status)}; see the log")
