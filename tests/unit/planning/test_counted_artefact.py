"""Artefacts whose rows have no cells, and what of them is refused before anything runs."""

import pytest

from reprise.errors import InputError
from reprise.planning.plan_file import plan_content
from reprise.planning.probe_runs import has_runs, is_comparable

FIRST = "first: mobilenet_v1"
PROBE = "      name: counted_costs\n      axis: network\n"


def test_rows_have_no_cell_and_nothing_runs(plan_study, counted_study):
    plan = plan_study(counted_study)
    assert not plan.cells and not plan.probe_runs and not plan.prepared
    (study,) = plan_content(plan)["studies"]
    (artefact,) = study["artefacts"]
    assert len(artefact["rows"]) == 3 * 2 + 1
    for row in artefact["rows"]:
        assert (row["cell"], row["input"], row["epochs"]) == (None, None, None)
        assert (row["published"], row["folders"]) == ([], {})
    assert [(row["metric"], row["unit"]) for row in artefact["rows"][:2]] == [
        ("parameters", "M"), ("multiply_adds", ""),
    ]  # fmt: skip


def test_claims_may_compare_what_is_exact(plan_study, counted_study):
    artefact = plan_study(counted_study).studies["counted"].artefacts["costs"]
    assert is_comparable(artefact, "here")
    assert not has_runs(artefact, "here")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (FIRST, "first: mobilnet_v1",
         "architectures.first: unknown architecture 'mobilnet_v1'; did you mean 'mobilenet_v1'"),
        (FIRST, "first: {name: mobilenet_v1, image: 32}",
         "architectures.first: architecture 'mobilenet_v1' has no argument 'image'; did you mean"),
        (FIRST, "first: {name: mobilenet_v1, image_size: large}",
         "takes a whole number as 'image_size', found 'large'"),
        (PROBE, PROBE.replace("axis: network", "axes: network"), "has no argument 'axes'"),
        (PROBE + "      architectures:\n        first: mobilenet_v1\n",
         PROBE + "      architectures:\n        - mobilenet_v1\n",
         "probe.architectures: expected a mapping of ids to choices, found ['mobilenet_v1']"),
        (PROBE, "      name: layer_table\n", "probe 'layer_table' has no argument 'architectures'"),
        ("first: {label: First}", "first: {label: First, set: {epochs: 3}}",
         "recipe: unknown recipe None"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence(plan_study, counted_study, old, new, sentence):
    second = "        second: {name: mobilenet_v2, image_size: 128}\n"
    emptied = [(second, "")] if "- mobilenet_v1" in new else []
    with pytest.raises(InputError) as caught:
        plan_study(counted_study, (old, new), *emptied)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_probe_of_cells_needs_a_recipe(plan_study, counted_study):
    text = counted_study.read_text()
    probe = text[text.index("    probe:\n") : text.index("claims:\n")]
    with pytest.raises(InputError, match="expected a recipe, since the probe layer_table reads"):
        plan_study(counted_study, (probe, "    probe: {name: layer_table}\n"))
