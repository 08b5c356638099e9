"""Words that a study, a run or an archive gives stay words on the page, whatever is in them."""

import base64
import hashlib
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from html_tree import Page, read_page
from made_up_figures import draw_everything
from made_up_results import MadeUp, write_made_up_reference, write_made_up_results

from reprise.rendering.pictures import DRAWN
from reprise.rendering.report import render_report, template_environment

HOSTILE = "</script><script>alert('x')</script><img src=x onerror=alert(1)>\"'&{{ 7 * 7 }}$\\bad{$"
# Of files that hold what runs left: columns with words.
WORDS = {
    "metrics.csv": ("device_name", "commit", "python"),
    "claims.csv": ("basis",),
    "lantern/deviations.csv": ("difference",),
}


def made_page(folder: Path, end: str) -> Page:
    """The report, with figures and reference runs, of results whose words end in ``end``."""
    results = write_made_up_results(folder / "x", MadeUp(seeds=(1, 2), epochs=2, hostile=end))
    for name, columns in WORDS.items():
        table = pd.read_csv(results / name, dtype=str, keep_default_na=False)
        table[list(columns)] += end
        table.to_csv(results / name, index=False)
    reference = write_made_up_reference(folder / "reference" / "runs")
    kept = {f"note{end}": f"Made-up GPU{end}", "commits": [f"abc{end}"]}
    (reference / "provenance.json").write_text(json.dumps(kept))
    draw_everything(results)
    render_report(results, folder / "x.html", reference.parent)
    return read_page(folder / "x.html")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    return made_page(tmp_path_factory.mktemp("hostile"), HOSTILE)


@pytest.fixture(scope="module")
def harmless_page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    return made_page(tmp_path_factory.mktemp("harmless"), "")


def structure(element: ElementTree.Element) -> list:
    """Tags with the names of their attributes, at any depth; of figures no more than that."""
    if element.tag == "svg" and element.get("role") == "img":
        return ["figure"]
    below = [part for child in element for part in structure(child)]
    return [(element.tag, *sorted(element.keys())), *below]


def test_the_page_is_made_of_the_same_elements(page: Page, harmless_page: Page) -> None:
    assert structure(page.root) == structure(harmless_page.root)


def test_the_words_are_there_as_words(page: Page) -> None:
    assert page.text("lantern").count(HOSTILE) > 50
    assert HOSTILE in page.text("top") and HOSTILE in page.text("runs")
    for attribute in ("title", "aria-label"):
        assert any(HOSTILE in (e.get(attribute) or "") for e in page.root.iter())


def test_figures_hold_words_and_nothing_that_acts(page: Page) -> None:
    figures = [svg for svg in page.root.iter("svg") if svg.get("role") == "img"]
    assert len(figures) > 5
    # HTML is read in lower case.
    allowed = {name.lower() for name in DRAWN} | {"a", "title"}
    assert {element.tag for svg in figures for element in svg.iter()} <= allowed
    links = [element.get("href") for svg in figures for element in svg.iter("a")]
    assert all(link.startswith("#") for link in links)
    words = [text for svg in figures for text in svg.itertext()]
    assert any("<script>alert('x')</script>" in text for text in words)
    assert any("$\\bad{$" in text for text in words)


def test_nothing_listens_and_no_script_is_added(page: Page) -> None:
    assert not any(name.startswith("on") for e in page.root.iter() for name in e.attrib)
    assert len(page.all("script")) == 2
    assert page.all("img") == []
    assert "alert('x')</script>" not in page.source


def test_browsers_are_told_to_run_the_scripts_of_the_page_alone(page: Page) -> None:
    (policy,) = [e.get("content") for e in page.all("meta") if e.get("http-equiv")]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    scripts = re.findall(r"<script>(.*?)</script>", page.source, re.DOTALL)
    digests = [hashlib.sha256(script.encode()).digest() for script in scripts]
    named = [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
    assert rules["script-src"].split() == named
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"


def test_templates_escape_and_none_makes_an_exception() -> None:
    environment = template_environment()
    assert environment.autoescape is True
    for name in environment.list_templates(extensions=["j2"]):
        source, *_ = environment.loader.get_source(environment, name)
        assert not re.search(r"\|\s*safe\b|autoescape|\bMarkup\b|\bxmlattr\b", source), name
