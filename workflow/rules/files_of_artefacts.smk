# Which runs and files stand behind artefacts, claims and targets. No rules.

from functools import cache

from reprise.elsewhere.listing import runs_behind
from reprise.studies.claims.selections import artefacts_of as compared_by


def asked_runs(wildcards):
    """The identity of each run behind an artefact, by its folder."""
    folders = PLAN.artefact_folders(wildcards.study, wildcards.artefact)
    return {folder: PLAN.runs[folder].identity for folder in folders}


def other_results():
    """What belongs to another plan, other code or other data: folders of runs, and tables that are
    computed from descriptions."""
    tables = [
        f"{study}/{artefact}.csv"
        for study in PLAN.studies
        for artefact in artefacts_of(study, runs=False)
        if origin_problem(
            Path(RESULTS, study, f"{artefact}.csv"), computed_origin(study, artefact)
        )
    ]
    return [*tables, *filter(TODAY.run_problem, PLAN.runs)]


def artefact_metrics(wildcards):
    """The metrics of all runs behind an artefact."""
    folders = PLAN.artefact_folders(wildcards.study, wildcards.artefact)
    return [f"{RESULTS}/{folder}/{METRICS}" for folder in folders]


def artefact_histories(wildcards):
    """The histories of all runs behind an artefact, or the points of its probe's runs."""
    folders = PLAN.artefact_folders(wildcards.study, wildcards.artefact)
    return [f"{RESULTS}/{folder}/{HISTORY}" for folder in folders]


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
    asked = PLAN.studies[study]
    outputs = artefact_outputs(study, name) if name in asked.artefacts else []
    claim = f"{RESULTS}/{study}/claims/{name}.csv"
    return [*outputs, claim] if name in asked.claims else outputs


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
    searched = ARTEFACTS[wildcards.study][wildcards.artefact].searched
    return runs_of(wildcards.study, searched)


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
    """A sample of the kept runs, run again: the first epochs of those that train."""
    # Only here: planning does without pandas.
    from reprise.analysis.reference import read_reference
    from reprise.analysis.reference_checks import cheapest_runs, kept_runs

    reference = read_reference(own_or_built_in("reference"))
    kept = kept_runs(reference, SCALE, run_fingerprints())
    return [f"{RESULTS}/{run.repeated_in}/{METRICS}" for run in cheapest_runs(kept)]


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
    return sorted({PLAN.runs[folder].data for folder in listed_runs()})


def listed_weights():
    """The files of weights that they start from."""
    stems = {PLAN.runs[folder].cell.weights for folder in listed_runs()} - {None}
    return [weights_path(stem) for stem in sorted(stems)]
