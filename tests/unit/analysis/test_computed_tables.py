"""Tables whose probe reads other artefacts, from made-up runs of today and kept ones."""

from pathlib import Path

import pandas as pd
import pytest
from made_up_records import made_up_artefact

from reprise.analysis.computed_tables import SearchedArtefact, searched_table
from reprise.analysis.reference import read_reference

MOMENTA = {"m80": 0.8, "m90": 0.9, "m99": 0.99}
BEST = {"artefact": "momenta", "axis": "momentum", "metric": "loss", "direction": "less"}
MEDIAN = {"artefact": "rates", "metric": "suggested"}


def searched_artefact(name: str, axis: str, published: dict[str, str], x: dict) -> dict:
    """An artefact with a row for each value, which is the published cell of that id."""
    rows = [
        {
            "axes": {axis: value},
            "published": [cell],
            "folders": {"1": f"probes/range_test/m/n/s/bs8/{cell}/seed1"},
        }
        for value, cell in published.items()
    ]
    values = [{"id": value, "label": value, "x": x.get(value)} for value in published]
    return {"id": name, "axes": [{"id": axis, "values": values}], "rows": rows}


RATES = searched_artefact("rates", "network", {"small": "aa", "large": "bb"}, {})
MOMENTUM = searched_artefact(
    "momenta", "momentum", {"m80": "cc", "m90": "dd", "m99": "ee"}, MOMENTA
)


def kept(published: str, seed: int = 1, **numbers: float) -> dict:
    folder = f"probes/range_test/m/n/s/bs8/{published}/seed{seed}"
    ended = {"status": "finished", "folder": folder, "epochs": 8, "fingerprint": "today"}
    return {"published": published, "seed": seed, **ended, **numbers}


def write_kept(folder: Path, runs: list[dict]) -> None:
    folder.mkdir(parents=True)
    pd.DataFrame(runs).to_csv(folder / "metrics.csv", index=False)


def write_today(folder: Path, name: str, axis: str, values: dict[str, float | None]) -> None:
    metric = "loss" if axis == "momentum" else "suggested"
    runs = [
        {
            axis: value,
            "arm": "as run",
            "seed": 1,
            "status": "missing" if number is None else "finished",
            "folder": f"{name}/{value}",
            metric: number,
        }
        for value, number in values.items()
    ]
    pd.DataFrame(runs).to_csv(folder / f"{name}.runs.csv", index=False)


@pytest.fixture
def table(tmp_path: Path):
    """What is found for a quantity and, of ``rates``, a network; today nothing has run."""

    def of(quantity: str, fingerprint: str = "today", **axes: str) -> dict:
        write_today(tmp_path, "rates", "network", {"small": None, "large": None})
        write_today(tmp_path, "momenta", "momentum", dict.fromkeys(MOMENTA))
        search = {"momentum": BEST, "rate": MEDIAN}
        probe = {"name": "found_values", "axis": "quantity", "quantities": search}
        row = {"axes": {**axes, "quantity": quantity}, "reported": 0.9}
        artefact = made_up_artefact({"id": "found", "probe": probe, "rows": [row]})
        published = {key: [fingerprint] for key in ("aa", "bb", "cc", "dd", "ee")}
        reference = read_reference(tmp_path / "reference", published)
        searched = [
            SearchedArtefact(made_up_artefact(plain), reference) for plain in (RATES, MOMENTUM)
        ]
        (found,) = searched_table(artefact, "plan", searched, tmp_path).to_dict("records")
        return found

    return of


def test_a_row_without_runs_of_today_shows_what_kept_runs_give(table, tmp_path: Path) -> None:
    runs = [kept("aa", 1, suggested=0.1), kept("aa", 2, suggested=0.4), kept("bb", suggested=7.0)]
    write_kept(tmp_path / "reference" / "paper-a-cpu", runs)
    found = table("rate", network="small")
    assert (found["status"], found["n"]) == ("missing", 0)
    assert pd.isna(found["median"])
    assert found["reference_median"] == found["reference_mean"] == 0.25
    assert found["reference_std"] == pytest.approx(0.3 / 2**0.5)
    assert (found["reference_n"], found["reference_runs"], found["reference_diverged"]) == (2, 2, 0)
    assert found["reference_source"] == "paper-a-cpu"
    assert found["reference_evidence"] == "paper"
    assert not found["reference_stale"]


def test_a_search_of_which_a_part_is_kept_finds_nothing(table, tmp_path: Path) -> None:
    write_kept(tmp_path / "reference" / "paper-a-cpu", [kept("cc", loss=2.0), kept("dd", loss=1.0)])
    assert pd.isna(table("momentum")["reference_mean"])


def test_a_whole_search_that_is_kept_gives_the_best_position(table, tmp_path: Path) -> None:
    losses = {"cc": 2.0, "dd": 1.0, "ee": 3.0}
    runs = [kept(cell, loss=loss) for cell, loss in losses.items()]
    write_kept(tmp_path / "reference" / "paper-a-cpu", runs)
    found = table("momentum")
    assert (found["statistic"], found["reference_mean"], found["reference_n"]) == ("mean", 0.9, 1)


def test_stronger_evidence_counts_before_more_runs(table, tmp_path: Path) -> None:
    laptop = [kept("aa", seed, suggested=0.5) | {"rung": "laptop"} for seed in (1, 2, 3)]
    write_kept(tmp_path / "reference" / "laptop-a-cpu", laptop)
    write_kept(tmp_path / "reference" / "paper-a-cpu", [kept("aa", suggested=0.1)])
    found = table("rate", network="small")
    assert (found["reference_median"], found["reference_evidence"]) == (0.1, "paper")


def test_a_source_that_lacks_a_row_leaves_it_to_a_weaker_one(table, tmp_path: Path) -> None:
    write_kept(tmp_path / "reference" / "paper-a-cpu", [kept("bb", suggested=0.1)])
    laptop = [kept("aa", suggested=0.5) | {"rung": "laptop"}]
    write_kept(tmp_path / "reference" / "laptop-a-cpu", laptop)
    found = table("rate", network="small")
    assert (found["reference_median"], found["reference_evidence"]) == (0.5, "laptop")


def test_runs_of_older_code_make_it_stale(table, tmp_path: Path) -> None:
    write_kept(tmp_path / "reference" / "paper-a-cpu", [kept("aa", suggested=0.1)])
    assert table("rate", "another", network="small")["reference_stale"]


def test_without_reference_runs_the_columns_are_empty(table) -> None:
    found = table("rate", network="small")
    assert pd.isna(found["reference_mean"])
    assert pd.isna(found["reference_n"])
