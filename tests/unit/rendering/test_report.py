"""The report as a whole."""

import re
import shutil
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from html_tree import Page, read_page, text_of
from made_up_results import MadeUp, write_made_up_results

from reprise.analysis.error_rates import Rate, read_rates
from reprise.errors import InputError
from reprise.rendering.methods import wrong_more_often
from reprise.rendering.numbers import listed
from reprise.rendering.report import render_report
from reprise.studies.plan_storage import read_content, write_plan


def plan_of(results: Path) -> dict:
    return read_content(results)


def test_every_artefact_and_claim_of_the_plan_has_its_address(
    several_seeds: Path, several_seeds_page: Page
) -> None:
    (study,) = plan_of(several_seeds)["studies"]
    for below, entries in (("", study["artefacts"]), ("claims/", study["claims"])):
        for entry in entries:
            assert f"{study['id']}/{below}{entry['id']}" in several_seeds_page.by_id
    for entry in study["artefacts"] + study["claims"]:
        assert entry.get("title", entry.get("text")) in several_seeds_page.source


def test_ids_are_unique_and_links_lead_somewhere(several_seeds_page: Page) -> None:
    ids = Counter(e.get("id") for e in several_seeds_page.root.iter() if e.get("id"))
    assert [name for name, times in ids.items() if times > 1] == []
    for element in several_seeds_page.root.iter():
        if (target := element.get("href")) is not None:
            assert target.startswith("#") and target[1:] in ids, target


def test_nothing_is_fetched(several_seeds_page: Page) -> None:
    for element in several_seeds_page.root.iter():
        assert element.tag not in ("link", "iframe", "img", "object", "embed")
        assert element.get("src") is None
        assert "url(http" not in (element.get("style") or "")
    styles = "".join(style.text for style in several_seeds_page.all("style"))
    assert "@import" not in styles and "url(" not in styles
    scripts = "".join(script.text for script in several_seeds_page.all("script"))
    assert not re.search(r"fetch\(|XMLHttpRequest|import\(|https?:", scripts)


def test_the_counts_of_cells_are_those_of_the_files(
    several_seeds: Path, several_seeds_page: Page
) -> None:
    counted = Counter(pd.read_csv(several_seeds / "metrics.csv")["status"])
    said = several_seeds_page.text("provenance")
    for state in ("finished", "diverged", "failed", "missing"):
        assert f"{counted[state]} {state}" in said
    assert f"of {counted.total()} planned" in said
    assert len(several_seeds_page.all("tr", inside="runs")) == counted.total() + 1
    lost = listed(f"{counted[state]} {state}" for state in ("diverged", "failed", "missing"))
    leading = f"{counted['finished']} of {counted.total()} cells finished, {lost}, 3 seeds each."
    assert leading in several_seeds_page.text("top")


def test_compute_epochs_and_software_are_computed(
    several_seeds: Path, several_seeds_page: Page
) -> None:
    metrics = pd.read_csv(several_seeds / "metrics.csv")
    hours = metrics["wall_seconds"].sum() / 3600
    said = several_seeds_page.text("provenance")
    assert f"{hours:.1f} h in {metrics['wall_seconds'].notna().sum()} cells" in said
    processor = metrics["processor_seconds"].sum() / 3600
    assert f"{processor:.1f} h of processor time" in said
    assert "Handwritten digits (digits, 8px), standing in for cifar10" in said
    for part in ("3 seeds: 1–3", "Made-up CPU, 1 thread", "python 3.11.9, torch 2.12.1"):
        assert part in said


def test_the_scoreboard_counts_verdicts_and_links_to_them(several_seeds_page: Page) -> None:
    assert "7 claims: 3 holds, 1 contradicted, 2 undecided and 1 missing." in (
        several_seeds_page.text("scoreboard")
    )
    assert "0.10 of 4" in several_seeds_page.text("scoreboard")
    assert "Of this run alone, kept runs left out: 7 claims" in (
        several_seeds_page.text("scoreboard")
    )
    (link,) = several_seeds_page.all("a", inside="scoreboard", **{"data-show": "contradicted"})
    assert (text_of(link), link.get("href")) == ("1", "#lantern/claims")


