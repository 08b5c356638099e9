"""The tables of README.md that show reference runs beside the reported numbers, from reference/.

    make tables

A table stands between the comments ``<!-- reference: study/artefact -->`` and ``<!-- end -->``.
"""

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from reprise.analysis.collecting import collect_runs  # noqa: E402
from reprise.analysis.reference import read_reference  # noqa: E402
from reprise.analysis.summaries import summarise  # noqa: E402
from reprise.data.integrity import write_whole  # noqa: E402
from reprise.errors import InputError, choose_among  # noqa: E402
from reprise.planning.fingerprints import artefact_fingerprints  # noqa: E402
from reprise.planning.plan import Plan  # noqa: E402
from reprise.planning.plan_file import plan_content  # noqa: E402
from reprise.rendering.agreements import reference_agreement_sentences  # noqa: E402
from reprise.rendering.axes import MAIN_ARM  # noqa: E402
from reprise.rendering.entries import Entry  # noqa: E402
from reprise.rendering.numbers import number  # noqa: E402
from reprise.rendering.results import Results  # noqa: E402
from reprise.rendering.tables import Table, build_table  # noqa: E402

BLOCK = re.compile(r"(<!-- reference: (\w+)/(\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def with_tables(text: str, root: Path = ROOT) -> str:
    """A page with the tables of its blocks made anew.

    Args:
        text: Markdown.
        root: the folder that holds ``config/`` and ``reference/``.

    Raises:
        InputError: a block names a study or an artefact that is not there.
    """
    studies = sorted({study for _, study, _, _ in BLOCK.findall(text)})
    if not studies:
        return text
    plan = Plan.of({"scale": "paper", "seeds": [1], "studies": studies}, root)
    planned = {study["id"]: study for study in plan_content(plan)["studies"]}

    def made(block: re.Match[str]) -> str:
        start, study, artefact, end = block.groups()
        known = {entry["id"]: entry for entry in planned[study]["artefacts"]}
        if artefact not in known:
            raise InputError(
                f"a block of README.md names the artefact {study}/{artefact}, which is not there: "
                f"{choose_among(artefact, known)}"
            )
        content = known[artefact]
        return f"{start}\n{_section(plan, study, content, root / 'reference')}\n{end}"

    return BLOCK.sub(made, text)


def _section(plan: Plan, study: str, artefact: dict[str, Any], folder: Path) -> str:
    known = read_reference(folder, artefact_fingerprints(plan, study, artefact["id"]))
    with TemporaryDirectory() as place:
        results = Path(place)
        (results / study).mkdir()
        write_whole(results / "plan.json", json.dumps(plan_content(plan)))
        runs = collect_runs(artefact["rows"], results)
        table = summarise(runs, artefact["rows"], known, artefact["metric"])
        table.to_csv(results / study / f"{artefact['id']}.csv", index=False)
        read = Results(results)
        shown = build_table(read, study, artefact)
        sentences = reference_agreement_sentences(read, study, artefact)
    return _markdown(shown) + "".join(f"\n{sentence}\n" for sentence in sentences)


def _markdown(table: Table) -> str:
    """Reported and reference numbers of the main arm, side by side where any is reported.

    The number of runs stands behind a mean of several.
    """
    entries = [[group.get(MAIN_ARM) for group in row.groups] for row in table.rows]
    has_reported = [
        any(e and e.reported is not None for e in column) for column in zip(*entries, strict=True)
    ]
    heads = list(table.row_heads)
    for group, reported in zip(table.groups, has_reported, strict=True):
        shown = ("reported", "here") if reported else ("here",)
        heads += [f"{group.label} {what}".strip() for what in shown]
    rows = [heads, ["---"] * len(heads)]
    for row, found in zip(table.rows, entries, strict=True):
        rows.append([*row.heads, *_numbers(zip(found, has_reported, strict=True))])
    return "".join(f"| {' | '.join(cells)} |\n" for cells in rows)


def _numbers(entries: Iterable[tuple[Entry | None, bool]]) -> Iterable[str]:
    for entry, reported in entries:
        decimals = entry.decimals if entry and entry.decimals is not None else 2
        if reported:
            yield number(entry.reported if entry else None, decimals)
        found = entry.reference if entry else None
        several = f" ({found.n})" if found and found.n > 1 else ""
        yield number(found.center if found else None, decimals) + several


def main() -> None:
    """Write README.md anew."""
    path = ROOT / "README.md"
    try:
        write_whole(path, with_tables(path.read_text(encoding="utf-8")))
    except InputError as error:
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main()
