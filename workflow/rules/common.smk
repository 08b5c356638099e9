# The plan of this configuration, and the small functions by which rules look into it. No rules.

import os
import sys
from pathlib import Path

ROOT = Path(workflow.basedir)
LIBRARY = ROOT / "workflow" / "scripts"
sys.path.insert(0, str(LIBRARY))

from reprise.errors import InputError
from reprise.planning.data_files import (
    downloaded_files,
    files_by_target,
    preparation_entry,
    prepared_name,
)
from reprise.planning.plan import (
    Plan,
    cell_fingerprint,
    layout_fingerprint,
    named_artefacts,
)
from reprise.planning.plan_file import plan_digest

try:
    PLAN = Plan.of(config, ROOT)
except InputError as error:
    # One sentence for a person, and no traceback of the workflow.
    sys.exit(f"Error: {error}")
except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
    if "REPRISE_TRACEBACK" in os.environ:
        raise
    sys.exit(
        f"Error: config: something in it has a form that was not expected ({error!r}); "
        "set REPRISE_TRACEBACK=1 to see where it was met"
    )

SCALE = PLAN.scale.name
RESULTS = f"results/{SCALE}"
REPORT = f"report/{SCALE}.html"
DOWNLOADS = files_by_target(PLAN)
CELL = "{model}/{norm}/{schedule}/bs{batch_size}/{variant}/seed{seed}"
SCHEMAS = ["config", "datasets", "scales", "study"]


wildcard_constraints:
    scale=SCALE,
    study="|".join(PLAN.studies),
    artefact="[A-Za-z0-9_]+",
    claim="[A-Za-z0-9_]+",
    model="[^/]+",
    norm="[^/]+",
    schedule="[^/]+",
    batch_size="[0-9]+",
    variant="[^/]+",
    seed="[0-9]+",
    prepared="[a-z0-9_-]+",


def artefact_names(trained):
    """A pattern of the artefacts that are trained, or of those that are computed without."""
    studies = PLAN.studies.values()
    artefacts = [artefact for study in studies for artefact in study.artefacts.values()]
    names = {artefact.id for artefact in artefacts if artefact.trained == trained}
    return "|".join(sorted(names)) or "none"


def cell_of(wildcards):
    """The cell whose folder the wildcards spell."""
    return PLAN.cells[f"cells/{CELL}".format(**wildcards)]


def prepared_input(wildcards):
    """The prepared data that a cell trains on."""
    return f"resources/prepared/{prepared_name(cell_of(wildcards))}.safetensors"


def source_of(wildcards):
    """The data set behind a prepared file."""
    return PLAN.prepared[wildcards.prepared]


def downloads_of(wildcards):
    """The files from which a data set is prepared."""
    return downloaded_files(source_of(wildcards))


def checksum_of(wildcards):
    """The SHA-256 of a downloaded file: what it is, wherever it comes from."""
    return DOWNLOADS[f"resources/downloads/{wildcards.dataset}/{wildcards.file}"].sha256


def artefact_metrics(wildcards):
    """The metrics of all cells behind an artefact."""
    folders = PLAN.artefact_folders(wildcards.study, wildcards.artefact)
    return [f"{RESULTS}/{folder}/metrics.json" for folder in folders]


def artefact_histories(wildcards):
    """The histories of all cells behind an artefact."""
    folders = PLAN.artefact_folders(wildcards.study, wildcards.artefact)
    return [f"{RESULTS}/{folder}/history.csv" for folder in folders]


def labels(wildcards, what):
    """How Snakemake's own report lists a file of an artefact."""
    content = PLAN.studies[wildcards.study].artefacts[wildcards.artefact].content
    return {"artefact": f"{content['where']}: {content['title']}", "what": what}


def data_labels(wildcards):
    """Labels of an artefact's table."""
    return labels(wildcards, "data")


def figure_labels(wildcards):
    """Labels of an artefact's figure."""
    return labels(wildcards, "figure")


def curves_labels(wildcards):
    """Labels of an artefact's learning curves."""
    return labels(wildcards, "learning curves")


def artefact_outputs(study, artefact):
    """Everything that the report shows of one artefact."""
    content = PLAN.studies[study].artefacts[artefact].content
    base = f"{RESULTS}/{study}/{artefact}"
    outputs = [f"{base}.csv"]
    if content["figure"]:
        outputs += [f"{base}.svg", f"{base}.png"]
    if PLAN.studies[study].artefacts[artefact].trained:
        outputs += [f"{base}.runs.csv", f"{base}.curves.svg"]
    return outputs


def study_outputs(study):
    """Everything that the report shows of one study."""
    artefacts = PLAN.studies[study].artefacts
    outputs = [file for name in artefacts for file in artefact_outputs(study, name)]
    return [
        *outputs,
        f"{RESULTS}/{study}/claims.csv",
        f"{RESULTS}/{study}/deviations.csv",
    ]


def claim_runs(study, claims):
    """The runs that claims compare."""
    return runs_of(study, [PLAN.studies[study].claims[claim] for claim in claims])


def deviation_runs(study):
    """The runs that the deviations of a study compare."""
    return runs_of(study, list(PLAN.studies[study].content["deviations"].values()))


def runs_of(study, comparisons):
    """The runs behind all artefacts that comparisons name."""
    return [
        f"{RESULTS}/{study}/{name}.runs.csv"
        for name in sorted(named_artefacts(comparisons))
    ]


def reference_files():
    """The results of reference runs, as far as there are any."""
    return sorted(str(file.relative_to(ROOT)) for file in ROOT.glob("reference/*/*.*"))


def library_sources(*rooms, pattern="*"):
    """The source files of rooms, so that editing them renews what they compute."""
    folders = [LIBRARY / "reprise" / room for room in rooms]
    files = [
        file for folder in folders for file in folder.rglob(pattern) if file.is_file()
    ]
    kept = [file for file in files if "__pycache__" not in file.parts]
    return sorted(str(file.relative_to(ROOT)) for file in kept)
