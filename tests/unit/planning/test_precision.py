"""Which runs compute in which number format."""

import dataclasses
from pathlib import Path

import pytest

from reprise.errors import InputError
from reprise.planning.plan import Plan

ROOT = Path(__file__).parents[3]


def plan(**config):
    return Plan.of({"studies": "kth", "scale": "paper", "seeds": 1, **config}, ROOT)


def formats(runs):
    return {cell.computed_in for cell in runs}


def test_float32_unless_somebody_says_otherwise():
    assert formats(plan().cells.values()) == {"float32"}
    assert plan(precision="float32").cells == plan().cells


@pytest.mark.parametrize("precision", ["bfloat16", "tfloat32"])
def test_the_configuration_chooses_for_training_and_probes_stay(precision):
    asked = plan(precision=precision)
    assert formats(asked.cells.values()) == {precision}
    assert formats(run.cell for run in asked.probe_runs.values()) == {"float32"}
    assert asked.probe_runs == plan().probe_runs


def test_another_format_is_another_run_of_the_same_published_cell():
    rough, exact = plan(precision="bfloat16"), plan()
    assert not rough.cells.keys() & exact.cells.keys()
    assert not plan(precision="tfloat32").cells.keys() & {*rough.cells, *exact.cells}
    ids = (
        sorted(asked.runs[folder].published for folder in asked.cells) for asked in (rough, exact)
    )
    assert next(ids) == next(ids)


def test_what_a_study_asks_for_stays():
    cell = dataclasses.replace(next(iter(plan().cells.values())), precision="float32")
    assert cell.in_precision("bfloat16") is cell


def test_an_unknown_format_is_refused():
    with pytest.raises(InputError, match=r"precision: .*float16"):
        plan(precision="float16")


def test_a_cpu_has_no_tfloat32():
    with pytest.raises(InputError, match="found tfloat32, which no CPU has"):
        plan(precision="tfloat32", device="cpu")