def test_without_a_test_nothing_holds_by_chance(tmp_path: Path) -> None:
    write_made_up_results(tmp_path / "short", MadeUp(seeds=(1,), epochs=3))
    render_report(tmp_path / "short", tmp_path / "short.html")
    said = read_page(tmp_path / "short.html").text("scoreboard")
    assert "7 claims: 1 holds, 1 undecided, 3 same direction" in said
    assert "by chance" not in said and "Of this run alone" not in said


def test_several_studies_are_added_up(several_seeds: Path, tmp_path: Path) -> None:
    results = tmp_path / "short"
    shutil.copytree(several_seeds, results, ignore=shutil.ignore_patterns("cells", "*.svg"))
    plan = plan_of(results)
    plan["studies"].append({**plan["studies"][0], "id": "torch"})
    write_plan(plan, results)
    render_report(results, tmp_path / "short.html")
    page = read_page(tmp_path / "short.html")
    assert "2 studies, run again" in page.text("top")
    (total,) = page.all("tfoot", inside="scoreboard")[0]
    assert [text_of(cell) for cell in total] == [
        "All", "14", "3", "1", "2", "8", "0.10 of 4",
    ]  # fmt: skip


def test_a_claim_says_all_that_is_known(several_seeds: Path, several_seeds_page: Page) -> None:
    claims = pd.read_csv(several_seeds / "claims.csv").set_index("claim")
    row = claims.loc["cosine_beats_sigmoid"]
    said = several_seeds_page.text("lantern/claims/cosine_beats_sigmoid")
    own = text_of(rows_of_claim(several_seeds_page, "cosine_beats_sigmoid")[-1])
    effect, low, high = (
        f"{value:+.2f}".replace("-", "−") for value in (row.effect, row.ci_low, row.ci_high)
    )
    for part in ("✗ contradicted", "shortened", "this run", f"{effect} points",
                 f"{low} to {high}, uncorrected", "reported +0.14", "14 needed", "detectable 0.52",
                 "0.012"):  # fmt: skip
        assert part in own, part
    for part in (row.basis, "difference", "stated", "Section 1, paragraph 4"):
        assert part in said, part


def rows_of_claim(page: Page, claim: str) -> list:
    """The rows of a claim's table: one for each kind of evidence, the strongest first."""
    (table,) = page.all("table", inside="lantern/claims")
    rows = list(table.find("tbody"))
    first = rows.index(page.by_id[f"lantern/claims/{claim}"])
    after = [row.get("class") for row in rows[first + 1 :]]
    further = ([*after, "claim"]).index("claim")
    return rows[first : first + 1 + further]


def test_each_kind_of_evidence_has_a_line_with_its_own_numbers(several_seeds_page: Page) -> None:
    kept, own = rows_of_claim(several_seeds_page, "cosine_beats_sigmoid")
    assert [text_of(cell) for cell in kept][1:] == [
        "→ same directionreference runs", "+0.25 points", "1 seed", "—",
    ]  # fmt: skip
    assert [text_of(cell) for cell in own][2:] == ["3 seeds14 neededdetectable 0.52", "0.012"]
    assert kept[0].get("rowspan") == "2"


def test_a_scale_without_verdicts_says_so(one_seed_page: Page) -> None:
    said = one_seed_page.text("top")
    assert "No verdicts are drawn" in said and "digits, not evidence" in said
    kept = one_seed_page.text("provenance")
    for part in ("Reference runs: short-cifar10-gpu", "Made-up GPU", "cifar10 (full)", "550.1"):
        assert part in kept
    assert "7 claims: 7 not drawn." in one_seed_page.text("scoreboard")
    assert "by chance" not in one_seed_page.text("scoreboard")


def test_with_verdicts_there_is_no_such_banner(several_seeds_page: Page) -> None:
    assert "No verdicts" not in several_seeds_page.text("top")


def test_remarks_stand_beside_their_artefact_or_the_study(several_seeds_page: Page) -> None:
    assert "Table 2 prints its headers twice" in several_seeds_page.text("lantern/table2")
    assert "Table 2 prints its headers twice" not in several_seeds_page.text("lantern/table1")
    assert "Crop and flip" in several_seeds_page.text("lantern/table1")
    assert "Weight decay 5e-4." not in several_seeds_page.text("lantern/table1")
    assert several_seeds_page.source.count("Weight decay 5e-4.") == 1


