"""plan.json: what was asked, written beside the results so that they can be rendered elsewhere."""

import json
from collections.abc import Mapping
from typing import Any

import reprise
from reprise.data.sources import Source
from reprise.planning.plan import Plan, PlannedRow
from reprise.planning.probe_runs import has_runs
from reprise.studies.artefact_records import (
    ArtefactRecord,
    AxisRecord,
    Extent,
    FigureRecord,
    InputShape,
    Layout,
    RowRecord,
    TestData,
    TestedOn,
    ValueRecord,
)
from reprise.studies.canonical import digest
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice
from reprise.studies.claims.evidence import Evidence
from reprise.studies.measure_forms import metric_of
from reprise.studies.plan_records import (
    DataRecord,
    PlanRecord,
    Remark,
    ScaleRecord,
    StudyRecord,
)
from reprise.studies.plan_storage import content_of
from reprise.studies.study import Artefact, Study

COPIED_OF_ROWS = (
    "arm", "reported", "cited", "metric", "unit", "report", "statistic", "reported_runs",
)  # fmt: skip


def plan_record(plan: Plan) -> PlanRecord:
    """The plan as it is written down: scale, seeds, data sets, and the studies with all their
    rows."""
    scale = plan.scale
    return PlanRecord(
        scale=ScaleRecord(
            name=scale.name,
            title=scale.title,
            description=scale.description,
            rung=scale.rung,
            label=scale.label,
            verdicts=scale.verdicts,
        ),
        seeds=plan.seeds,
        device=plan.settings.device,
        software={"reprise": reprise.__version__},
        datasets=tuple(_dataset(plan, source) for source in plan.prepared.values()),
        studies=tuple(_study(plan, study) for study in plan.studies.values()),
    )


def plan_content(plan: Plan) -> dict[str, Any]:
    """The plan as plain data: what plan.json and those of the studies hold."""
    return content_of(plan_record(plan))


def content_digest(content: Any) -> str:
    """Changes with anything in what a plan.json holds, as it is made or as it was read."""
    return digest(json.dumps(content, sort_keys=True), 16)


def _dataset(plan: Plan, source: Source) -> DataRecord:
    return DataRecord(
        name=source.name,
        variant=source.variant,
        title=source.title,
        citation=source.citation,
        stands_for=tuple(plan.stands_for(source)),
    )


def _study(plan: Plan, study: Study) -> StudyRecord:
    content = study.content
    return StudyRecord(
        id=study.id,
        subject=content.get("subject", content["title"]),
        title=content["title"],
        authors=tuple(content["authors"]),
        year=content["year"],
        citation=content["citation"],
        summary=content["summary"],
        artefacts=tuple(_artefact(plan, study, item) for item in study.artefacts.values()),
        claims=plan.claims[study.id],
        notes=_remarks(content["notes"], plan.evidence[study.id]),
        assumptions=_remarks(content["assumptions"], {}),
        deviations=plan.deviations[study.id],
    )


def _remarks(
    contents: Mapping[str, Any], evidence: Mapping[str, tuple[Evidence, ...]]
) -> tuple[Remark, ...]:
    return tuple(
        Remark(
            id=name,
            text=remark["text"],
            artefacts=tuple(remark["artefacts"]),
            evidence=evidence.get(name, ()),
        )
        for name, remark in contents.items()
    )


def _artefact(plan: Plan, study: Study, artefact: Artefact) -> ArtefactRecord:
    content = artefact.content
    copied = ("kind", "title", "where", "caption", "metric", "unit", "decimals")
    where = f"{study.path}: artefacts.{artefact.id}"
    layout = content.get("layout", {"rows": list(artefact.axes), "columns": []})
    return ArtefactRecord(
        id=artefact.id,
        **{key: content[key] for key in copied},
        figure=content["figure"] and FigureRecord.of(content["figure"], f"{where}.figure"),
        probe=content["probe"] and Choice.of(content["probe"], f"{where}.probe"),
        gathered=has_runs(artefact, where),
        layout=Layout(rows=tuple(layout["rows"]), columns=tuple(layout["columns"])),
        axes=tuple(_axis(name, axis, where) for name, axis in artefact.axes.items()),
        rows=tuple(_row(plan, planned) for planned in plan.rows[study.id, artefact.id]),
    )


def _axis(name: str, axis: Mapping[str, Any], where: str) -> AxisRecord:
    values = tuple(
        ValueRecord(
            id=value,
            label=item.get("label", value),
            x=item["x"],
            metric=item.get("metric") and metric_of(item["metric"], f"{where}.axes.{name}.{value}"),
            **{key: item.get(key) for key in ("unit", "decimals")},
            redefined=item.get("redefined", False),
        )
        for value, item in axis["values"].items()
    )
    return AxisRecord(id=name, label=axis["label"], values=values)


def _row(plan: Plan, planned: PlannedRow) -> RowRecord:
    row = planned.row
    return RowRecord(
        axes=dict(row.axes),
        **{key: getattr(row, key) for key in COPIED_OF_ROWS},
        **_of_published_cell(plan, planned),
        not_run=planned.not_run,
        folders={str(seed): folder for seed, folder in planned.folders(plan.seeds).items()},
        run_kind=planned.kind,
    )


def _of_published_cell(plan: Plan, planned: PlannedRow) -> dict[str, Any]:
    """What is said of the published cell behind a row; nothing where there is none."""
    cell = planned.row.cell
    if cell is None:
        nothing = dict.fromkeys(("epochs", "train_images", "data", "cell", "input"))
        return {**nothing, "published": ()}
    run = planned.cell or cell
    own = plan.sources[cell.dataset]
    return {
        "epochs": Extent(published=cell.epochs, run=run.epochs),
        "train_images": Extent(published=plan.train_images(cell), run=plan.train_images(run)),
        "data": TestedOn(
            published=_tested_on(cell, own),
            run=_tested_on(run, plan.source(run) if planned.cell else own),
        ),
        "published": (cell.published_id,),
        "cell": cell,
        "input": InputShape(**plan.published_input(cell)),
    }


def _tested_on(cell: Cell, source: Source) -> TestData:
    return TestData(classes=source.class_count, test_images=cell.test_images or source.test_images)
