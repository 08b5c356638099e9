"""What the library offers, read without importing it."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from reprise import inventory
from reprise.errors import InputError
from reprise.nets.models import models
from reprise.nets.norms import norms
from reprise.optim.losses import losses
from reprise.optim.optimizers import optimizers
from reprise.optim.schedules import schedules
from reprise.optim.sequences import sequences

SCRIPTS = Path(inventory.__file__).parents[1]


def test_the_source_tells_what_importing_would():
    for module in inventory.library_modules():
        if module.startswith(("reprise.nets.", "reprise.optim.")):
            import_module(module)
    for registry in (models, norms, schedules, optimizers, losses, sequences):
        # A registry adds what was registered to what the source tells, and imports nothing more
        # than the module that the source names.
        assert list(registry) == inventory.names(registry.kind)
        assert all(callable(registry[name]) for name in registry)


def test_a_registry_imports_what_it_is_asked_for():
    code = (
        "import sys; from reprise.nets.models import models;"
        "print(len(list(models)) > 9, models['mgnet'].__name__);"
        "print(*(m for m in ('mgnet', 'resnet', 'vgg') if f'reprise.nets.{m}' in sys.modules))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=SCRIPTS, capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == ["True", "MgNet", "mgnet"]


def test_modules_without_registrations_are_not_parsed():
    inventory.library_modules.cache_clear()
    inventory.entries.cache_clear()
    assert inventory.entries()
    parsed = {
        name for name, module in inventory.library_modules().items() if "tree" in vars(module)
    }
    assert "reprise.nets.norms" in parsed
    assert not {"reprise.errors", "reprise.planning.plan", "reprise.fingerprint"} & parsed


def test_arguments_with_defaults_and_required_ones():
    group = inventory.find("norm", "group", "here")
    assert group.parameters["groups"] is inventory.REQUIRED
    assert group.parameters["eps"] == 1e-5
    assert group.description["divides"] == {"groups": "channels"}
    assert group.summary


def test_a_class_is_read_by_its_constructor():
    mgnet = inventory.find("model", "mgnet", "here")
    assert mgnet.parameters["iterations"] == (2, 2, 2, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"group": 4}, r"here: norm 'group' has no argument 'group'; did you mean 'groups'"),
        ({"groups": "4"}, r"here: norm 'group' takes a whole number as 'groups', found '4'"),
        ({"groups": True}, r"norm 'group' takes a whole number as 'groups', found True"),
        ({"groups": 4, "eps": "small"}, r"norm 'group' takes a number as 'eps', found 'small'"),
        ({}, r"here: norm 'group' needs the argument 'groups'"),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(InputError, match=message):
        inventory.check_arguments(inventory.find("norm", "group", "x"), arguments, "here")


def test_every_entry_says_in_one_line_what_it_is():
    silent = [entry.name for entry in inventory.entries().values() if not entry.summary]
    assert silent == []


def test_planning_imports_neither_torch_nor_pandas():
    code = (
        "import sys; from pathlib import Path; from reprise.planning.plan import Plan;"
        f"Plan.of({{}}, Path({str(SCRIPTS.parents[1])!r}));"
        "print(sorted({'torch', 'pandas', 'matplotlib', 'requests'} & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=SCRIPTS, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


def test_what_editors_leave_is_no_source(tmp_path):
    (tmp_path / "optim" / ".ipynb_checkpoints").mkdir(parents=True)
    (tmp_path / "optim" / "schedules.py").touch()
    # Emacs' lock, a link to nothing, and what it and others keep of files that are not saved.
    (tmp_path / "optim" / ".#schedules.py").symlink_to("somebody@somewhere.1:2")
    for name in ("#schedules.py#", "schedules.py~", ".schedules.py.swp"):
        (tmp_path / "optim" / name).touch()
    (tmp_path / "optim" / ".ipynb_checkpoints" / "schedules-checkpoint.py").touch()
    sources = [tmp_path / "optim" / "schedules.py"]
    assert inventory.library_files(tmp_path) == sources
    assert inventory.library_files(tmp_path, "*") == sources
