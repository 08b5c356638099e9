"""What searches found, from made-up runs."""

import pandas as pd
import pytest
from made_up_records import made_up_row

from reprise.errors import InputError
from reprise.probes.found_values import found_values
from reprise.probes.registry import Searched

RATE = {"artefact": "rates", "metric": "suggested"}
MOMENTUM = {"artefact": "momenta", "axis": "momentum", "metric": "loss", "direction": "less"}
POSITIONS = {"m80": 0.8, "m90": 0.9, "m99": 0.99}


def row(setting, quantity, **changes):
    axes = {"setting": setting, "quantity": quantity}
    return made_up_row({"axes": axes, "reported": 1.0, **changes})


def runs(axis, values, metric, **changes):
    """One run per value; a value of None is a run that is missing."""
    entries = [
        {
            axis: name,
            "arm": "as run",
            "seed": seed,
            "status": "missing" if value is None else "finished",
            "folder": f"{metric}/{name}/{seed}",
            metric: value,
            "learned": None,
            **changes,
        }
        for name, found in values.items()
        for seed, value in enumerate(found, start=1)
    ]
    return pd.DataFrame(entries)


def rates(**values):
    return Searched({"setting": dict.fromkeys(values)}, runs("setting", values, "suggested"))


def momenta(**values):
    positions = {"momentum": {name: POSITIONS[name] for name in values}}
    return Searched(positions, runs("momentum", values, "loss"))


def found(rows, quantities, **searched):
    table = found_values(rows, searched, axis="quantity", quantities=quantities)
    assert list(table) == ["setting", "quantity", "arm", "reported", "cited", "mean", "std", "n",
                           "status", "median", "statistic"]  # fmt: skip
    return table


def test_a_quantity_is_the_median_over_seeds_of_its_own_row():
    (first, second) = found(
        [row("small", "rate"), row("large", "rate")],
        {"rate": RATE},
        rates=rates(small=[0.1, 0.4, 0.2], large=[3.0]),
    ).to_dict("records")
    assert (first["statistic"], first["median"]) == ("median", 0.2)
    assert (first["n"], first["status"]) == (3, "finished")
    assert first["mean"] == pytest.approx(0.7 / 3)
    assert first["std"] == pytest.approx(0.1527525)
    assert (second["mean"], second["median"], second["n"]) == (3.0, 3.0, 1)
    assert pd.isna(second["std"])


def test_a_run_far_off_moves_the_mean_and_not_the_median():
    searched = rates(small=[0.01, 0.012, 0.011, 0.013, 10.0])
    table = found([row("small", "rate")], {"rate": RATE}, rates=searched)
    assert table["median"].tolist() == [0.012]
    assert table["mean"].tolist() == [pytest.approx(10.046 / 5)]


def test_runs_that_two_artefacts_share_weigh_once_in_a_median():
    both = {**RATE, "artefact": ["first", "second"]}
    table = found(
        [row("small", "rate")],
        {"rate": both},
        first=rates(small=[0.1, 0.2, 0.9]),
        second=rates(small=[0.1, 0.2, 0.9, 1.0, 2.0]),
    )
    assert table[["median", "n"]].values.tolist() == [[0.9, 5]]


def test_a_quantity_is_the_position_with_the_best_mean():
    searched = momenta(m80=[1.0, 4.0], m90=[2.0, 2.0], m99=[2.5, 2.6])
    table = found([row("small", "momentum")], {"momentum": MOMENTUM}, momenta=searched)
    assert table[["mean", "n", "statistic"]].values.tolist() == [[0.9, 2, "mean"]]
    assert table["median"].isna().all()
    greater = {**MOMENTUM, "direction": "greater"}
    table = found([row("small", "momentum")], {"momentum": greater}, momenta=searched)
    assert table["mean"].tolist() == [0.99]


def test_artefacts_are_pooled_and_shared_runs_count_once():
    both = {**MOMENTUM, "artefact": ["coarse", "fine"]}
    table = found(
        [row("small", "momentum")],
        {"momentum": both},
        coarse=momenta(m80=[3.0], m90=[2.0]),
        fine=momenta(m90=[2.0], m99=[2.5]),
    )
    assert table[["mean", "n"]].values.tolist() == [[0.9, 1]]


