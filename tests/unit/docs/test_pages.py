"""The computed pages say what config/studies/ and reference/ hold."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml
from pages import __main__ as making
from pages.artefacts import missing_section, tables_section
from pages.claims import claims_section, words_of_claims
from pages.kept import KeptStudy, kept_studies
from pages.runs import runs_section
from pages.study_page import study_page

from reprise.errors import InputError

ROOT = Path(__file__).parents[3]
STUDIES = sorted(path.stem for path in (ROOT / "config" / "studies").glob("*.yaml"))
PAGES = ["README.md", *(f"docs/results/{study}.md" for study in STUDIES)]
OF_RUNS = re.compile(r"\b(kept|reference) (range )?(runs?|tests)\b")
RESULT = re.compile(r"\*\*(same|other) direction\*\*")


@pytest.fixture(scope="module")
def today() -> dict[str, str]:
    """All pages, made once."""
    return making.pages(ROOT)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose reference runs a test may change."""
    for name in ("config", "reference"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def kept(project: Path, tmp_path_factory):
    """A study of that project with what is kept of it."""

    def found(study: str) -> KeptStudy:
        return kept_studies(project, tmp_path_factory.mktemp("results"), [study])[0]

    return found


def change_runs(project: Path, source: str, change) -> None:
    path = project / "reference" / source / "metrics.csv"
    change(pd.read_csv(path)).to_csv(path, index=False)


def rows_of(text: str, section: str) -> list[list[str]]:
    """The fields of the first table of a section."""
    (after,) = re.findall(rf"^#+ {re.escape(section)}\n(.*?)(?=^#|\Z)", text, re.M | re.S)
    lines = [line for line in after.splitlines() if line.startswith("|")]
    return [[field.strip() for field in line.strip("|").split(" | ")] for line in lines]


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_those_of_today(today: dict[str, str], page: str) -> None:
    assert (ROOT / page).read_text(encoding="utf-8") == today[page], "run make tables"


def test_there_is_a_page_for_each_study_and_no_other(today: dict[str, str]) -> None:
    assert sorted(today) == sorted(PAGES)
    on_disk = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs/results").iterdir()}
    assert on_disk == set(PAGES) - {"README.md"}


@pytest.mark.parametrize("page", PAGES[1:])
def test_no_small_run_stands_minus_a_reported_number(today: dict[str, str], page: str) -> None:
    for block in re.findall(r"(?:^\|.*\n)+", today[page], re.MULTILINE):
        heads, _, *rows = [line.strip("|").split(" | ") for line in block.splitlines()]
        for row in rows:
            for head, field in zip(heads, row, strict=True):
                if head.strip().lower().endswith("difference"):
                    before = heads.index(head) - 1
                    assert field.strip() == "—" or ", laptop" not in row[before]


@pytest.mark.parametrize("study", STUDIES)
def test_notes_on_kept_runs_say_what_they_rest_on(study: str) -> None:
    content = yaml.safe_load((ROOT / "config" / "studies" / f"{study}.yaml").read_text())
    bare = [
        name
        for name, note in content["notes"].items()
        if OF_RUNS.search(note["text"]) and not note.get("evidence")
    ]
    assert bare == []


def test_a_page_has_every_part(today: dict[str, str]) -> None:
    text = today["docs/results/yang_huang.md"]
    heads = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert heads == [
        "What was run", "Claims", "Tables and figures", "Other readings",
        "What the numbers show, and what was checked",
        "Where text, code and arithmetic of the study differ", "What is assumed",
        "Still to be run", "Without numbers here",
    ]  # fmt: skip
    assert "# Learning Rate Investigation\n\nYu Yang and Liwei Huang\n" in text
    assert "University of Minnesota, 2019." in text


def test_what_was_run_names_data_hardware_and_code(today: dict[str, str]) -> None:
    rows = rows_of(today["docs/results/yang_huang.md"], "What was run")
    known = {row[0]: row for row in rows[2:]}
    published = [name for name in known if name.startswith("`paper-")]
    assert published == ["`paper-cifar10_jpeg-cpu`", "`paper-mnist_recompressed-cpu`"]
    assert known["`paper-cifar10_jpeg-cpu`"][1:7] == [
        "`paper`", "29 (1 diverged)", "21–25", "cifar10 (jpeg)", "1",
        "Intel(R) Xeon(R) Processor, 1 thread",
    ]  # fmt: skip
    assert re.fullmatch(r"(`[0-9a-f]{10}`(, )?)+", known["`paper-cifar10_jpeg-cpu`"][-1])


def test_a_table_sets_reported_numbers_and_runs_of_each_arm_side_by_side(today) -> None:
    rows = rows_of(today["docs/results/yang_huang.md"], "Table 1: MNIST")
    accuracy = ["reported", "as run", "difference", "as described"]
    assert rows[0][:6] == ["Strategy", "Sequence", *(f"Accuracy (%): {x}" for x in accuracy)]
    (row,) = [row for row in rows if row[:2] == ["By epoch", "1: 1/n"]]
    assert row[2:] == ["97.608", "97.767 (1)", "+0.159", "98.750 (1)", "48", "39 (1)", "−9",
                       "9 (1)"]  # fmt: skip


def test_a_run_that_diverged_says_so(today) -> None:
    rows = rows_of(today["docs/results/yang_huang.md"], "Table 2: CIFAR-10")
    (row,) = [row for row in rows if row[:2] == ["By cutoff", "3: 0.9ⁿ"]]
    assert (row[5], row[9]) == ("diverged", "diverged")


def test_a_figure_without_reported_numbers_shows_the_kept_runs_alone(today) -> None:
    rows = rows_of(today["docs/results/shen.md"], "Figure 4: Depth")
    assert rows[0] == ["Convolutions", "Kept runs"]
    assert re.fullmatch(r"69\.\d\d ± \d\.\d\d \(3\)", rows[2][1])


def test_what_is_counted_stands_beside_what_is_reported_and_cited(today) -> None:
    text = today["docs/results/cappa.md"]
    rows = rows_of(text, "Section 3.1: What MobileNetV2 costs, and what it is compared with")
    named = {row[0]: row[1:] for row in rows}
    assert named["MobileNetV2 1.0 @224"] == ["—", "3.40", "3.50", "—", "—", "300", "300.8", "—"]
    assert named["ResNet-101 + DeepLabv3 @513"][3] == "0.00"


def test_every_claim_stands_with_what_came_out_and_what_it_needs(today) -> None:
    rows = rows_of(today["docs/results/shen.md"], "Claims")
    heads, claims = rows[0], rows[2:]
    content = yaml.safe_load((ROOT / "config/studies/shen.yaml").read_text())
    assert len(claims) == len(content["claims"])
    by_id = {re.search(r"\(`(\w+)`\)", row[0])[1]: dict(zip(heads, row, strict=True))
             for row in claims}  # fmt: skip
    assert list(by_id) == list(content["claims"])
    assert by_id["depth_peaks_at_3"]["about"] == "Figure 4"
    for claim in by_id.values():
        assert (claim["came out"] == "—") == (claim["evidence"] == "—")
        if RESULT.fullmatch(claim["came out"]):
            assert claim["runs"] in ("1 seed", "1 run")
            assert claim["evidence"] in ("at published size", "on a laptop")
            assert claim["to decide it"].endswith(("seeds", "seeds or more"))


def claims_of(today, study: str) -> dict[str, dict[str, str]]:
    """The fields of each claim of a study's page, by its id and the head of the column."""
    heads, _, *rows = rows_of(today[f"docs/results/{study}.md"], "Claims")
    return {
        re.search(r"\(`(\w+)`\)", row[0])[1]: dict(zip(heads, row, strict=True)) for row in rows
    }


def test_what_a_study_reports_of_an_effect_stands_beside_it_with_or_without_runs(today) -> None:
    mclain, cappa, best = (claims_of(today, name) for name in ("mclain", "cappa", "yang_huang"))
    assert mclain["cosine_beats_sigmoid_60"]["reported"] == "+0.23 points"
    # No run of theirs is kept.
    assert mclain["tail_adds"]["reported"] == "+0.25 points"
    assert cappa["ghost_no_change_svhn"]["reported"] == "0.00 points"
    assert cappa["ghost_helps_caltech"]["reported"] == "+5.80 points"
    # 98.76 % with the best sequence, and 98.678 % with Adam, of which the page lists all parts.
    assert best["mnist_best"]["reported"].endswith(" points")
    assert re.search(r"Benchmark, Adam: .* points, .*; reported \+0\.082 points",
                     today["docs/results/yang_huang.md"])  # fmt: skip


def test_the_part_that_decides_is_named_and_all_parts_are_listed(today) -> None:
    effect = claims_of(today, "cappa")["mobilenet_params_like_v1"]["effect"]
    assert effect == "1.03 times: Multiply-adds: MobileNetV2 1.0 @224 against ShuffleNet 1.5x @224"
    page = today["docs/results/cappa.md"]
    (listed,) = re.findall(
        r"<code>mobilenet_params_like_v1</code>: 6 parts</summary>\n\n(.*?)\n\n</details>", page,
        re.DOTALL)  # fmt: skip
    assert len(listed.splitlines()) == 6
    assert "- Parameters: MobileNetV2 1.0 @224 against MobileNetV1 1.0 @224: 0.828 times" in listed
    assert claims_of(today, "cappa")["mobilenet_params_like_v1"]["runs"] == "—"


def test_a_share_of_runs_says_of_how_many(today) -> None:
    claim = claims_of(today, "kth")["simple_cifar_fails"]
    assert (claim["effect"], claim["runs"]) == ("3 of 3 runs (29 to 100 %)", "3 runs")


def test_counted_claims_are_decided(today) -> None:
    rows = rows_of(today["docs/results/cappa.md"], "Claims")
    counted = [row for row in rows if row[3] == "counted"]
    assert counted
    assert {row[-1] for row in counted} == {"nothing"}


def test_what_is_still_to_be_run_is_counted(today) -> None:
    text = today["docs/results/mclain.md"]
    line = r"^- Table 1, .* \(`mclain/table1`\): 15 runs, none kept, 586\s500 updates\.$"
    assert re.search(line, text, re.MULTILINE)


def test_readme_counts_what_is_kept_and_links_to_the_pages(today) -> None:
    rows = rows_of(today["README.md"], "What came out so far")
    heads = ["study", "tables and figures", "runs per seed", "of these kept at `paper`"]
    assert rows[0][:4] == heads
    links = [re.match(r"\[`(\w+)`\]\((.*?)\): ", row[0]).groups() for row in rows[2:]]
    assert links == [(study, f"docs/results/{study}.md") for study in STUDIES]
    assert rows[2 + STUDIES.index("mclain")][1:4] == ["9", "76", "0"]
    # No more of them than there are, however many seeds are kept.
    assert all(int(row[3]) <= int(row[2]) for row in rows[2:])
    said = re.search(r"Of the 60 runs per seed, (\d+) have", today["docs/results/yang_huang.md"])
    assert rows[2 + STUDIES.index("yang_huang")][2:4] == ["60", said[1]]


def small_runs(study) -> int:
    """How many runs at laptop the page says are kept."""
    return sum(map(int, re.findall(r"(\d+) runs? at `laptop`", runs_section(study))))


def test_small_runs_are_compared_with_no_reported_number(project: Path, kept) -> None:
    mnist, small = (project / "reference" / f"{rung}-mnist_recompressed-cpu"
                    for rung in ("paper", "laptop"))  # fmt: skip
    shutil.rmtree(small, ignore_errors=True)
    small_before = small_runs(kept("yang_huang"))
    change_runs(project, mnist.name, lambda runs: runs.assign(scale="laptop", rung="laptop"))
    mnist.rename(small)
    study = kept("yang_huang")
    text = tables_section(study)
    rows = rows_of(text, "Table 1: MNIST")
    assert not any("difference" in head for head in rows[0])
    assert rows[2][3] == "98.695 (1), laptop"
    (section,) = re.findall(r"^### Table 1: MNIST\n(.*?)^###", text, re.M | re.S)
    assert "absolute difference" not in section
    assert "is compared with no reported one" in section
    claims = {row[0].split("(`")[-1]: row for row in rows_of(claims_section(study), "Claims")}
    assert claims["mnist_best`)"][3] == "on a laptop"
    assert "laptop: " in words_of_claims(study)
    assert small_runs(study) == small_before + 31
    # What is wanted at published length is still to be run.
    assert "`yang_huang/table1`" in missing_section(study)
    with pytest.raises(InputError, match=r"notes\.\w+\.evidence\.\d: expected .* at paper, found"):
        study_page(study)


def test_a_changed_run_ends_in_one_sentence(project: Path, kept) -> None:
    def change(runs: pd.DataFrame) -> pd.DataFrame:
        is_celu = runs["folder"].str.contains("activationcelu") & (runs["seed"] == 1)
        assert is_celu.sum() == 1
        return runs.assign(test_accuracy=runs["test_accuracy"] + is_celu * 0.5)

    change_runs(project, "paper-cifar10_jpeg-cpu", change)
    sentence = (
        r"^config/studies/shen\.yaml: notes\.elu_is_celu\.evidence\.0: expected 0\.047 within"
    )
    with pytest.raises(InputError, match=sentence):
        study_page(kept("shen"))


def test_a_removed_run_ends_in_one_sentence(project: Path, kept) -> None:
    change_runs(
        project,
        "paper-cifar10_jpeg-cpu",
        lambda runs: runs[~runs["folder"].str.contains("activationcelu")],
    )
    sentence = r"notes\.elu_is_celu\.evidence\.0: expected 1 run or more of activations \(celu\) in"
    with pytest.raises(InputError, match=sentence):
        study_page(kept("shen"))


def test_making_the_pages_ends_in_that_sentence_too(monkeypatch) -> None:
    def refuse() -> dict[str, str]:
        raise InputError("a note rests on nothing")

    monkeypatch.setattr(making, "pages", refuse)
    with pytest.raises(SystemExit, match=r"^Error: a note rests on nothing$"):
        making.main()


def test_without_any_kept_run_a_page_says_so(project: Path, kept) -> None:
    shutil.rmtree(project / "reference")
    study = kept("kth")
    assert "None is kept yet." in runs_section(study)
    assert tables_section(study) == ""
    assert words_of_claims(study) == "nothing yet"
    assert "`kth/lr_range`): 7 runs, none kept." in missing_section(study)


def test_rows_that_are_not_run_are_named_with_the_reason(today) -> None:
    (section,) = re.findall(
        r"^## Not run\n(.*?)(?=^#|\Z)", today["docs/results/cappa.md"], re.M | re.S
    )
    (of_detection,), of_imagenet, (of_weighing,) = (
        [line.partition(f"(`cappa/{name}`)")[2] for line in section.splitlines()
         if f"(`cappa/{name}`)" in line]
        for name in ("detection", "imagenet", "imagenet_weighing")
    )  # fmt: skip
    assert of_detection.startswith(", YOLOv2, Average precision: YOLOv2 is counted")
    assert len(of_imagenet) == 2
    assert of_imagenet[1].endswith(": The claim is one about the time on a TPU pod.")
    # The reason holds for all rows.
    assert of_weighing.startswith(": ImageNet (ILSVRC 2012) cannot be downloaded freely.")


def test_rungs_that_speak_on_one_claim_are_compared(today) -> None:
    said = re.findall(
        r"(\d+) claims? ha(?:ve|s) a direction both at published size and on a laptop\. "
        r"It is the same for (\d+) of (\d+)\.",
        today["docs/results/kth.md"]
        + today["docs/results/yang_huang.md"]
        + today["docs/results/shen.md"],
    )
    assert said
    assert all(0 <= int(same) <= int(both) == int(of) for both, same, of in said)
