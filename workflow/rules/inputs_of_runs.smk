# What one run reads and takes: its cell, its data, its weights, memory and time. No rules.

from reprise.hooks.snakemake_internals import asks_for_anything_anew
from reprise.planning.data_files import downloaded_files
from reprise.planning.resources import (
    LIBRARIES_AND_MODEL_MEGABYTES,
    START_MINUTES,
    TIMES_OF_A_PROBE,
    training_megabytes,
    training_minutes,
)
from reprise.planning.starting_weights import source_file
from reprise.studies.run_folders import weights_path


def run_folder(wildcards):
    """The folder of a run of training or of a probe, relative to the results of its scale."""
    folder = PROBE if "probe" in wildcards.keys() else CELL
    return folder.format(**wildcards)


def asked_run(wildcards):
    """The run of training or of a probe whose folder the wildcards spell."""
    return PLAN.runs[run_folder(wildcards)]


def cell_of(wildcards):
    """The cell of that run."""
    return asked_run(wildcards).cell


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
    return minutes_of(cell_of(wildcards), TIMES_OF_A_PROBE)


def data_of(wildcards):
    """The name of the prepared data that a run reads."""
    return asked_run(wildcards).data


def prepared_file(wildcards):
    """The prepared data that a run reads."""
    return prepared_path(data_of(wildcards))


def prepared_file_of(name):
    """The prepared data of that name. Its time never matters where it is as it was prepared."""
    file = prepared_path(name)
    there = os.path.exists(file) and TODAY.preparation_problem(name) is None
    return ancient(file) if there else file


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
    stem = cell_of(wildcards).weights
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


def weights_data(wildcards):
    """The prepared data of the run that starting weights come from."""
    cell = weights_of(wildcards).trained
    if cell is None:
        return []
    return prepared_file_of(prepared_name(cell.dataset, cell.data_variant))


def weights_megabytes(wildcards):
    """Memory that making starting weights may take."""
    cell = weights_of(wildcards).trained
    return LIBRARIES_AND_MODEL_MEGABYTES if cell is None else megabytes_of(cell)


def weights_minutes(wildcards):
    """Time that making starting weights may take."""
    cell = weights_of(wildcards).trained
    return START_MINUTES if cell is None else minutes_of(cell)


def source_of(wildcards):
    """The data set behind a prepared file."""
    return PLAN.prepared[wildcards.prepared]


def downloads_of(wildcards):
    """The files from which a data set is prepared; their checksums matter, and no times."""
    return [ancient(file) for file in downloaded_files(source_of(wildcards))]


def checksum_of(wildcards):
    """The SHA-256 of a downloaded file: what it is, wherever it comes from."""
    return DOWNLOADS[f"resources/downloads/{wildcards.dataset}/{wildcards.file}"].sha256
