"""Figures: what they say, and that they are the same each time."""

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from made_up_records import made_up_artefact
from made_up_results import MadeUp, write_made_up_results

from reprise.errors import InputError
from reprise.rendering.figures import draw_figure, draw_learning_curves, figure_kinds
from reprise.rendering.figures.style import COLOURS, INK, look
from reprise.studies.artefact_records import ArtefactRecord, FigureRecord
from reprise.studies.plan_storage import read_plan

LETTERS = "{http://www.w3.org/2000/svg}text"
TITLE = "{http://www.w3.org/2000/svg}title"


def artefact_of(results: Path, name: str, **changes: object) -> ArtefactRecord:
    if figure := changes.get("figure"):
        changes["figure"] = FigureRecord.of(figure, "figure")
    return replace(read_plan(results).studies[0].artefacts_by_id[name], **changes)


def words(svg: Path) -> list[str]:
    return ["".join(text.itertext()) for text in ElementTree.parse(svg).iter(LETTERS)]


def drawn(results: Path, tmp_path: Path, name: str, **changes: object) -> Path:
    svg, png = tmp_path / "figure.svg", tmp_path / "figure.png"
    draw_figure(artefact_of(results, name, **changes), results, "lantern", svg, png)
    assert png.read_bytes().startswith(b"\x89PNG")
    return svg


def test_the_same_data_give_the_same_bytes(several_seeds: Path, tmp_path: Path) -> None:
    again = drawn(several_seeds, tmp_path, "table3").read_bytes()
    assert again == (several_seeds / "lantern" / "table3.svg").read_bytes()
    assert b"<dc:date>" not in again


def test_schedules_have_a_panel_for_all_and_one_for_the_family(several_seeds: Path) -> None:
    said = words(several_seeds / "lantern" / "schedules.svg")
    assert {"All schedules", "Inverse sigmoidal decay", "Epoch", "Learning rate"} <= set(said)
    assert {"Std step decay", "Cosine decay", "c = −8", "c = 8"} <= set(said)


def test_a_family_may_be_an_axis_with_labels(several_seeds: Path, tmp_path: Path) -> None:
    results = tmp_path / "demo"
    (results / "lantern").mkdir(parents=True)
    lines = ["schedule,c,epoch,learning_rate"]
    lines += [f"step,c0,{e},0.1" for e in range(3)]
    lines += [f"sigmoid,{c},{e},0.1" for c in ("c0", "c2") for e in range(3)]
    (results / "lantern" / "schedules.csv").write_text("\n".join(lines))
    values = [{"id": "c0", "label": "no c"}, {"id": "c2", "label": "c of 2"}]
    axes = artefact_of(several_seeds, "schedules").axes
    own = made_up_artefact({"id": "a", "axes": [{"id": "c", "values": values}]}).axes
    artefact = artefact_of(several_seeds, "schedules", axes=(*axes, *own))
    svg = tmp_path / "figure.svg"
    draw_figure(artefact, results, "lantern", svg, tmp_path / "figure.png")
    said = words(svg)
    assert {"no c", "c of 2"} <= set(said)
    assert said.count("Std step decay") == 1


def test_a_logarithmic_axis_can_be_asked_for(several_seeds: Path, tmp_path: Path) -> None:
    linear = (several_seeds / "lantern" / "schedules.svg").read_text()
    wanted = {"kind": "schedules", "log": True}
    assert drawn(several_seeds, tmp_path, "schedules", figure=wanted).read_text() != linear


def test_lines_name_axes_lines_and_marks(several_seeds: Path) -> None:
    said = words(several_seeds / "lantern" / "table3.svg")
    assert {"Groups", "Test accuracy (%)", "Batch 128", "Batch 16", "Batch 8"} <= set(said)
    assert {"reported", "95 % prediction interval"} <= set(said)
    assert {"1", "4", "16", "32", "64"} <= set(said)


