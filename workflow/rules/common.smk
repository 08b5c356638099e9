# The plan of this configuration, and the small functions by which rules look into it. No rules.

import atexit
import gc
import os
import sys
from functools import cache
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
from reprise.studies.run_folders import weights_path
from reprise.planning.artefact_checks import named_artefacts
from reprise.planning.data_files import (
    downloaded_files,
    files_by_target,
    preparation_entry,
    prepared_name,
    prepared_path,
)
from reprise.planning.fingerprints import (
    artefact_fingerprints,
    cell_fingerprint,
    probe_fingerprint,
)
from reprise.planning.plan import Plan
from reprise.planning.resources import (
    LIBRARIES_AND_MODEL_MEGABYTES,
    START_MINUTES,
    TIMES_OF_A_PROBE,
    cores_of_probe,
    training_megabytes,
    training_minutes,
)
from reprise.planning.starting_weights import source_file, weights_by_target
from reprise.planning.up_to_date import UpToDate
from reprise.elsewhere.listing import runs_behind
from reprise.hooks.out_of_date import OutOfDate
from reprise.hooks.snakemake_internals import (
    asks_for_anything_anew,
    decides_what_runs,
    most_jobs_on_gpus,
    moves_files,
    rule_names,
    targets_of,
)
from reprise.studies.cell import canonical_json
from reprise.studies.claims.selections import artefacts_of as compared_by
from reprise.planning.targets import JOBS, check_jobs, check_targets
from reprise.studies.run_folders import CELL, PROBE, RUN
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


def cell_of(wildcards):
    """The cell whose folder the wildcards spell."""
    return PLAN.cells[CELL.format(**wildcards)]


def probe_run_of(wildcards):
    """The run of a probe whose folder the wildcards spell."""
    return PLAN.probe_runs[PROBE.format(**wildcards)]


def megabytes_of(cell):
    """Memory that a run on a cell may take."""
    return training_megabytes(cell, PLAN.source(cell), PLAN.settings.resident_share)


def minutes_of(cell, times=1):
    """Time that training a cell may take."""
    return training_minutes(cell, PLAN.source(cell), PLAN.settings.device, times)


def cell_minutes(wildcards):
    """Time that the cell whose folder the wildcards spell may take."""
    return minutes_of(cell_of(wildcards))


def probe_minutes(wildcards):
    """Time that the run of a probe whose folder the wildcards spell may take."""
    return minutes_of(probe_run_of(wildcards).cell, TIMES_OF_A_PROBE)


def run_folder(wildcards):
    """The folder of a run of training or of a probe, relative to the results of its scale."""
    folder = PROBE if "probe" in wildcards.keys() else CELL
    return folder.format(**wildcards)


def data_of(wildcards):
    """The name of the prepared data that a run reads."""
    return prepared_name(PLAN.run_cells[run_folder(wildcards)])


def prepared_file(wildcards):
    """The prepared data that a run reads."""
    return prepared_path(data_of(wildcards))


def prepared_input(wildcards):
    """What has to be prepared before a run. Its time never matters, since runs are tied to data by
    checksum; a run that is up to date does not need the file to be there."""
    file, name = prepared_file(wildcards), data_of(wildcards)
    there = os.path.exists(file)
    current = TODAY.is_current(run_folder(wildcards))
    if there and (current or TODAY.preparation_problem(name) is None):
        return ancient(file)
    return [] if current and not asks_for_anything_anew(workflow) else file


def weights_input(wildcards):
    """The weights that a run starts from. Their time never matters, since their name says what they
    are; a run that is up to date does not need the file to be there."""
    stem = PLAN.run_cells[run_folder(wildcards)].weights
    if stem is None:
        return []
    file = weights_path(stem)
    if os.path.exists(file):
        return ancient(file)
    current = TODAY.is_current(run_folder(wildcards))
    return [] if current and not asks_for_anything_anew(workflow) else file


def weights_of(wildcards):
    """The starting weights behind a file."""
    return PLAN.starting_weights[wildcards.weights]


def weights_file(wildcards):
    """The file of PyTorch that starting weights are fetched as."""
    file = source_file(weights_of(wildcards))
    return [] if file is None else ancient(file)


def weights_megabytes(wildcards):
    """Memory that making starting weights may take."""
    cell = weights_of(wildcards).trained
    return LIBRARIES_AND_MODEL_MEGABYTES if cell is None else megabytes_of(cell)


def weights_minutes(wildcards):
    """Time that making starting weights may take."""
    cell = weights_of(wildcards).trained
    return START_MINUTES if cell is None else minutes_of(cell)


def weights_data(wildcards):
    """The prepared data of the run that starting weights come from."""
    cell = weights_of(wildcards).trained
    return [] if cell is None else prepared_file_of(prepared_name(cell))


def prepared_file_of(name):
    """The prepared data of that name. Its time never matters where it is as it was prepared."""
    file = prepared_path(name)
    there = os.path.exists(file) and TODAY.preparation_problem(name) is None
    return ancient(file) if there else file


def lists_jobs():
    """Whether runs are written down as jobs (`snakemake jobs mclain/table1`), and not run."""
    return JOBS in targets_of(workflow)


def unless_listed(files):
    """A rule's input: these files, or nothing where their runs are only listed."""
    return lambda wildcards: [] if lists_jobs() else files


@cache
def listed_runs():
    """The folders of the runs that the other targets ask for and that are not there yet."""
    folders = runs_behind(PLAN, targets_of(workflow))
    return [folder for folder in folders if not TODAY.is_current(folder)]


