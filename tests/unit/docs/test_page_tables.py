"""README's tables are what reference/ holds, and what is counted."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from reprise.errors import InputError

ROOT = Path(__file__).parents[3]
BLOCK = "Before.\n\n<!-- table: {} -->\nold\n<!-- end -->\n\nAfter.\n"


@pytest.fixture(scope="module")
def judged():
    """What the kept runs say of the claims of each study, judged once."""
    return {}


@pytest.fixture
def tables(monkeypatch, judged):
    monkeypatch.syspath_prepend(ROOT / "docs")
    import page_tables

    judge = page_tables.judged_claims

    def judge_once(plan, study, reference):
        if reference != ROOT / "reference":
            return judge(plan, study, reference)
        if study.id not in judged:
            judged[study.id] = judge(plan, study, reference)
        return judged[study.id]

    monkeypatch.setattr(page_tables, "judged_claims", judge_once)
    return page_tables


@pytest.fixture
def project(tmp_path):
    """A project whose reference runs a test may change."""
    for name in ("config", "reference", "workflow"):
        (tmp_path / name).mkdir()
    shutil.copytree(ROOT / "config", tmp_path / "config", dirs_exist_ok=True)
    shutil.copytree(ROOT / "reference", tmp_path / "reference", dirs_exist_ok=True)
    return tmp_path


@pytest.mark.parametrize("page", ["README.md", "docs/results.md"])
def test_pages_have_the_tables_of_today(tables, page):
    assert page in tables.PAGES
    text = (ROOT / page).read_text(encoding="utf-8")
    assert tables.BLOCK.search(text) or tables.STUDIES.search(text)
    assert tables.with_studies(tables.with_tables(text)) == text, "run make tables"


def test_the_table_of_studies_counts_what_is_there(tables, project, monkeypatch):
    unjudged = pd.DataFrame({"reference_verdict": [], "reference_evidence": []})
    monkeypatch.setattr(tables, "judged_claims", lambda *_: unjudged)
    text = tables.with_studies("<!-- studies -->\n<!-- end -->", project)
    assert "| runs a seed | kept at `paper` | claims |" in text
    counted = counted_of(text)
    assert list(counted) == ["cappa", "kth", "mclain", "shen", "yang_huang"]
    assert counted["mclain"][:2] == [9, 76]
    paper = counted["yang_huang"][2]
    mnist = project / "reference" / "paper-mnist_recompressed-cpu"
    runs = pd.read_csv(mnist / "metrics.csv")
    # The same runs on a lower rung, in a folder of their own.
    runs.assign(scale="laptop", rung="laptop").to_csv(mnist / "metrics.csv", index=False)
    mnist.rename(mnist.with_name("laptop-mnist_recompressed-cpu"))
    text = tables.with_studies("<!-- studies -->\n<!-- end -->", project)
    assert "| runs a seed | kept at `paper` | kept at `laptop` | claims |" in text
    of_paper, of_laptop = counted_of(text)["yang_huang"][2:4]
    assert 0 < of_paper < of_paper + of_laptop == paper


def counted_of(text):
    """The numbers of the table of studies, by study."""
    row = r"^\| `(\w+)`: [^|]* \|((?: \d+ \|)+)"
    return {
        name: [int(n) for n in rest.split("|")[:-1]] for name, rest in re.findall(row, text, re.M)
    }


def test_verdicts_are_counted_by_their_evidence(tables):
    verdicts = pd.DataFrame(
        [
            ("same direction", "paper"),
            ("same direction", "laptop"),
            ("undecided", "laptop"),
            ("holds", "exact"),
            ("missing", None),
        ],
        columns=["reference_verdict", "reference_evidence"],
    )
    assert tables.words_of_verdicts(verdicts) == (
        "1 holds, 1 same direction; laptop: 1 undecided, 1 same direction"
    )


def test_a_table_sets_reported_numbers_and_reference_runs_side_by_side(tables):
    text = tables.with_tables(BLOCK.format("yang_huang/table1"))
    assert text.startswith(
        "Before.\n\n<!-- table: yang_huang/table1 -->\n\n| Strategy | Sequence |"
    )
    assert text.endswith("<!-- end -->\n\nAfter.\n")
    assert "old" not in text
    rows = re.findall(r"^\| By epoch \| 1: 1/n \| (.*) \|$", text, re.MULTILINE)
    assert rows == ["97.608 | 97.767 | 98.750 | 48 | 39 | 9"]
    heads = ["Accuracy (%) reported", "Accuracy (%) as run", "Accuracy (%) as described"]
    assert f"| Strategy | Sequence | {' | '.join(heads)} |" in text
    assert "mean absolute difference" in text


def test_a_figure_without_reported_numbers_shows_the_reference_runs_alone(tables):
    text = tables.with_tables(BLOCK.format("shen/depth"))
    assert "| Convolutions | here |" in text
    assert "| 1 | 69.20 (3) |" in text
    assert "reported" not in text


def test_what_is_counted_stands_beside_what_is_reported_and_cited(tables):
    text = tables.with_tables(BLOCK.format("cappa/mobilenet_cost"))
    numbers = ("reported", "cited", "counted")
    heads = [
        f"{quantity} {name}" for quantity in ("Parameters", "Multiply-adds") for name in numbers
    ]
    assert f"| Network | {' | '.join(heads)} |" in text
    assert "| MobileNetV2 1.0 @224 | — | 3.40 | 3.50 | — | 300 | 301 |" in text


def test_what_no_reference_run_has_is_a_dash(tables, project):
    shutil.rmtree(project / "reference")
    text = tables.with_tables(BLOCK.format("yang_huang/table1"), project)
    assert "| By epoch | 1: 1/n | 97.608 | — | 48 | — |" in text
    assert "difference" not in text


def test_a_run_that_diverged_says_so(tables):
    text = tables.with_tables(BLOCK.format("yang_huang/table2"))
    (described,) = re.findall(r"^\| By cutoff \| 3: 0\.9ⁿ \| (.*) \|$", text, re.MULTILINE)
    assert described == "60.04 | 59.50 | diverged | 25 | 25 | diverged"


def test_the_number_of_runs_stands_beside_a_mean_of_several(tables):
    text = tables.with_tables(BLOCK.format("shen/activations"))
    assert re.search(r"^\| ReLU \| 76\.78 \(3\) \|$", text, re.MULTILINE)
    assert re.search(r"^\| Mish \| 77\.95 \|$", text, re.MULTILINE)


@pytest.mark.parametrize("name", ["yang_huang/table9", "yang/table1"])
def test_a_name_that_is_not_there_ends_in_one_sentence(tables, name):
    with pytest.raises(InputError, match=name.split("/")[name.startswith("yang_huang")]):
        tables.with_tables(BLOCK.format(name))


def test_a_page_without_tables_stays(tables):
    assert tables.with_tables("# A page\n") == "# A page\n"


def test_a_table_is_followed_by_what_its_runs_say_of_the_claims(tables, project):
    text = tables.with_tables(BLOCK.format("shen/dropout"), project)
    assert "What the runs say of the study's claims:\n\n- No dropout is better" in text
    assert re.search(
        r"\*\*(Same|Other) direction\*\* \(1 seed, no interval\)\.", text
    ) or re.search(r"\*\*(Holds|Contradicted|Undecided)\*\* \(\d seeds each; ", text)
    shutil.rmtree(project / "reference")
    assert "What the runs say" not in tables.with_tables(BLOCK.format("shen/dropout"), project)
