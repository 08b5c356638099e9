"""The page of a study: what was run, what came out, what is claimed, and what differs."""

from pages.artefacts import missing_section, tables_section
from pages.claims import claims_section, deviations_section, words_of_claims
from pages.kept import KeptStudy
from pages.markdown import code, paragraphs, plain
from pages.notes import notes_section
from pages.runs import runs_section
from reprise.rendering.numbers import count, listed
from reprise.rendering.outcome import finding

FOLDER = "docs/results"


def study_page(kept: KeptStudy) -> str:
    """The Markdown of a study's page.

    Raises:
        InputError: a note rests on something that is gone or says something else.
    """
    study = kept.study
    source = f"config/studies/{study.id}.yaml"
    return paragraphs(
        f"<!-- Written by `make tables` from {source} and reference/. Change those. -->",
        f"# {plain(study.title)}",
        f"{plain(listed(study.authors))}",
        f"Cited as: {plain(study.citation)}",
        plain(study.summary),
        f"The study is {code(study.id)} here: [its cells, numbers and claims]"
        f"(../../{source}). {_claims(kept)}".rstrip(),
        runs_section(kept),
        claims_section(kept),
        tables_section(kept),
        deviations_section(kept),
        notes_section(kept),
        missing_section(kept),
    ) + "\n"  # fmt: skip


def _claims(kept: KeptStudy) -> str:
    """What came of the claims, in a sentence; empty without any."""
    if not kept.claims:
        return ""
    rest = sum(finding(claim) is None for claim in kept.claims)
    others = f"; nothing yet of {rest}" if 0 < rest < len(kept.claims) else ""
    named = count(len(kept.claims), "claim")
    return f"What is known of its {named}: {words_of_claims(kept)}{others}."