def listed_data():
    """The names of the prepared data that they read."""
    return sorted({prepared_name(PLAN.run_cells[folder]) for folder in listed_runs()})


def listed_weights():
    """The files of weights that they start from."""
    stems = {PLAN.run_cells[folder].weights for folder in listed_runs()} - {None}
    return [weights_path(stem) for stem in sorted(stems)]


def asked_runs(wildcards):
    """The identity of each run behind an artefact, by its folder."""
    folders = PLAN.artefact_folders(wildcards.study, wildcards.artefact)
    return {folder: TODAY.identity(folder) for folder in folders}


def source_of(wildcards):
    """The data set behind a prepared file."""
    return PLAN.prepared[wildcards.prepared]


def downloads_of(wildcards):
    """The files from which a data set is prepared; their checksums matter, and no times."""
    return [ancient(file) for file in downloaded_files(source_of(wildcards))]


def other_results():
    """What belongs to another plan, other code or other data: folders of runs, and tables that are
    computed from descriptions."""
    tables = [
        f"{study}/{artefact}.csv"
        for study in PLAN.studies
        for artefact in artefacts_of(study, runs=False)
        if origin_problem(
            Path(RESULTS, study, f"{artefact}.csv"), computed_of_study(study)
        )
    ]
    return [*tables, *filter(TODAY.run_problem, PLAN.run_cells)]


def checksum_of(wildcards):
    """The SHA-256 of a downloaded file: what it is, wherever it comes from."""
    return DOWNLOADS[f"resources/downloads/{wildcards.dataset}/{wildcards.file}"].sha256


def artefact_metrics(wildcards):
    """The metrics of all runs behind an artefact."""
    folders = PLAN.artefact_folders(wildcards.study, wildcards.artefact)
    return [f"{RESULTS}/{folder}/metrics.json" for folder in folders]


def artefact_histories(wildcards):
    """The histories of all runs behind an artefact, or the points of its probe's runs."""
    folders = PLAN.artefact_folders(wildcards.study, wildcards.artefact)
    return [f"{RESULTS}/{folder}/history.csv" for folder in folders]


def labels(wildcards, what):
    """How Snakemake's own report lists a file of an artefact."""
    artefact = ARTEFACTS[wildcards.study][wildcards.artefact]
    return {"artefact": f"{artefact.where}: {artefact.title}", "what": what}


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
    endings = ARTEFACTS[study][artefact].endings
    return [f"{RESULTS}/{study}/{artefact}.{ending}" for ending in endings]


def plan_files():
    """What was asked, without which nobody renders whatever there is of the results."""
    studies = [f"{RESULTS}/{study}/plan.json" for study in PLAN.studies]
    return [f"{RESULTS}/plan.json", *studies]


def target_outputs(study, name):
    """Everything that goes by an id of a study: an artefact, a claim, or both."""
    known = PLAN.studies[study]
    outputs = artefact_outputs(study, name) if name in known.artefacts else []
    claim = f"{RESULTS}/{study}/claims/{name}.csv"
    return [*outputs, claim] if name in known.claims else outputs


def study_outputs(study):
    """Everything that the report shows of one study."""
    artefacts = PLAN.studies[study].artefacts
    outputs = [file for name in artefacts for file in artefact_outputs(study, name)]
    return [
        *outputs,
        f"{RESULTS}/{study}/claims.csv",
        f"{RESULTS}/{study}/deviations.csv",
    ]


def table_texts():
    """The tables of all studies as people paste them into papers."""
    return [
        f"{RESULTS}/{study}/{artefact.id}.{ending}"
        for study, artefacts in ARTEFACTS.items()
        for artefact in artefacts.values()
        for ending in artefact.text_endings
    ]


def claim_runs(study, claims):
    """The runs that claims compare."""
    asked = [claim for claim in PLAN.claims[study] if claim.id in claims]
    return runs_of(study, compared_by(*asked))


def searched_runs(wildcards):
    """The runs that a probe reads of other artefacts."""
    artefact = ARTEFACTS[wildcards.study][wildcards.artefact]
    return runs_of(wildcards.study, named_artefacts(artefact.probe.arguments))


def figure_runs(wildcards):
    """The runs that a figure may show beside its table."""
    if not ARTEFACTS[wildcards.study][wildcards.artefact].gathered:
        return []
    return f"{RESULTS}/{wildcards.study}/{wildcards.artefact}.runs.csv"


def deviation_runs(study):
    """The runs that the deviations of a study compare."""
    return runs_of(study, compared_by(*PLAN.deviations[study]))


def runs_of(study, artefacts):
    """The runs behind some artefacts, or what was computed without any."""
    return [
        f"{RESULTS}/{study}/{name}.{ARTEFACTS[study][name].numbers}"
        for name in sorted(artefacts)
    ]


def checks_of_reference(wildcards):
    """The first epochs of a sample of the kept runs, trained again."""
    # Only here: planning does without pandas.
    from reprise.analysis.reference import read_reference
    from reprise.analysis.reference_checks import kept_runs, sample_of

    reference = read_reference(own_or_built_in("reference"))
    kept = kept_runs(reference, SCALE, training_fingerprints())
    sample = [f"{run.today}/{run.folder}" for run in sample_of(kept)]
    return [f"{RESULTS}/checks/{folder}/metrics.json" for folder in sample]


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
