"""README's table of all studies."""

import re
from collections.abc import Sequence

from pages.claims import words_of_claims
from pages.kept import KeptStudy
from pages.markdown import code, table
from pages.runs import covered, runs_a_seed, runs_by_rung
from pages.study_page import FOLDER
from reprise.studies.rungs import RUNGS

STUDIES = re.compile(r"(<!-- studies -->\n).*?(<!-- end -->)", re.DOTALL)


def with_studies(text: str, studies: Sequence[KeptStudy]) -> str:
    """A page with the table between its comments made anew: what each study has, how many of its
    runs are kept on each rung, what its claims came to, and a link to its page."""
    rungs = [name for name in RUNGS if any(name in runs_by_rung(study) for study in studies)]
    heads = ["study", "tables and figures", "runs per seed",
             *(f"of these kept at {code(name)}" for name in rungs),
             "claims", "what is known of them"]  # fmt: skip
    rows = [
        [
            f"[{code(study.id)}]({FOLDER}/{study.id}.md): {study.study.subject}",
            str(len(study.study.artefacts)),
            str(runs_a_seed(study)),
            *(str(covered(study, name)) for name in rungs),
            str(len(study.study.claims)),
            words_of_claims(study),
        ]
        for study in studies
    ]
    return STUDIES.sub(lambda block: f"{block[1]}\n{table(heads, rows)}\n\n{block[2]}", text)
