"""The marks of a figure say their exact values to those who point at them."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure

from reprise.rendering.figures.style import house_style, svg_text
from reprise.rendering.pictures import svg_element


@pytest.fixture
def figure() -> Figure:
    with house_style():
        figure = Figure(figsize=(4, 3), layout="constrained")
        panel = figure.subplots()
        panel.plot([1, 2, 4], [91.25, 92.5, -93.125], marker="o", label="Net <A> & B")
        panel.plot([1, 4], [90.0, 90.0])
        panel.plot([2], [90.75], marker="D", linestyle="none")
        panel.set_xticks([1, 2, 4], ["8", "16", "all"])
        panel.set_ylabel("Test accuracy (%)\nof the last epoch")
    return figure


def titles(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    marks = root.iter("{http://www.w3.org/2000/svg}use")
    found = [mark.find("{http://www.w3.org/2000/svg}title") for mark in marks]
    return [title.text for title in found if title is not None]


def test_each_mark_says_its_line_and_its_values(figure: Figure) -> None:
    with house_style():
        drawn = svg_text(figure, "Title")
    assert titles(drawn) == [
        "Net <A> & B: 8, Test accuracy (%) 91.25",
        "Net <A> & B: 16, Test accuracy (%) 92.5",
        "Net <A> & B: all, Test accuracy (%) −93.125",
        "16, Test accuracy (%) 90.75",
    ]


def test_it_is_the_value_of_the_data_not_of_its_place_on_a_logarithmic_axis() -> None:
    with house_style():
        figure = Figure(figsize=(4, 3), layout="constrained")
        panel = figure.subplots()
        rates = np.geomspace(1e-5, 10, 50)
        panel.plot(rates, rates**0.5, marker="o", markevery=(3, 10))
        panel.set_xscale("log")
        panel.set_xlabel("Learning rate")
        drawn = titles(svg_text(figure, "Title"))
    wanted = [f"Learning rate {rates[i]:.6g}".replace("-", "−") for i in range(3, 50, 10)]
    assert [said.split(",")[0] for said in drawn] == wanted


def test_the_page_keeps_the_values(figure: Figure) -> None:
    with house_style():
        shown = svg_element(svg_text(figure, "Title"), "study", "Figure")
    assert shown.count("<title>") == 4
    assert "Net &lt;A&gt; &amp; B: 8, Test accuracy (%) 91.25</title>" in shown