def test_agreement_is_said_of_each_table(several_seeds: Path, several_seeds_page: Page) -> None:
    table = pd.read_csv(several_seeds / "lantern" / "table1.csv").dropna(subset="mean")
    size = (table["mean"] - table["reported"]).abs().mean()
    said = several_seeds_page.text("lantern/table1")
    assert f"Mean absolute difference {size:.2f} points over 13 of 15 reported numbers (" in said
    assert "(Spearman)" in said and "of the 13 rows with several runs" in said


def test_agreement_of_reference_runs_is_said_beside_it(
    several_seeds: Path, several_seeds_page: Page
) -> None:
    table = pd.read_csv(several_seeds / "lantern" / "table1.csv")
    size = (table["reference_mean"] - table["reported"]).abs().mean()
    said = several_seeds_page.text("lantern/table1")
    assert f"Agreement of the reference runs Mean absolute difference {size:.2f} points" in said
    assert "Agreement of the reference runs" not in several_seeds_page.text("lantern/table2")


def test_the_largest_differences_are_named(several_seeds: Path, several_seeds_page: Page) -> None:
    table = pd.read_csv(several_seeds / "lantern" / "table1.csv")
    gaps = (table["reference_mean"] - table["reported"]).abs()
    said = several_seeds_page.text("lantern/table1").split("Agreement of the reference runs")[1]
    named = said.split("Farthest from the reported number: ")[1].split(" points.")[0].split("; ")
    sizes = [float(entry.split(", by ")[1].removesuffix(" points")[1:]) for entry in named]
    # A fifth of fifteen.
    assert sizes == pytest.approx(sorted(gaps, reverse=True)[:3], abs=0.006)


def test_claims_have_what_reference_runs_say(several_seeds_page: Page, one_seed_page: Page) -> None:
    said = several_seeds_page.text("lantern/claims")
    assert "Reference runs: paper-cifar10-gpu" in said
    assert "Reference runs:" not in one_seed_page.text("lantern/claims")


def test_deviations_show_their_effect_or_that_there_is_none(several_seeds_page: Page) -> None:
    said = several_seeds_page.text("lantern/deviations")
    assert "−0.21 points−0.50 to 0.07" in said
    assert "The text names another initialisation." in said and "missing" in said


def test_deviations_show_the_effect_on_reference_runs(
    several_seeds_page: Page, one_seed_page: Page
) -> None:
    said = several_seeds_page.text("lantern/deviations")
    assert "−0.19 points−0.31 to −0.06" in said
    assert "scale paper, cifar10 (jpeg), seeds 1–2" in said
    assert said.index("−0.19 points") < said.index("−0.21 points")
    assert "Effect, reference" not in one_seed_page.text("lantern/deviations")


@pytest.mark.parametrize(
    ("kept", "wanted"),
    [
        ({"basis": "lacking: as run", "scale": "paper", "source": "paper-x"}, "lacking: as run"),
        ({"basis": "no reference runs"}, "There are no reference runs of any of these readings."),
        # The seeds stand beside it.
        ({"basis": "1 seed: no interval", "effect": "0.4", "scale": "paper", "dataset": "mnist",
          "seeds": "1", "source": "paper-x"}, "+0.40 pointsscale paper, mnist, seed 1"),
    ],
)  # fmt: skip
def test_deviations_say_what_reference_runs_lack(
    several_seeds: Path, tmp_path: Path, kept: dict, wanted: str
) -> None:
    results = tmp_path / "short"
    shutil.copytree(several_seeds, results, ignore=shutil.ignore_patterns("cells", "*.svg"))
    path = results / "lantern" / "deviations.csv"
    table = pd.read_csv(path, dtype=str)
    table = table.drop(columns=table.filter(like="reference_"))
    row = {f"reference_{name}": text for name, text in ({"status": "missing"} | kept).items()}
    table.assign(**row).to_csv(path, index=False)
    render_report(results, tmp_path / "short.html")
    said = read_page(tmp_path / "short.html").text("lantern/deviations")
    assert wanted in said
    assert ("Effect, reference" in said) == ("source" in kept)


