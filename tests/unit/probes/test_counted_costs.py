"""The counts of architectures as rows of an artefact."""

import pytest
from made_up_records import made_up_rows

from reprise.errors import InputError
from reprise.nets.architecture import build_architecture
from reprise.nets.costs import count_costs
from reprise.probes.counted_costs import counted_costs

SMALL = {"name": "mobilenet_v2", "width_multiplier": 0.25, "image_size": 32}


@pytest.fixture
def count():
    """Counts rows given as pairs of metric and unit, of one architecture."""

    def make(*shown, network="small", **arguments):
        rows = [
            {
                "axes": {"network": network, "quantity": str(number)},
                "arm": "as run", "reported": 2.0, "cited": None, "metric": metric, "unit": unit,
            }
            for number, (metric, unit) in enumerate(shown)
        ]  # fmt: skip
        arguments = {"axis": "network", "architectures": {"small": SMALL}, **arguments}
        return counted_costs(made_up_rows(rows), **arguments)

    return make


def test_counts_stand_in_their_units(count):
    table = count(
        ("parameters", None), ("parameters", "M"), ("multiply_adds", "G"), ("bottleneck_blocks", "")
    )
    built = build_architecture("mobilenet_v2", {k: v for k, v in SMALL.items() if k != "name"})
    costs = count_costs(built.model, built.input_shape)
    expected = [costs.parameters, costs.parameters / 1e6, costs.multiply_adds / 1e9, 17]
    assert table["mean"].tolist() == pytest.approx(expected)
    assert set(table["input"]) == {"3 x 32 x 32"}
    assert table["definition"].tolist()[:3] == 3 * [costs.definition]
    assert table["definition"].iloc[3] == "Bottleneck blocks are those of the network as built."


def test_columns_are_those_of_every_artefact(count):
    table = count(("parameters", ""))
    assert list(table)[:8] == [
        "network", "quantity", "arm", "reported", "cited", "mean", "std", "n",
    ]  # fmt: skip
    (row,) = table.to_dict("records")
    assert (row["reported"], row["n"], row["status"]) == (2.0, 1, "finished")


def test_what_is_not_counted_says_why(count):
    table = count(("parameters", "M"), network="secret", not_counted={"secret": "Unpublished."})
    (row,) = table.to_dict("records")
    assert (row["status"], row["reason"], row["n"]) == ("not counted", "Unpublished.", 0)
    assert row["mean"] is None


@pytest.mark.parametrize(
    ("shown", "arguments", "sentence"),
    [
        (("parameter", ""), {}, "found 'parameter'; did you mean 'parameters'"),
        (("bottleneck_blocks", ""), {"architectures": {"small": "mobilenet_v1"}},
         "expected a metric that is counted, found 'bottleneck_blocks'"),
        (("parameters", "B"), {}, "expected the unit M, G or none, found 'B'"),
        (("parameters", ""), {"network": "smal"}, "found none for 'smal'; did you mean 'small'"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence(count, shown, arguments, sentence):
    with pytest.raises(InputError) as caught:
        count(shown, **arguments)
    assert sentence in str(caught.value)
