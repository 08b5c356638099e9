"""The numbers of a probe's runs are listed, since claims are checked before anything runs."""

import pytest

from reprise.analysis.reference import read_reference
from reprise.inventory import LIBRARY, constant, find, names
from reprise.studies.measure_forms import trained_metrics

RUN_PROBES = [name for name in names("probe") if find("probe", name, "").description.get("runs")]
KEPT = LIBRARY.parents[2] / "reference"


@pytest.fixture(scope="module")
def kept():
    """All kept runs."""
    return read_reference(KEPT).table


@pytest.mark.parametrize("probe", RUN_PROBES)
def test_a_probe_lists_the_numbers_of_its_kept_runs(probe, kept):
    entry = find("probe", probe, "")
    listed = constant(entry.module, "METRICS")
    assert listed and len(set(listed)) == len(listed)
    trains = entry.description.get("trains", False)
    runs = kept[kept["folder"].str.startswith(f"probes/{probe}_")]
    own = kept[kept["folder"].str.startswith("cells/")].dropna(axis=1, how="all").columns
    found = set(runs.dropna(axis=1, how="all").columns) - set(own)
    assert found <= {*listed, *(trained_metrics() if trains else ())}


def test_the_numbers_of_trained_cells_are_those_of_kept_runs(kept):
    runs = kept[kept["folder"].str.startswith("cells/")]
    assert trained_metrics() - {"generalisation_gap"} <= set(runs.dropna(axis=1, how="all").columns)
