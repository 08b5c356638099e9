"""What the switches and the filter of the report show and hide, in headless Chromium."""

import json
import re
from pathlib import Path

import pytest
from browser import CHROMIUM, open_page

# `make test` is promised to a machine with Python, make and git alone. Continuous integration has a
# browser, or fails installing it.
pytestmark = pytest.mark.skipif(
    CHROMIUM is None,
    reason="make test needs no browser, and there is none: test_report.py tests the page without "
    "it; install Chromium (Debian: chromium) to press the report's switches and filter too",
)

STEPS = """
const visible = (part) => getComputedStyle(part).display !== "none";
const columns = () => [...document.querySelectorAll("table.numbers thead tr:last-child th")].filter(visible).length;
// Tables in which the groups of columns do not stand above their columns.
const shifted = () => [...document.querySelectorAll("table.numbers")].filter((table) => {
  if (table.tHead.rows.length < 2) return false;
  const [groups, heads] = [...table.tHead.rows].map((row) => [...row.cells].filter(visible));
  return groups.reduce((sum, group) => sum + group.colSpan, 0) !== heads.length;
}).length;
const count = (selector) => [...document.querySelectorAll(selector)].filter((part) => !part.hidden).length;
const form = document.getElementById("filter");
const choose = (id, value) => { document.getElementById(id).value = value; form.dispatchEvent(new Event("input")); };
const found = { first: [columns(), shifted()] };
document.getElementById("details").click();
found.details = [columns(), shifted()];
document.getElementById("arms").click();
found.arms = [columns(), shifted()];
choose("verdict", "contradicted");
found.contradicted = [count("tr.claim"), count("article.artefact")];
found.further = [count("tr.further"), document.querySelectorAll("tr.further").length];
choose("evidence", "paper");
found.elsewhere = [count("tr.claim"), count("article.artefact")];
choose("verdict", ""); choose("evidence", ""); choose("words", "exponential decay");
found.words = [count("tr.claim"), count("article.artefact")];
choose("words", "");
found.all = [count("tr.claim"), count("article.artefact")];
found.boxes = document.querySelectorAll(".texts textarea").length;
for (const head of document.querySelectorAll("table.claimtable th button")) { head.click(); head.click(); }
found.led = [...document.querySelectorAll("tr.further")].map((row) => row.previousElementSibling.dataset.findings);
document.body.innerHTML = `<pre id="found">${JSON.stringify(found)}</pre>`;
"""  # noqa: E501


@pytest.fixture(scope="module")
def found(several_seeds_file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict:
    return json.loads(run_in(several_seeds_file, tmp_path_factory.mktemp("browser"), STEPS))


def run_in(report: Path, folder: Path, steps: str) -> str:
    """What steps leave in an element ``found`` when they are run in the page of a report."""
    html = report.read_text(encoding="utf-8")
    # The page's own policy runs no script that is not its own.
    html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    script = f'<script>addEventListener("load", () => {{{steps}}});</script></body>'
    page = folder / "page.html"
    page.write_text(html.replace("</body>", script), encoding="utf-8")
    shown, console = open_page(page)
    assert console == []
    return re.search(r'<pre id="found">(.*?)</pre>', shown)[1]


def test_switches_add_columns_below_their_groups(found: dict) -> None:
    first, details, arms = found["first"], found["details"], found["arms"]
    assert first[0] < details[0] < arms[0]
    assert first[1] == details[1] == arms[1] == 0


def test_the_filter_leaves_what_fits(found: dict) -> None:
    claims, artefacts = found["all"]
    assert claims == 7
    assert found["contradicted"][0] == 1
    assert 0 < found["contradicted"][1] < artefacts
    assert found["elsewhere"] == [0, 0]
    assert 0 < found["words"][1] < artefacts


def test_the_rows_of_a_claim_stay_together(found: dict) -> None:
    hidden, all_of_them = found["further"]
    assert (hidden, all_of_them) == (1, 2)
    # Sorted by any column, the row of this run follows that of its claim's reference runs.
    assert all("|" in findings for findings in found["led"])


def test_a_table_has_three_texts_to_copy(found: dict) -> None:
    assert found["boxes"] > 0
    assert found["boxes"] % 3 == 0


def test_a_link_leads_to_its_place(several_seeds_file: Path, tmp_path: Path) -> None:
    """Also where a part before it is drawn on the way and is higher than the browser guessed."""
    arrived = """
    document.documentElement.style.overflowAnchor = "none";
    const earlier = document.querySelector("article.artefact");
    setTimeout(() => { earlier.style.paddingTop = "3000px"; }, 50);
    location.hash = "#lantern/claims";
    setTimeout(() => {
      const top = document.getElementById("lantern/claims").getBoundingClientRect().top;
      document.body.innerHTML = `<pre id="found">${top}</pre>`;
    }, 2000);
    """
    shown = run_in(several_seeds_file, tmp_path, arrived)
    assert 0 <= float(shown) < 100
