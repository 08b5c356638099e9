# The plan of this configuration, and what all other files of rules ask of it. No rules.

import atexit
import gc
import os
import sys
from pathlib import Path

# A plan is hundreds of thousands of objects, and all of them live as long as the process. To look
# through them for garbage again and again, and once more at the end, takes a third of the time in
# which thousands of jobs are planned.
gc.set_threshold(100_000)
atexit.register(gc.freeze)

ROOT = Path(workflow.current_basedir).parents[1]
LIBRARY = ROOT / "workflow" / "scripts"
sys.path.insert(0, str(LIBRARY))

from reprise.errors import InputError
from reprise.folders import own_or_built_in
from reprise.planning.data_files import files_by_target
from reprise.planning.plan import Plan
from reprise.planning.starting_weights import weights_by_target
from reprise.planning.up_to_date import UpToDate
from reprise.hooks.out_of_date import OutOfDate
from reprise.hooks.snakemake_internals import (
    decides_what_runs,
    most_jobs_on_gpus,
    moves_files,
    rule_names,
    targets_of,
)
from reprise.studies.canonical import canonical_json
from reprise.planning.targets import JOBS, check_jobs, check_targets
from reprise.studies.run_folders import (
    CELL,
    DESCRIPTION,
    HISTORY,
    METRICS,
    OUTPUTS,
    PROBE,
    RUN,
    prepared_name,
    prepared_path,
)
from reprise.studies.settings import STUDIES, available_studies
from reprise.studies.yaml_files import check_config_files
from reprise.training.jobs.job import CHECKPOINTS

try:
    check_config_files(map(Path, workflow.configfiles))
    PLAN = Plan.of(config, Path())
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
if moves_files(workflow, RESULTS):
    sys.exit(
        "Error: module: expected neither `prefix` nor `replace_prefix`, which reach no path inside "
        "of a report or a plan; give the module a working folder of its own with `snakemake -d`"
    )
REPORT = f"report/{SCALE}.html"
DOWNLOADS = files_by_target(PLAN.sources.values()) | weights_by_target(
    PLAN.weights.values()
)
TODAY = UpToDate(PLAN, Path(RESULTS))
# By study and id, as analysis and rendering see them.
ARTEFACTS = {study.id: study.artefacts_by_id for study in TODAY.record.studies}
OUT_OF_DATE = OutOfDate(
    Path(RESULTS) / "logs" / "out_of_date.txt", decides_what_runs(workflow)
)


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
    probe="[^/]+",
    seed="[0-9]+",
    code="[0-9a-f]+",
    prepared="[a-z0-9_-]+",
    weights="[a-z0-9_-]+",


def artefacts_of(study, runs):
    """The artefacts of a study that are gathered from runs, or those that are not."""
    return [item.id for item in ARTEFACTS[study].values() if item.gathered == runs]


def studies_with(runs):
    """A pattern of a study that looks ahead to the artefact: the same id may be gathered from runs
    in one study and computed from descriptions in another."""
    patterns = [
        rf"{study}(?=/({'|'.join(artefacts_of(study, runs))})\.)"
        for study in PLAN.studies
        if artefacts_of(study, runs)
    ]
    return "|".join(patterns) or "(?!)"


def look_at_targets(targets):
    """End with one sentence where a target is a misspelt id."""
    ids = {
        study.id: {**study.artefacts, **study.claims} for study in PLAN.studies.values()
    }
    try:
        check_targets(targets, rule_names(workflow), ids, available_studies(Path()))
        check_jobs(targets, ids)
    except InputError as error:
        sys.exit(f"Error: {error}")