def test_rows_that_were_not_searched_say_so():
    only = {**MOMENTUM, "only": {"setting": ["small"]}}
    table = found(
        [row("small", "momentum"), row("large", "momentum"), row("large", "rate")],
        {"momentum": only, "rate": RATE},
        momenta=momenta(m80=[1.0]),
        rates=rates(small=[0.1]),
    )
    assert table["status"].tolist() == ["finished", "not searched", "not searched"]
    assert table["mean"].isna().tolist() == [False, True, True]
    assert table["statistic"].tolist() == ["mean", "mean", "median"]


def test_a_search_that_is_not_through_is_partial_or_missing():
    def status(searched):
        return found([row("small", "momentum")], {"momentum": MOMENTUM}, momenta=searched)[
            "status"
        ].item()

    assert status(momenta(m80=[1.0, None], m90=[2.0, 2.0])) == "partial"
    assert status(momenta(m80=[None], m90=[None])) == "missing"


def test_runs_that_suggest_nothing_do_not_count():
    table = found([row("small", "rate")], {"rate": RATE}, rates=rates(small=[0.1, float("nan")]))
    assert table[["median", "n", "status"]].values.tolist() == [[0.1, 1, "finished"]]


def test_a_search_that_found_nothing_is_finished_without_a_value():
    table = found([row("small", "rate")], {"rate": RATE}, rates=rates(small=[float("nan")]))
    assert table[["mean", "median"]].isna().all(axis=None)
    assert table[["n", "status"]].values.tolist() == [[0, "finished"]]


@pytest.mark.parametrize(
    ("learned", "mean", "status"),
    [
        ([False, False, False], None, "not learned"),
        ([False, True, False], 0.9, "finished"),
        ([None, None, None], 0.9, "finished"),
    ],
)
def test_the_lowest_of_losses_at_chance_is_not_found(learned, mean, status):
    # Losses of a search on Flowers 17 at published length; guessing among 17 classes is 2.8332.
    searched = momenta(m80=[2.8364], m90=[2.8361], m99=[6.14])
    searched.runs["learned"] = learned
    (one,) = found([row("small", "momentum")], {"momentum": MOMENTUM}, momenta=searched).to_dict(
        "records"
    )
    assert one["status"] == status
    assert one["mean"] == mean or (mean is None and pd.isna(one["mean"]))


def test_arms_are_searched_apart():
    searched = rates(small=[0.1])
    table = found([row("small", "rate", arm="as described")], {"rate": RATE}, rates=searched)
    assert table["status"].tolist() == ["not searched"]


@pytest.mark.parametrize(
    ("search", "sentence"),
    [
        ({"artefact": "momenta"}, "momentum: the key 'metric' is missing"),
        ({**MOMENTUM, "direktion": "less"}, "unknown key 'direktion'; did you mean 'direction'"),
        ({**MOMENTUM, "direction": "down"}, "momentum.direction: found 'down'"),
        ({**MOMENTUM, "axis": "decay"}, "expected momenta to have an axis 'decay' with a position"),
        ({**MOMENTUM, "only": {"setting": ["smal"]}}, "no row has the value 'smal'; did you mean"),
    ],
)
def test_a_search_of_another_form_is_refused(search, sentence):
    with pytest.raises(InputError) as caught:
        found([row("small", "momentum")], {"momentum": search}, momenta=momenta(m80=[1.0]))
    assert sentence in str(caught.value)


def test_a_value_without_a_position_is_refused():
    searched = Searched({"momentum": {"m80": None}}, runs("momentum", {"m80": [1.0]}, "loss"))
    with pytest.raises(InputError, match="with a position x for every value, but m80 has none"):
        found([row("small", "momentum")], {"momentum": MOMENTUM}, momenta=searched)


def test_a_quantity_without_a_search_is_refused():
    with pytest.raises(InputError, match="found none for the row small, decay; add it"):
        found([row("small", "decay")], {"momentum": MOMENTUM}, momenta=momenta(m80=[1.0]))


def test_a_metric_that_no_run_has_is_refused():
    search = {"artefact": "rates", "metric": "sugested"}
    with pytest.raises(InputError, match="rates has no metric 'sugested'; did you mean 'sugg"):
        found([row("small", "rate")], {"rate": search}, rates=rates(small=[0.1]))


def test_runs_that_are_all_missing_need_no_metric():
    unfinished = rates(small=[None])
    unfinished = Searched(unfinished.positions, unfinished.runs.drop(columns="suggested"))
    (one,) = found([row("small", "rate")], {"rate": RATE}, rates=unfinished).to_dict("records")
    assert one["status"] == "missing"
