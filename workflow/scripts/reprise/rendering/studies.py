"""A study as the report shows it: artefacts with their remarks, claims, deviations."""

from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from reprise.analysis.reference import Reference
from reprise.rendering.agreements import agreement_sentences, reference_agreement_sentences
from reprise.rendering.claims import ShownClaim, claims_legend, study_claims
from reprise.rendering.deviations import ShownDeviation, study_deviations
from reprise.rendering.pictures import inline_svg
from reprise.rendering.provenance import made_by
from reprise.rendering.quantities import quantity_sentences, unit_clause
from reprise.rendering.reference_drawings import ReferenceDrawing, reference_drawing
from reprise.rendering.remarks import ShownRemark, remarks_of_artefact, remarks_of_study
from reprise.rendering.results import Results
from reprise.rendering.table_texts import TableTexts, table_texts
from reprise.rendering.tables import Table, build_table, legend_of
from reprise.rendering.unlearned import unlearned_sentences
from reprise.studies.artefact_records import (
    CURVES,
    FIGURE,
    PICTURE,
    RUNS,
    TABLE,
    TABULATED,
    ArtefactRecord,
)
from reprise.studies.plan_records import StudyRecord

WIDEST_BESIDE_NOTES = 8
"""Columns of a table that leave room for notes in the margin of a page of 1,280 pixels."""


@dataclass(frozen=True)
class ShownArtefact:
    """One table, figure or result; ``table``, ``figure`` and ``curves`` may be None.

    ``legend`` says what the numbers of the table are, ``texts`` is the table to copy.

    ``wants_figure`` says that a figure was asked for, drawn or not.
    """

    id: str
    kind: str
    title: str
    where: str
    caption: str
    arms: list[str]
    table: Table | None
    legend: str
    texts: TableTexts | None
    made_by: list[str]
    agreement: list[str]
    reference_agreement: list[str]
    unlearned: list[str]
    figure: Markup | None
    wants_figure: bool
    curves: Markup | None
    reference_drawing: ReferenceDrawing | None
    notes: list[ShownRemark]
    assumptions: list[ShownRemark]
    claims: list[ShownClaim]
    files: list[str]

    @property
    def leaves_margin(self) -> bool:
        """Whether its notes have room beside its table on a wide page."""
        has_notes = bool(self.notes or self.assumptions)
        return has_notes and (self.table is None or self.table.width <= WIDEST_BESIDE_NOTES)


@dataclass(frozen=True)
class ShownStudy:
    """One study; ``notes`` and ``assumptions`` are those that belong to no artefact or to several,
    and ``claims_legend`` says what the columns of its claims are."""

    id: str
    title: str
    subject: str
    authors: list[str]
    year: int | None
    citation: str
    summary: str
    artefacts: list[ShownArtefact]
    claims: list[ShownClaim]
    claims_legend: str
    notes: list[ShownRemark]
    assumptions: list[ShownRemark]
    deviations: list[ShownDeviation]


def build_study(results: Results, study: StudyRecord, reference: Reference | None) -> ShownStudy:
    """Everything that the report shows of a study."""
    claims = study_claims(results, study)
    artefacts = study.artefacts_by_id
    return ShownStudy(
        id=study.id,
        title=study.title,
        subject=study.subject,
        authors=list(study.authors),
        year=study.year,
        citation=study.citation,
        summary=study.summary,
        artefacts=[
            build_artefact(results, study, artefact, claims, reference)
            for artefact in study.artefacts
        ],
        claims=claims,
        claims_legend=claims_legend(claims),
        notes=remarks_of_study(study.id, study.notes, artefacts),
        assumptions=remarks_of_study(study.id, study.assumptions, artefacts),
        deviations=study_deviations(results, study),
    )


def build_artefact(
    results: Results,
    study: StudyRecord,
    artefact: ArtefactRecord,
    claims: list[ShownClaim],
    reference: Reference | None,
) -> ShownArtefact:
    """Everything that the report shows of an artefact."""
    name, folder = artefact.id, results.folder / study.id
    artefacts = study.artefacts_by_id
    table = artefact_table(results, study.id, artefact)
    legend = table_legend(results, artefact, table) if table else ""
    prefix = f"{study.id}-{name}"
    heading = artefact.heading()
    return ShownArtefact(
        id=name,
        kind=artefact.kind,
        title=artefact.title,
        where=artefact.where,
        caption=artefact.caption,
        arms=artefact.arms,
        table=table,
        legend=legend,
        texts=table_texts(table, heading, legend) if table else None,
        made_by=made_by(results, study.id, artefact, reference),
        agreement=agreement_sentences(results, study.id, artefact) if table else [],
        reference_agreement=(
            reference_agreement_sentences(results, study.id, artefact) if table else []
        ),
        unlearned=unlearned_sentences(results, study.id, artefact) if table else [],
        figure=inline_svg(folder / f"{name}.{FIGURE}", prefix, f"Figure: {heading}"),
        wants_figure=bool(artefact.figure),
        curves=inline_svg(
            folder / f"{name}.{CURVES}", f"{prefix}-curves", f"Learning curves: {heading}"
        ),
        reference_drawing=reference_drawing(reference, study.id, artefact, heading),
        notes=remarks_of_artefact(study.id, study.notes, name, artefacts),
        assumptions=remarks_of_artefact(study.id, study.assumptions, name, artefacts),
        claims=[claim for claim in claims if name in {place.id for place in claim.places}],
        files=present_files(results.folder, study.id, name),
    )


def artefact_table(results: Results, study: str, artefact: ArtefactRecord) -> Table | None:
    """The table of an artefact, unless its data are curves: several points for each of its rows."""
    rows = artefact.rows
    points = results.table(study, artefact)
    has_one_point_each = "mean" in points and len(points) <= len(rows)
    if rows and (artefact.kind in TABULATED or has_one_point_each):
        return build_table(results, study, artefact)
    return None


def table_legend(results: Results, artefact: ArtefactRecord, table: Table) -> str:
    """What the numbers of an artefact's table are."""
    label = results.plan.scale.label
    sentences, unit = quantity_sentences(artefact), unit_clause(artefact)
    return legend_of(table, sentences, artefact.arms, unit, label)


def present_files(folder: Path, study: str, artefact: str) -> list[str]:
    """The files behind an artefact that exist, relative to the results folder."""
    endings = (TABLE, RUNS, FIGURE, PICTURE, CURVES)
    names = [f"{study}/{artefact}.{ending}" for ending in endings]
    return [name for name in names if (folder / name).is_file()]
