"""Whether a reader sees which numbers lie far from the reported ones."""

from dataclasses import replace
from pathlib import Path

import pytest
from html_tree import read_page, text_of
from made_up_plans import made_up_plan
from made_up_records import made_up_artefact

from reprise.rendering.agreements import reference_agreement_sentences
from reprise.rendering.report import render_report
from reprise.rendering.results import Results
from reprise.rendering.tables import build_table
from reprise.studies.artefact_records import ArtefactRecord
from reprise.studies.plan_storage import read_content, write_plan

HEAD = (
    "net,quantity,arm,reported,mean,median,statistic,std,n,status,prediction_low,prediction_high,"
    "reference_mean,reference_median,reference_low,reference_high,reference_n"
)


def line(net: str, quantity: str, reported: float, reference: float, *bounds: float) -> str:
    low, high = bounds or ("", "")
    runs = 3 if bounds else 1
    own = f"{net},{quantity},as run,{reported},,,mean,,0,missing,,"
    return f"{own},{reference},{reference},{low},{high},{runs}"


@pytest.fixture
def artefact() -> ArtefactRecord:
    nets = [{"id": net, "label": f"Net {net}, wide"} for net in "abc"]
    shown = [
        {"id": "accuracy", "label": "Accuracy"},
        {"id": "time", "label": "Time", "unit": "epoch", "decimals": 0, "metric": "epochs"},
    ]
    axes = [
        {"id": "net", "label": "Net", "values": nets},
        {"id": "quantity", "label": "Quantity", "values": shown},
    ]
    rows = [
        {"axes": {"net": net, "quantity": quantity["id"]}, "arm": "as run", "folders": {},
         **({"metric": quantity["metric"]} if "metric" in quantity else {})}
        for net in "abc"
        for quantity in shown
    ]  # fmt: skip
    return made_up_artefact({"id": "t", "kind": "table", "title": "T", "axes": axes, "rows": rows,
            "metric": "test_accuracy", "decimals": 2})  # fmt: skip


@pytest.fixture
def results(tmp_path: Path):
    """Results of one table with these lines."""

    def write(*lines: str) -> Results:
        folder = tmp_path / "study"
        folder.mkdir()
        (folder / "t.csv").write_text("\n".join([HEAD, *lines, ""]))
        write_plan(made_up_plan(), tmp_path)
        return Results(tmp_path)

    return write


def test_with_single_runs_the_farthest_is_named_of_each_quantity(results, artefact) -> None:
    known = results(
        line("a", "accuracy", 98.0, 98.1), line("b", "accuracy", 98.5, 98.2),
        line("a", "time", 40, 21), line("b", "time", 30, 31),
    )  # fmt: skip
    accuracy, time = reference_agreement_sentences(known, "study", artefact)
    assert accuracy.endswith(" Farthest from the reported number: Net b, wide, by −0.30 points.")
    assert time.endswith(" Farthest from the reported number: Net a, wide, by −19 epochs.")


def test_all_that_lie_beyond_the_interval_are_named(results, artefact) -> None:
    known = results(
        line("a", "accuracy", 98.0, 98.1, 98.0, 98.2),
        line("b", "accuracy", 98.5, 98.2, 98.1, 98.3),
        line("c", "accuracy", 98.0, 98.2, 98.1, 98.3),
    )
    (said,) = reference_agreement_sentences(known, "study", artefact)
    assert "lies in the 95 % prediction interval of 1 of the 3 rows with several runs." in said
    assert said.endswith(
        "Farthest from the reported number: Net b, wide, by −0.30 points (beyond the interval); "
        "Net c, wide, by +0.20 points (beyond the interval)."
    )


def test_a_single_interval_is_spoken_of_as_one(results, artefact) -> None:
    known = results(line("a", "accuracy", 98.0, 98.1, 98.0, 98.2))
    (said,) = reference_agreement_sentences(known, "study", artefact)
    assert (
        "The reported number lies in the 95 % prediction interval of the one row with several runs."
        in said
    )


def test_each_arm_is_compared_with_what_is_reported(results, artefact) -> None:
    also = [replace(r, arm="as described") for r in artefact.rows if r.axes["net"] != "c"]
    artefact = replace(artefact, rows=(*artefact.rows, *also))
    described = ("a,accuracy,as described,,,,mean,,0,missing,,,98.6,98.6,,,1",
                 "b,accuracy,as described,,,,mean,,0,missing,,,98.7,98.7,,,1")  # fmt: skip
    known = results(
        line("a", "accuracy", 98.0, 98.2), line("b", "accuracy", 98.5, 98.4), *described
    )  # fmt: skip
    (said,) = reference_agreement_sentences(known, "study", artefact)
    assert (
        "ean absolute difference 0.15 points over 2 of 2 reported numbers "
        "(1 higher, 1 lower, mean difference +0.05)." in said
    )
    assert said.endswith(
        " Arm “as described”: mean absolute difference 0.40 points over 2 of 2 reported numbers "
        "(all higher)."
    )


