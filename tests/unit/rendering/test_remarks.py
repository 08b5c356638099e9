"""Notes and assumptions: said once, with links from where they belong."""

from html_tree import Page, text_of
from made_up_records import made_up_artefact

from reprise.rendering.remarks import (
    LONGEST_SENTENCE,
    beginning,
    remarks_of_artefact,
    remarks_of_study,
)
from reprise.studies.plan_records import Remark

ARTEFACTS = {
    name: made_up_artefact({"id": name, "title": title, "where": where, "axes": [], "rows": []})
    for name, title, where in (
        ("table1", "Schedules", "Table 1"),
        ("a", "Control A", "Not in the study"),
        ("b", "Control B", "Not in the study"),
    )
}
LONG = "A long first sentence that goes on " + "and on " * 20 + "to its end. And a second one."


def test_a_remark_on_several_artefacts_stands_once_at_the_study() -> None:
    shared = Remark(id="shared", text=f"Short. {LONG}", artefacts=("table1", "a", "b"))
    own = Remark(id="own", text="Of one.", artefacts=("a",))
    general = Remark(id="general", text="Of all.")
    notes = [shared, own, general]
    at_study = remarks_of_study("lantern", notes, ARTEFACTS)
    assert [(note.text, note.anchor) for note in at_study] == [
        (shared.text, "lantern/remarks/shared"), ("Of all.", ""),
    ]  # fmt: skip
    # Two places of one name are told apart by their titles.
    assert at_study[0].places == [("table1", "Table 1"), ("a", "Control A"), ("b", "Control B")]
    first, second = remarks_of_artefact("lantern", notes, "a", ARTEFACTS)
    assert (first.text, first.link) == ("Of one.", "")
    assert (second.text, second.link) == ("Short.", "lantern/remarks/shared")
    assert remarks_of_artefact("lantern", [general], "a", ARTEFACTS) == []


def test_a_link_holds_a_short_first_sentence_or_the_first_words() -> None:
    assert beginning("Batches of 5.5 count. Others do not.") == "Batches of 5.5 count."
    assert beginning(LONG).startswith("A long first sentence that goes on and on")
    assert beginning(LONG).endswith(" …") and len(beginning(LONG)) <= LONGEST_SENTENCE + 2
    assert beginning("One alone.") == "One alone."


def test_the_links_of_a_page_lead_to_the_whole_text(several_seeds_page: Page) -> None:
    text = "Crop and flip, as is usual."
    (whole,) = [p for p in several_seeds_page.all("p", class_="assumed") if p.get("id")]
    assert whole.get("id") == "lantern/remarks/augmentation"
    assert text_of(whole) == f"Assumed {text} Table 1, Table 2"
    for place in ("lantern/table1", "lantern/table2"):
        (link,) = several_seeds_page.all("a", inside=place, href=f"#{whole.get('id')}")
        assert text_of(link) == text
