"""Where runs come from, in words."""

from collections.abc import Mapping

import pandas as pd

from reprise.analysis.reference import Reference
from reprise.rendering.numbers import listed, ranges, span
from reprise.rendering.results import Results
from reprise.studies.artefact_records import ArtefactRecord
from reprise.studies.statuses import ENDED

FIELDS = ("scale", "dataset", "data_variant", "seeds")
DATA_AND_DEVICE = ["dataset", "data_variant", "device_name"]


def provenance_in_words(described: Mapping[str, str | None]) -> str:
    """Scale, data and seeds of runs: ``scale paper, mnist (recompressed), seed 1``.

    Args:
        described: by ``FIELDS``, each separated by spaces; what is not known is left out.
    """
    scale, dataset, variant, seeds = ((described.get(name) or "").split() for name in FIELDS)
    said = [
        f"scale {listed(scale)}" if scale else "",
        listed(dataset) + (f" ({listed(variant)})" if variant else ""),
        f"{'seed' if len(seeds) == 1 else 'seeds'} {ranges(map(int, seeds))}" if seeds else "",
    ]
    return ", ".join(filter(None, said))


def made_by(
    results: Results, study: str, artefact: ArtefactRecord, reference: Reference | None
) -> list[str]:
    """Where the numbers of an artefact come from: a sentence on the runs of this results folder,
    and one for each source of reference runs. What a probe finds in the runs of other artefacts
    comes from these."""
    behind = [artefact, *_searched(results, study, artefact)]
    own = [_own_runs(results, study, each) for each in behind]
    sentences = {"This run": pd.concat(own).drop_duplicates("folder") if len(own) > 1 else own[0]}
    table = results.table(study, artefact)
    sources = table["reference_source"].dropna().unique() if "reference_source" in table else ()
    if reference is not None:
        for source in sources:
            runs = reference.runs_from([row for each in behind for row in each.rows], source)
            sentences[f"Reference runs ({source})"] = runs
    return [
        f"{whose}: {said}." for whose, runs in sentences.items() if (said := runs_in_words(runs))
    ]


def _searched(results: Results, study: str, artefact: ArtefactRecord) -> list[ArtefactRecord]:
    """The artefacts whose runs its probe reads."""
    if not artefact.searched:
        return []
    (record,) = (record for record in results.plan.studies if record.id == study)
    return [record.artefacts_by_id[name] for name in artefact.searched]


def _own_runs(results: Results, study: str, artefact: ArtefactRecord) -> pd.DataFrame:
    """The runs of an artefact that ended, with data and device where they trained a cell."""
    runs = results.runs(study, artefact)
    if runs.empty:
        return runs
    ended = runs[runs["status"].isin(ENDED)].drop_duplicates("folder")
    if ended.empty or "folder" not in results.cells:
        return ended
    of_cells = results.cells.set_index("folder").reindex(columns=DATA_AND_DEVICE)
    # An axis may be called like one of them, and its values are ids of the study.
    return ended.drop(columns=DATA_AND_DEVICE, errors="ignore").join(of_cells, on="folder")


def runs_in_words(runs: pd.DataFrame) -> str:
    """Length, data, seeds and hardware of runs: ``12–15 epochs, digits (8px), seed 1, AMD EPYC``.

    Args:
        runs: one row per run; what is in none of them is left out.
    """
    if runs.empty:
        return ""
    described = runs.reindex(columns=["epochs", "seed", *DATA_AND_DEVICE])
    epochs, seeds = described["epochs"].dropna(), described["seed"].dropna().astype(int)
    data = described[["dataset", "data_variant"]].dropna().drop_duplicates()
    said = [
        f"{span(epochs)} epoch{'' if (epochs == 1).all() else 's'}" if len(epochs) else "",
        listed(f"{name} ({variant})" for name, variant in data.itertuples(index=False)),
        f"seed{'' if seeds.nunique() == 1 else 's'} {ranges(seeds)}" if len(seeds) else "",
        listed(described["device_name"].dropna().unique()),
    ]
    return ", ".join(filter(None, said))