def test_an_arm_is_compared_where_the_main_one_has_no_run(results, artefact) -> None:
    also = [replace(row, arm="as described") for row in artefact.rows]
    artefact = replace(artefact, rows=(*artefact.rows, *also))
    known = results(
        "a,accuracy,as run,98.0,,,mean,,0,missing,,,,,,,",
        "a,accuracy,as described,,,,mean,,0,missing,,,98.6,98.6,,,1",
    )
    (said,) = reference_agreement_sentences(known, "study", artefact)
    assert said.startswith("Accuracy: arm “as described”: mean absolute difference 0.60 points")


def test_what_is_redefined_is_not_compared(results, artefact, tmp_path) -> None:
    nets, quantities = artefact.axes
    accuracy, time = quantities.values
    values = (accuracy, replace(time, redefined=True))
    artefact = replace(artefact, axes=(nets, replace(quantities, values=values)))
    known = results(
        line("a", "accuracy", 98.0, 98.1),
        line("a", "time", 40, 21, 20, 22),
        line("b", "time", 30, 31, 30.5, 31.5),
    )
    accuracy, time = reference_agreement_sentences(known, "study", artefact)
    assert "difference" in accuracy
    assert time == "Time: not compared, since the study's own rule is not known."
    table = build_table(known, "study", artefact)
    assert not any(entry.outside_of_reference for entry in table.entries)


@pytest.mark.parametrize("reported", [(98.0, 98.5), (98.0,)])
def test_equal_numbers_and_single_ones_are_not_far(results, artefact, reported) -> None:
    known = results(*(line(n, "accuracy", r, r) for n, r in zip("ab", reported, strict=False)))
    (said,) = reference_agreement_sentences(known, "study", artefact)
    assert "Farthest" not in said


def test_a_reference_number_is_marked_where_the_reported_one_is_beyond(results, artefact) -> None:
    known = results(
        line("a", "accuracy", 98.0, 98.1, 98.0, 98.2),
        line("b", "accuracy", 98.5, 98.2, 98.1, 98.3),
        line("c", "accuracy", 98.5, 98.2),
    )
    table = build_table(known, "study", artefact)
    marked = [entry.outside_of_reference for entry in table.entries if entry.reported]
    assert marked == [False, True, False]
    assert table.some_outside


def test_the_mark_and_what_it_means_are_on_the_page(several_seeds: Path, tmp_path: Path) -> None:
    results = tmp_path / "short"
    (results / "lantern").mkdir(parents=True)
    write_plan(read_content(several_seeds), results)
    path = several_seeds / "lantern" / "table4.csv"
    head, first, *rest = path.read_text().splitlines()
    record = dict(zip(head.split(","), first.split(","), strict=True))
    record |= {"reference_low": "10", "reference_high": "20"}
    lines = [head, ",".join(record.values()), *rest]
    (results / "lantern" / "table4.csv").write_text("\n".join(lines))
    render_report(results, tmp_path / "short.html")
    page = read_page(tmp_path / "short.html")
    (shown,) = page.all("table", inside="lantern/table4")
    assert text_of(next(iter(shown.find("tbody")))[3]).startswith("†")
    assert "† The reported number lies outside" in page.text("lantern/table4")


def test_rates_of_any_size_are_compared_by_their_factor(results, artefact) -> None:
    rates = replace(artefact, decimals="scientific")
    known = results(line("a", "accuracy", 0.04, 0.02), line("b", "accuracy", 0.002, 0.0084))
    (said,) = reference_agreement_sentences(known, "study", rates)
    # The root of 2 times 4.2.
    assert "ff by a factor of 2.9 (geometric mean) over 2 of 2 reported numbers" in said
    assert "(1 higher, 1 lower)" in said and "points" not in said
    assert said.endswith(" Farthest from the reported number: Net b, wide, by × 4.2.")
    table = build_table(known, "study", rates)
    entries = [table.rows[place].groups[0]["as run"] for place in (0, 2)]
    assert [entry.written_difference for entry in entries] == ["× 0.50", "× 4.2"]
