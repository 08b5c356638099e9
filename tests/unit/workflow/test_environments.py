"""The conda environments: pinned like the requirements, and enough for their scripts."""

import ast
import re
import sys
from pathlib import Path

import pytest
import yaml
from environment_files import ENVIRONMENTS, PIP_NAMES, ROOT, packages, requirements

from reprise.inventory import entries, library_modules

SCRIPTS = ROOT / "workflow" / "scripts"
# Functions that import the modules of entries by name, with the kinds of these entries.
CELL_KINDS = {"model", "norm", "optimizer", "schedule", "sequence", "loss", "augmentation"}
BY_NAME = {
    "start_run": CELL_KINDS,
    "_probed": {"probe", "suggestion rule"},
    "computed_table": {"probe"},
    "build_architecture": {"architecture"},
    "_schedule_error": {"schedule", "sequence"},
    "prepare": {"layout"},
    "of_kind": {"claim kind"},
    "evaluate": {"judge"},
    "drawn": {"figure kind"},
}
# How conda calls what imports call otherwise.
IMPORT_NAMES = {
    "pytorch_optimizer": "pytorch-optimizer",
    "markupsafe": "jinja2",
    "matplotlib": "matplotlib-base",
    "PIL": "pillow",
    "sklearn": "scikit-learn",
    "torch": "pytorch",
    "urllib3": "requests",
    "yaml": "pyyaml",
}


def scripts_by_environment() -> dict[str, set[Path]]:
    """The scripts that rules run in each environment."""
    found: dict[str, set[Path]] = {}
    for rules in (ROOT / "workflow" / "rules").glob("*.smk"):
        text = rules.read_text()
        for body in re.split(r"^rule ", text, flags=re.MULTILINE)[1:]:
            script = re.search(r'"\.\./scripts/(\w+\.py)"', body)
            environment = re.search(r'"\.\./envs/(\w+)\.yaml"', body)
            if script:
                assert environment, f"a rule of {rules.name} has no conda environment"
                found.setdefault(environment[1], set()).add(SCRIPTS / script[1])
    return found


def modules_with(kinds: set[str]) -> list[str]:
    """Modules that register entries of some kinds."""
    return sorted({entry.module for entry in entries().values() if entry.kind in kinds})


def third_party_imports(script: Path) -> set[str]:
    """Packages that a script imports, itself and through the library."""
    return imported_packages(ast.parse(script.read_text()))


def imported_packages(tree: ast.Module) -> set[str]:
    """Packages that a source imports, itself and through the library."""
    waiting, seen, found = [tree], set(), set()
    while waiting:
        for node in ast.walk(waiting.pop()):
            names = []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{a.name}" for a in node.names)]
            elif isinstance(node, ast.Import):
                names = [a.name for a in node.names]
            elif isinstance(node, ast.FunctionDef) and node.name in BY_NAME:
                names = modules_with(BY_NAME[node.name])
            for name in names:
                top = name.split(".")[0]
                if top == "reprise" and name in library_modules() and name not in seen:
                    seen.add(name)
                    waiting.append(library_modules()[name].tree)
                elif top not in {"reprise", "snakemake"} | sys.stdlib_module_names:
                    found.add(top)
    return found


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda path: path.stem)
def test_channels_are_conda_forge_alone(environment):
    assert yaml.safe_load(environment.read_text())["channels"] == ["conda-forge"]


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda path: path.stem)
def test_versions_are_those_of_the_requirements(environment):
    for name, version in packages(environment).items():
        if name != "python":
            pinned = requirements()[PIP_NAMES.get(name, name)]
            assert pinned.startswith(version + "."), f"{name} {version}, pip has {pinned}"
            assert version.count(".") == 1, f"{name} is pinned to a minor version"


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda path: path.stem)
def test_environments_hold_what_their_scripts_import(environment):
    scripts = scripts_by_environment()[environment.stem]
    needed = set().union(*(third_party_imports(script) for script in scripts))
    missing = {IMPORT_NAMES.get(name, name) for name in needed} - packages(environment).keys()
    assert not missing


def test_a_report_needs_no_more_than_its_requirements():
    """Those of planning, which every run of Snakemake does, and of the scripts that render."""
    rules = (ROOT / "workflow" / "rules").glob("*.smk")
    imports = [
        line
        for path in rules
        for line in re.findall(r"^from reprise.*?import \w+", path.read_text(), re.M)
    ]
    assert len(imports) > 5
    sources = [
        SCRIPTS / name
        for name in (
            "render_report.py",
            "render_preview.py",
            "write_plan.py",
            "write_study_plan.py",
        )
    ]
    needed = imported_packages(ast.parse("\n".join(imports)))
    needed = needed.union(*map(third_party_imports, sources))
    conda_names = {IMPORT_NAMES.get(name, name) for name in needed}
    installed = requirements("requirements-report.txt")
    assert {PIP_NAMES.get(name, name) for name in conda_names} <= installed.keys()
    assert not {"torch", "torchvision", "pillow", "safetensors"} & installed.keys()


def test_torch_and_torchvision_belong_together():
    import torch
    import torchvision

    assert torch.ops.torchvision.nms is not None
    assert torchvision.__version__.split("+")[0] == requirements()["torchvision"]


def test_every_script_is_run_by_a_rule():
    used = set().union(*scripts_by_environment().values())
    # A person runs it, where there is no Snakemake.
    assert used | {SCRIPTS / "run_jobs.py"} == set(SCRIPTS.glob("*.py"))


def test_constraints_pin_every_requirement():
    constraints = (ROOT / "constraints.txt").read_text().lower().splitlines()
    pinned = {line.split("==")[0].replace("_", "-") for line in constraints if "==" in line}
    assert {name.lower() for name in requirements()} <= pinned