def test_dots_say_what_became_of_rows_without_a_mean(several_seeds: Path, tmp_path: Path) -> None:
    said = words(drawn(several_seeds, tmp_path, "table1", figure={"kind": "dots"}))
    assert {"missing", "diverged", "reference runs, mean", "this run, mean"} <= set(said)
    assert {"Exponential decay", "Test accuracy (%)"} <= set(said)


def test_bars_start_at_zero(several_seeds: Path, tmp_path: Path) -> None:
    said = words(drawn(several_seeds, tmp_path, "tail", figure={"kind": "bars"}))
    assert "0" in said


def test_an_unknown_kind_is_named(several_seeds: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"unknown figure kind 'pie'"):
        drawn(several_seeds, tmp_path, "table1", figure={"kind": "pie"})


def test_an_unknown_argument_is_named(several_seeds: Path, tmp_path: Path) -> None:
    wanted = {"kind": "lines", "colour": "red"}
    with pytest.raises(InputError, match=r"lantern/table1: figure: .* no argument 'colour'"):
        drawn(several_seeds, tmp_path, "table1", figure=wanted)


@pytest.mark.parametrize("kind", list(figure_kinds))
def test_every_kind_can_be_drawn_before_anything_ran(kind: str, tmp_path: Path) -> None:
    results = write_made_up_results(tmp_path / "full", MadeUp(seeds=(1,), epochs=2))
    artefact = artefact_of(results, "table3", figure={"kind": kind})
    svg = tmp_path / "figure.svg"
    draw_figure(artefact, tmp_path / "empty", "lantern", svg, tmp_path / "figure.png")
    said = " ".join(words(svg))
    assert "no finished run" in said or "missing" in said or "no curve was computed" in said


def test_text_is_text_in_ink_on_nothing(several_seeds: Path) -> None:
    for svg in sorted((several_seeds / "lantern").glob("*.svg")):
        source = svg.read_text()
        assert ElementTree.parse(svg).getroot().find(TITLE).text
        assert len(words(svg)) > 3
        assert INK in source
        assert "#000000" not in source
        patches = re.findall(r'<g id="patch_1">\s*<path [^>]*style="([^"]*)"', source)
        assert all("fill: none" in patch or "opacity: 0" in patch for patch in patches)


def test_learning_curves_name_panels_lines_and_units(several_seeds: Path) -> None:
    said = words(several_seeds / "lantern" / "table1.curves.svg")
    assert {"Epoch", "Test accuracy (%)", "Schedule", "Train accuracy", "a run diverged"} <= set(
        said
    )
    assert {"Cosine decay", "Inverse sigmoidal decay", "ResNet-18, 120 epochs"} <= set(said)
    assert said.count("Epoch") == 3


def test_learning_curves_have_a_band_only_where_seeds_repeat(
    several_seeds: Path, one_seed: Path, tmp_path: Path
) -> None:
    band = "FillBetweenPolyCollection"
    assert band in (several_seeds / "lantern" / "tail.curves.svg").read_text()
    draw_learning_curves(artefact_of(one_seed, "tail"), one_seed, "lantern", tmp_path / "a.svg")
    assert band not in (tmp_path / "a.svg").read_text()


def test_arms_share_a_colour_and_have_one_entry_in_the_legend(several_seeds: Path) -> None:
    said = words(several_seeds / "lantern" / "table2.curves.svg")
    assert said.count("as described") == 1


def test_looks_are_distinct_and_without_yellow() -> None:
    assert len({look(index) for index in range(15)}) == 15
    assert len({look(index).colour for index in range(7)}) == 7
    assert "#f0e442" not in COLOURS


def test_coordinates_are_short_but_the_words_are_whole(several_seeds: Path) -> None:
    source = (several_seeds / "lantern" / "table1.curves.svg").read_text()
    for path in re.findall(r' d="([^"]*)"', source):
        assert not re.search(r"\.\d{3}", path)
