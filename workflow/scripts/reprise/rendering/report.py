"""The report: one HTML file that needs no other file and no network."""

import base64
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from reprise.analysis.error_rates import percent
from reprise.analysis.reference import read_reference
from reprise.data.integrity import write_whole
from reprise.rendering import numbers
from reprise.rendering.cells import run_states
from reprise.rendering.entries import MeasuredNumber
from reprise.rendering.environments import environments
from reprise.rendering.methods import methods
from reprise.rendering.outcome import CATEGORIES, findings_text, outcome
from reprise.rendering.overview import overview
from reprise.rendering.references import reference_runs
from reprise.rendering.results import Results
from reprise.rendering.scatter import scatter
from reprise.rendering.scoreboard import scoreboard
from reprise.rendering.studies import ShownStudy, build_study
from reprise.rendering.verdicts import VERDICTS, draws_verdicts

TEMPLATES = Path(__file__).parent / "templates"


def render_report(
    results: Path,
    destination: Path,
    reference: Path | None = None,
    texts: Collection[Path] = (),
) -> None:
    """Write the report of a results folder.

    Args:
        results: a scale's results folder; it holds ``plan.json``, and whatever else is there is
            shown, so that the report of an unfinished run says what is missing.
        destination: the HTML file; it appears whole or not at all.
        reference: a folder of reference runs, or the folder above several.
        texts: the files of tables, ``<study>/<artefact>.md`` and ``.tex`` below ``results``, to
            write as well.

    Raises:
        InputError: there is no readable ``plan.json``, or a file of reference runs is damaged.
    """
    page = page_content(Results(Path(results)), Path(reference) if reference else None)
    write_table_texts(page["studies"], Path(results), texts)
    html = template_environment().get_template("report.html.j2").render(page)
    write_whole(Path(destination), html)


def write_table_texts(studies: list[ShownStudy], results: Path, files: Collection[Path]) -> None:
    """Write those files of ``<study>/<artefact>.md`` and ``.tex`` below ``results`` that are asked
    for."""
    for study in studies:
        for artefact in study.artefacts:
            if artefact.texts:
                place = results / study.id
                for ending, text in (
                    ("md", artefact.texts.markdown),
                    ("tex", artefact.texts.latex),
                ):
                    if (file := place / f"{artefact.id}.{ending}") in files:
                        write_whole(file, text)


def page_content(results: Results, reference: Path | None) -> dict[str, Any]:
    """Everything that the templates show."""
    states = run_states(results)
    kept = read_reference(reference) if reference else None
    studies = [build_study(results, study, kept) for study in results.plan.studies]
    came_out = outcome(studies)
    theme_script, script = own_text("theme.js"), own_text("report.js")
    return {
        "overview": overview(results, states),
        "verdicts_drawn": draws_verdicts(results),
        "references": reference_runs(reference, results),
        "outcome": came_out,
        "scatter": scatter(came_out.points),
        "scoreboard": scoreboard(studies),
        "filters": filters(studies),
        "has_arms": any(a.table and a.table.arms_beside for s in studies for a in s.artefacts),
        "studies": studies,
        "runs": states,
        "environments": environments([run for run in states if not run.is_of_probe]),
        "methods": methods(studies),
        "policy": content_policy(theme_script, script),
        "stylesheet": own_text("report.css"),
        "theme_script": theme_script,
        "script": script,
    }


@dataclass(frozen=True)
class Filters:
    """What the claims of the page may be filtered by: verdicts, and kinds of evidence by title."""

    verdicts: list[str]
    evidence: list[tuple[str, str]]


def filters(studies: list[ShownStudy]) -> Filters:
    """The verdicts and kinds of evidence that some claim has, in the order of their lists."""
    texts = [findings_text(claim) for study in studies for claim in study.claims]
    pairs = [each.split("@") for text in texts for each in text.split("|")]
    words, kinds = {word for word, _ in pairs}, {kind for _, kind in pairs}
    return Filters(
        [word for word in VERDICTS if word in words],
        [(kind, title) for kind, title in CATEGORIES.items() if kind in kinds],
    )


def own_text(name: str) -> Markup:
    """A file beside the templates that goes into the page as it is."""
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))


def content_policy(*scripts: str) -> str:
    """What browsers let the page do: run these scripts and no others, and load nothing.

    Values are escaped in the first place; this holds where that should ever fail. A script is
    named by its SHA-256 (W3C, Content Security Policy Level 3, section 2.3.1).
    """
    digests = (hashlib.sha256(script.encode("utf-8")).digest() for script in scripts)
    named = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return (
        f"default-src 'none'; script-src {named}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def template_environment() -> Environment:
    """Templates that escape every value, and fail on one that they do not get."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "number": numbers.number,
        "signed": numbers.signed,
        "duration": numbers.duration,
        "whole": lambda value: numbers.number(value, 0),
        "measured": number_markup,
        "finer": numbers.finer,
        "raw": raw_number,
        "breakable": breakable,
        "together": numbers.together,
        "percent": percent,
        "findings_text": findings_text,
    }
    return made


def number_markup(measured: MeasuredNumber, decimals: int | str, names_median: bool = True) -> str:
    """Mean (or median), spread and number of runs.

    Args:
        names_median: whether a median is called one; not where the whole table is of medians.
    """
    if measured.center is None:
        return numbers.NOTHING
    is_named = names_median and measured.is_median and measured.n > 1
    name = Markup("median ") if is_named else ""
    center, spread = measured.written(decimals)
    if measured.is_exact:
        return center
    if not spread:
        return Markup("{}{} <small>({})</small>").format(name, center, measured.n)
    return Markup('{}{} <small class="line">± {} ({})</small>').format(
        name, center, spread, measured.n
    )


def raw_number(value: Any) -> str:
    """A number for sorting; empty where there is none."""
    return repr(float(value)) if numbers.is_number(value) else ""


def breakable(path: str) -> Markup:
    """A path that may break after each slash."""
    return Markup("/<wbr>").join(escape(part) for part in path.split("/"))
