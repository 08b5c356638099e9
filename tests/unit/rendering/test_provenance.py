"""Where runs come from, in words."""

from types import SimpleNamespace

import pandas as pd
import pytest
from made_up_records import made_up_artefact

from reprise.rendering.provenance import made_by, provenance_in_words, runs_in_words

RUN = {
    "epochs": 25, "dataset": "cifar10", "data_variant": "jpeg", "seed": 1, "device_name": "Xeon",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([{}], "25 epochs, cifar10 (jpeg), seed 1, Xeon"),
        ([{}, {"seed": 2}, {"seed": 3}], "25 epochs, cifar10 (jpeg), seeds 1–3, Xeon"),
        ([{}, {"epochs": 12.0, "device_name": "EPYC"}],
         "12–25 epochs, cifar10 (jpeg), seed 1, Xeon and EPYC"),
        ([{"epochs": 1}], "1 epoch, cifar10 (jpeg), seed 1, Xeon"),
        # A probe's run has no row in metrics.csv.
        ([{"dataset": None, "data_variant": None, "device_name": None}], "25 epochs, seed 1"),
        ([], ""),
    ],
)  # fmt: skip
def test_runs_are_told_by_length_data_seeds_and_hardware(changes, words):
    assert runs_in_words(pd.DataFrame([RUN | change for change in changes])) == words


def test_columns_that_were_not_written_are_left_out():
    assert runs_in_words(pd.DataFrame([{"seed": 7, "status": "finished"}])) == "seed 7"


def test_provenance_of_a_table_names_its_scale():
    known = {"scale": "paper", "dataset": "mnist", "data_variant": "recompressed", "seeds": "1 2"}
    assert provenance_in_words(known) == "scale paper, mnist (recompressed), seeds 1–2"


def test_an_axis_that_is_called_like_the_data_of_a_run_is_not_taken_for_them():
    run = {"dataset": "the id of the study", "seed": 1, "status": "finished", "folder": "cells/a",
           "epochs": 4}  # fmt: skip
    cells = [
        {"folder": "cells/a", "dataset": "digits", "data_variant": "8px", "device_name": "EPYC"}
    ]
    results = SimpleNamespace(
        runs=lambda study, artefact: pd.DataFrame([run]),
        table=lambda study, artefact: pd.DataFrame(),
        cells=pd.DataFrame(cells),
    )
    assert made_by(results, "study", made_up_artefact({"id": "table"}), None) == [
        "This run: 4 epochs, digits (8px), seed 1, EPYC."
    ]


def test_what_a_probe_finds_comes_from_the_runs_that_it_reads():
    runs = {
        "first": [{"seed": 1, "status": "finished", "folder": "probes/a", "epochs": 4}],
        # Shared with the first one.
        "second": [
            {"seed": 1, "status": "finished", "folder": "probes/a", "epochs": 4},
            {"seed": 2, "status": "finished", "folder": "probes/b", "epochs": 6},
        ],
    }
    searches = {
        name: {"artefact": name, "axis": "rate", "metric": "loss", "direction": "less"}
        for name in runs
    }
    probe = {"name": "found_values", "axis": "quantity", "quantities": searches}
    table = made_up_artefact({"id": "table", "probe": probe})
    searched = {name: made_up_artefact({"id": name}) for name in runs}
    study = SimpleNamespace(id="study", artefacts_by_id=searched)
    results = SimpleNamespace(
        plan=SimpleNamespace(studies=[study]),
        runs=lambda study, artefact: pd.DataFrame(runs.get(artefact.id, [])),
        table=lambda study, artefact: pd.DataFrame(),
        cells=pd.DataFrame(),
    )
    assert made_by(results, "study", table, None) == ["This run: 4–6 epochs, seeds 1–2."]
