"""What a run would cost, asked before and after it."""

import csv
import re


def bill_of(project):
    with project.path("results/mini/bill.csv").open() as stream:
        return {(row["study"], row["artefact"]): row for row in csv.DictReader(stream)}


def test_the_bill_is_printed_and_written_and_knows_what_is_finished(finished):
    (metrics, *_) = sorted(finished.path("results/mini/cells").rglob("metrics.json"))
    metrics.unlink()
    before = finished.planned()
    output = finished.run("plan")
    assert finished.planned() == before, "asking changes nothing"
    bill = bill_of(finished)
    everything = bill["all", ""]
    assert int(everything["runs"]) == 8
    assert int(everything["finished"]) == 7
    assert 0 < float(everything["hours_left"]) < float(everything["hours"]) < 1
    assert float(everything["flops"]) > 1e6
    for _, artefact in bill:
        assert artefact in output
    assert re.search(r"Scale mini, 1 seed, \d+ jobs? at a time on ", output)


def test_asking_needs_nothing_else(finished):
    assert finished.planned("plan") == {"plan": 1}


def test_a_device_that_is_not_there_is_said_in_a_sentence(finished):
    answer = finished.snakemake("plan", "--config", "device=cuda", CUDA_VISIBLE_DEVICES="")
    output = answer.stdout + answer.stderr
    assert answer.returncode == 1
    assert "expected a machine with an NVIDIA GPU that torch can use, found none" in output
    assert "Traceback" not in output
