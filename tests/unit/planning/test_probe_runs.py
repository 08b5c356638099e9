"""Which jobs probes need, and what of them is refused before anything runs."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from reprise.errors import InputError
from reprise.planning.asked_runs import AskedRun
from reprise.planning.plan import Plan
from reprise.planning.plan_file import plan_content
from reprise.planning.probe_runs import has_runs
from reprise.studies.artefact_records import named_artefacts
from reprise.studies.choice import Choice

ROOT = Path(__file__).parents[3]
MINI = ROOT / "tests" / "pipeline" / "mini_study.yaml"
RULE = "rule: {name: before_rise, decades: 0.5}"


@pytest.fixture
def planned(plan_study):
    """Plans the small study with some texts replaced."""
    return partial(plan_study, MINI)


def rows_of(plan, artefact):
    (study,) = plan_content(plan)["studies"]
    return next(a["rows"] for a in study["artefacts"] if a["id"] == artefact)


def test_a_run_of_a_probe_is_no_training_cell(planned):
    plan = planned()
    assert len(plan.cells) == 4 * 2
    # Two networks, two momenta of one of them, and the examples; one range test is shared.
    assert len(plan.probe_runs) == (3 + 1) * 2
    folders = plan.artefact_folders("mini", "lr_range")
    assert all(folder.startswith("probes/range_test_") for folder in folders)
    assert set(folders) & set(plan.artefact_folders("mini", "momentum"))
    assert all(folder.startswith("cells/") for folder in plan.artefact_folders("mini", "table1"))


def test_rows_of_the_plan_lead_to_the_runs(planned):
    plan = planned()
    folders = {f for row in rows_of(plan, "lr_range") for f in row["folders"].values()}
    assert folders == set(plan.artefact_folders("mini", "lr_range"))
    assert folders <= plan.probe_runs.keys() & plan.runs.keys()
    assert all(row["folders"] == {} for row in rows_of(plan, "layers"))
    given = {"channels": 1, "pixels": 8, "classes": 10}
    assert all(row["input"] == given for row in rows_of(plan, "layers"))


def test_data_that_only_a_probe_reads_is_prepared(planned):
    plan = planned(
        ("model: {name: mgnet, channels: 8, iterations: [1, 1]}", "model: mgnet"),
        ("recipe: mgnet\n    axes: {data:", "recipe: other\n    axes: {data:"),
        ("  sweep:\n", "  other: {inherits: mgnet, dataset: cifar10}\n  sweep:\n"),
    )
    assert set(plan.prepared) == {"digits-8px", "cifar10-official"}


def test_another_argument_is_another_folder_and_another_way_to_write_it_is_not(planned):
    before = set(planned().probe_runs)
    other = set(planned(("decades: 0.5", "decades: 0.4")).probe_runs)
    assert len(before & other) == 2  # the examples
    written = planned((RULE, "rule: {decades: 5.0e-1, name: before_rise}"))
    assert set(written.probe_runs) == before


def test_a_whole_number_is_the_same_with_a_point(planned):
    cell = next(iter(planned().cells.values()))
    whole, pointed = (Choice.of({"name": "range_test", "stop_at": n}) for n in (4, 4.0))
    runs = (AskedRun(cell, "", probe) for probe in (whole, pointed, Choice("range_test")))
    first, second, third = (run.folder for run in runs)
    assert first == second != third


def test_fingerprints_cover_the_probe_its_rule_and_the_cell(planned, monkeypatch):
    runs = planned().probe_runs.values()
    (sweep, *_) = (run for run in runs if run.probe.name == "range_test")
    before = sweep.fingerprint
    assert before != replace(sweep, probe=None).fingerprint
    other_rule = sweep.probe.replacing(rule={"name": "steepest"})
    assert replace(sweep, probe=other_rule).fingerprint != before
    other_decades = sweep.probe.replacing(rule={"name": "before_rise", "decades": 0.1})
    assert replace(sweep, probe=other_decades).fingerprint == before
    assert replace(sweep, probe=Choice("example_images")).fingerprint != before


def test_artefacts_with_runs(planned):
    artefacts = planned().studies["mini"].artefacts
    with_runs = {name for name, artefact in artefacts.items() if has_runs(artefact, "mini")}
    assert with_runs == {"table1", "lr_range", "momentum", "examples"}


def test_the_artefacts_that_a_probe_names():
    quantities = {"rate": {"artefact": "a"}, "decay": {"artefact": ["b", "c"]}}
    assert named_artefacts({"name": "found_values", "quantities": quantities}) == {"a", "b", "c"}
    assert named_artefacts(None) == set()


def test_the_same_id_may_be_trained_in_one_study_and_probed_in_another(planned, tmp_path):
    planned()
    other = MINI.read_text().replace("  lr_range:\n", "  lr_tests:\n")
    other = other.replace("artefact: lr_range,", "artefact: lr_tests,")
    other = other.replace("  table1:\n", "  lr_range:\n").replace(
        "artefact: table1", "artefact: lr_range"
    )
    (tmp_path / "config" / "studies" / "other.yaml").write_text(other)
    plan = Plan.of({"studies": "mini,other", "scale": "paper", "seeds": 1}, tmp_path)
    assert plan.artefact_folders("mini", "lr_range")[0].startswith("probes/")
    assert plan.artefact_folders("other", "lr_range")[0].startswith("cells/")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("{name: range_test, s", "{name: rage_test, s",
         "lr_range.probe.name: unknown probe 'rage_test'; did you mean 'range_test'"),
        ("smoothing: 0.5", "smothing: 0.5",
         "probe 'range_test' has no argument 'smothing'; did you mean 'smoothing'"),
        ("validation_batches: 1", "validation_batches: few",
         "probe 'range_test' takes a whole number as 'validation_batches', found 'few'"),
        ("rule: {name: before_rise,", "rule: {name: before_the_rise,",
         "lr_range.probe.rule: unknown suggestion rule 'before_the_rise'; did you mean"),
        (RULE, "rule: {name: before_rise}",
         "lr_range.probe.rule: suggestion rule 'before_rise' needs the argument 'decades'"),
        ("artefact: lr_range,", "artefact: lr_rnge,",
         "found.probe: unknown artefact 'lr_rnge'; did you mean 'lr_range'"),
        ("artefact: lr_range,", "artefact: layers,", "found.probe: layers is computed from"),
        ("    artefact: momentum\n", "    artefact: layers\n",
         "claims.momentum_lowers_the_loss.subject: layers is computed without training"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence(planned, old, new, sentence):
    with pytest.raises(InputError) as caught:
        planned((old, new))
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_scale_that_merges_two_runs_of_a_probe_is_found(planned, tmp_path):
    planned()
    scales = tmp_path / "config" / "scales.yaml"
    merging = "tiny: {title: Tiny, description: T, models: {mgnet: {channels: 4}}}\n"
    scales.write_text(scales.read_text() + merging)
    narrow = "model: {name: mgnet, channels: 4, iterations: [1, 1]}"
    with pytest.raises(InputError, match="become the same run; they differ in model"):
        planned(
            ("set: {model: {name: resnet56, width: 8, blocks_per_stage: 1}}", f"set: {{{narrow}}}"),
            scale="tiny",
        )


def test_a_cell_that_is_trained_and_probed_is_both(planned):
    plan = planned(("    recipe: mgnet\n    axes: {data:", "    recipe: resnet\n    axes: {data:"))
    (examples,) = {run.cell.folder for run in plan.probe_runs.values()
                   if run.probe.name == "example_images" and run.cell.seed == 1}  # fmt: skip
    assert examples in plan.cells
