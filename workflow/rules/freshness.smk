# What results were made from, and reasons to make them again: inputs of rules. No rules.

from functools import cache
from hashlib import sha256
from itertools import chain

from reprise.data.origins import origin_problem
from reprise.inventory import library_files
from reprise.planning.up_to_date import files_digest

# What analysis and rendering ask of the artefacts and folders of a plan, and of their words.
ASKED_OF_PLANS = [
    LIBRARY / "reprise" / "studies" / name
    for name in (
        "artefact_records.py",
        "metric_units.py",
        "run_folders.py",
        "statuses.py",
    )
]


def changed_run(wildcards):
    """A reason to run again: what is in the folder is another run."""
    folder = run_folder(wildcards)
    outputs = [f"{RESULTS}/{folder}/{name}" for name in OUTPUTS]
    return OUT_OF_DATE.inputs(outputs, TODAY.run_problem(folder))


def changed_data(wildcards):
    """A reason to prepare data again."""
    problem = TODAY.preparation_problem(wildcards.prepared)
    return OUT_OF_DATE.inputs([prepared_path(wildcards.prepared)], problem)


def changed_plan(wildcards):
    """A reason to write the plan again."""
    return OUT_OF_DATE.inputs([f"{RESULTS}/plan.json"], TODAY.plan_problem())


def changed_study_plan(wildcards):
    """A reason to write the plan of a study again."""
    file = f"{RESULTS}/{wildcards.study}/plan.json"
    return OUT_OF_DATE.inputs([file], TODAY.plan_problem(wildcards.study))


def changed(origin, *files):
    """A reason to make tables, figures or the report again: a function for a rule's input.

    Args:
        origin: gives for wildcards what the files of today are made from.
        files: those that the rule makes, with wildcards.
    """

    def inputs(wildcards):
        outputs = [file.format(**wildcards) for file in files]
        found = [
            origin_problem(Path(file), origin(wildcards))
            for file in outputs
            if os.path.exists(file)
        ]
        return OUT_OF_DATE.inputs(outputs, next(filter(None, found), None))

    return inputs


def gathered_from(wildcards):
    """What the tables of an artefact that has runs are made from."""
    code = library_digest("analysis"), reference_digest()
    return TODAY.origin(*code, study=wildcards.study, artefact=wildcards.artefact)


def computed_from(wildcards):
    """What an artefact without runs of its own is made from."""
    return computed_origin(wildcards.study, wildcards.artefact)


def computed_origin(study, artefact):
    """What an artefact is made from that is computed from descriptions, or from runs of others."""
    code = library_digest("probes", "optim", "nets"), library_digest("analysis")
    kept = [reference_digest()] if ARTEFACTS[study][artefact].searched else []
    return TODAY.origin(*code, *kept, study=study)


def judged_from(wildcards):
    """What the claims and deviations of a study are made from."""
    code = library_digest("analysis"), reference_digest()
    return TODAY.origin(*code, study=wildcards.study)


def drawn_from(wildcards):
    """What the figures of an artefact are made from."""
    code = library_digest("rendering", pattern="*.py"), library_digest("analysis")
    return TODAY.origin(*code, study=wildcards.study, artefact=wildcards.artefact)


def listed_from(wildcards):
    """What tables of all studies are made from."""
    return TODAY.origin(library_digest("analysis"), reference_digest())


def rendered_from(wildcards):
    """What the report is made from."""
    return TODAY.origin(library_digest("rendering", "analysis"), reference_digest())


def run_fingerprints():
    """The code of today behind every run of training or of a probe, by its folder."""
    return {folder: run.fingerprint for folder, run in PLAN.runs.items()}


def fingerprints_of(wildcards):
    """The code of today behind an artefact, to tell whether its reference runs are stale."""
    return PLAN.artefact_fingerprints(wildcards.study, wildcards.artefact)


def searched_fingerprints(wildcards):
    """The same of each artefact whose runs a probe reads."""
    return {
        name: PLAN.artefact_fingerprints(wildcards.study, name)
        for name in ARTEFACTS[wildcards.study][wildcards.artefact].searched
    }


def all_fingerprints():
    """The same of all artefacts, by study and artefact."""
    return {
        study: {
            artefact: PLAN.artefact_fingerprints(study, artefact)
            for artefact in PLAN.studies[study].artefacts
        }
        for study in PLAN.studies
    }


@cache
def reference_digest():
    """Changes with the results of reference runs, as far as there are any."""
    folder = own_or_built_in("reference")
    return files_digest(sorted(folder.glob("[!.]*/[!.]*.*")))


@cache
def library_digest(*rooms, pattern="*"):
    """Changes with the sources of rooms, so that editing them renews what they compute. One text
    in place of their files keeps a plan of thousands of jobs quick."""
    digest = sha256()
    files = [library_files(LIBRARY / "reprise" / room, pattern) for room in rooms]
    for file in chain(*files, ASKED_OF_PLANS):
        digest.update(f"{file.relative_to(LIBRARY)}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:12]
