"""A job is the same once it was plain data, as processes hand it to one another."""

import json
from dataclasses import fields, replace
from pathlib import Path

from reprise.studies.choice import Choice
from reprise.training.jobs.job import CellFiles, Job


def test_a_job_comes_back_with_everything_in_it(make_job, tiny_cell):
    least = Job.of(make_job(tiny_cell(), "a"))
    whole = replace(
        least,
        files=CellFiles(Path("a/cell"), Path("b/numbers"), Path("c/curve")),
        device="cuda",
        threads=3,
        probe=Choice.of({"name": "range_test", "smoothing": 0.5}),
        checkpoint=Path("state.pt"),
        cuda_graphs=True,
        resident_share=0.25,
        origin="abc",
        deadline=1.5,
        runner="run_jobs.py",
    )
    for job in (least, whole):
        assert Job.of(json.loads(json.dumps(job.plain()))) == job
    same = [f.name for f in fields(Job) if getattr(least, f.name) == getattr(whole, f.name)]
    assert same == ["cell", "prepared", "published", "fingerprint"]


def test_the_identity_names_the_probe(make_job, tiny_cell):
    job = Job.of(make_job(tiny_cell(), "a"))
    assert job.identity == {"published": "abc", "fingerprint": "def"}
    probe = Choice.of({"name": "range_test", "smoothing": 0.5})
    assert replace(job, probe=probe).identity == {**job.identity, "probe": probe.plain()}