def test_every_kind_of_claim_is_explained(several_seeds: Path, several_seeds_page: Page) -> None:
    said = several_seeds_page.text("methods")
    for claim in plan_of(several_seeds)["studies"][0]["claims"]:
        assert claim["kind"].replace("_", " ").capitalize() in said
    assert "at most 0.05" in said and "80 % power" in said


def test_methods_name_the_rules_that_do_not_keep_their_level(several_seeds_page: Page) -> None:
    shares = {"kept": 0.055, "lost": 0.083}
    rates = [Rate(name, "no effect", False, 1000, {"3": share}) for name, share in shares.items()]
    found = Rate("found", "an effect", True, 1000, {"3": 0.9})
    assert wrong_more_often([*rates, found]) == (
        "In the simulations below these are wrong more often: lost (up to 8.3 %)."
    )
    said = several_seeds_page.text("methods")
    assert "is about 5 % where each rule keeps its level" in said
    assert wrong_more_often(read_rates()) in said


def test_how_often_rules_are_wrong_stands_beside_them(several_seeds_page: Page) -> None:
    said = several_seeds_page.text("methods").replace(" ", "")
    for rate in read_rates():
        shown = "".join(f"{100 * share:.1f}%" for share in rate.shares.values())
        assert f"{rate.rule}{rate.truth}{shown}".replace(" ", "") in said


def test_figures_are_named_and_take_the_colour_of_the_page(several_seeds_page: Page) -> None:
    drawings = [svg for svg in several_seeds_page.all("svg") if svg.get("role") == "img"]
    assert len(drawings) == 4 + 6 + 1
    assert all(svg.get("aria-label") for svg in drawings)
    assert len({svg.get("aria-label") for svg in drawings}) == len(drawings)
    assert "currentColor" in several_seeds_page.source


def test_a_missing_figure_is_called_missing(one_seed_page: Page) -> None:
    assert "This figure is missing" in one_seed_page.text("lantern/schedules")
    assert "This figure is missing" not in one_seed_page.text("lantern/table1")


def test_the_plan_alone_gives_a_report(several_seeds: Path, tmp_path: Path) -> None:
    write_plan(read_content(several_seeds), tmp_path)
    render_report(tmp_path, tmp_path / "report" / "short.html")
    page = read_page(tmp_path / "report" / "short.html")
    total = len(page.all("tr", inside="runs")) - 1
    assert f"0 of {total} cells finished, {total} missing" in page.text("top")
    assert f"0 finished 0 diverged 0 failed {total} missing" in page.text("provenance")
    assert "7 missing" in page.text("scoreboard")
    assert "No cell has left metrics so far." in page.text("environments")


@pytest.mark.parametrize("lost", ["metrics.csv", "claims.csv", "lantern", "cells"])
def test_any_file_may_be_missing(several_seeds: Path, tmp_path: Path, lost: str) -> None:
    results = tmp_path / "short"
    shutil.copytree(several_seeds, results)
    path = results / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    # All but the plan, of which a part stands in the folder of each study.
    write_plan(read_content(several_seeds), results)
    render_report(results, tmp_path / "short.html")
    assert "lantern/table4" in read_page(tmp_path / "short.html").by_id


def test_the_same_folder_elsewhere_gives_the_same_bytes(
    several_seeds: Path, several_seeds_page: Page, tmp_path: Path
) -> None:
    shutil.copytree(several_seeds, tmp_path / "archived")
    render_report(tmp_path / "archived", tmp_path / "again.html")
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == several_seeds_page.source


def test_the_destination_is_never_half_written(several_seeds: Path, tmp_path: Path) -> None:
    (tmp_path / "short.html").write_text("an older report")
    with pytest.raises(InputError):
        render_report(tmp_path, tmp_path / "short.html")
    assert (tmp_path / "short.html").read_text() == "an older report"
    render_report(several_seeds, tmp_path / "short.html")
    assert [path.name for path in tmp_path.iterdir()] == ["short.html"]
