"""Kept runs, checked against the code of today."""

import csv

MGNET = "workflow/scripts/reprise/nets/mgnet.py"


def fingerprints(project, model):
    [path] = project.path("reference").glob("*/metrics.csv")
    with path.open() as stream:
        rows = list(csv.DictReader(stream))
    return {row["fingerprint"] for row in rows if row["folder"].startswith(f"cells/{model}")}


def test_kept_runs_are_checked_and_marks_taken_off_where_nothing_changed(finished):
    finished.run("export_reference")
    made_by = fingerprints(finished, "mgnet"), fingerprints(finished, "resnet56")

    # The same numbers by other code.
    finished.edit(MGNET, "features.mean((2, 3))", "features.mean((3, 2))")
    said = finished.run("check_reference", "--config", "check_epochs=1")
    assert "are identical; the run is stale no more" in said
    assert "different" not in said
    assert fingerprints(finished, "mgnet").isdisjoint(made_by[0])
    assert fingerprints(finished, "resnet56") == made_by[1]

    # Other numbers.
    kept = fingerprints(finished, "mgnet")
    finished.edit(MGNET, "features.mean((3, 2))", "features.mean((3, 2)).mul(2)")
    said = finished.run("check_reference", "--config", "check_epochs=1")
    assert "are different" in said
    assert "the run stays stale" in said
    assert fingerprints(finished, "mgnet") == kept
