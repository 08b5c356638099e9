"""The report of a run of which cells are missing or failed."""

import json
import resource
import sys
from contextlib import contextmanager

from small_disk import PAGE


def test_missing_and_failed_cells_are_named_and_never_numbers(finished):
    cells = sorted(finished.path("results/mini/cells").rglob("metrics.json"))
    for metrics in cells[:2]:
        metrics.unlink()
    (cells[1].parent / "failure.json").write_text(
        json.dumps({"status": "failed", "error": "the disk is full"})
    )
    finished.run("preview")
    html = finished.path("report/mini-preview.html").read_text()
    assert "the disk is full" in html
    assert "missing" in html
    assert 'id="mini/table1"' in html
    table = finished.path("results/mini/preview/mini/table1.csv").read_text()
    assert table.count("missing") == 1
    assert table.count("failed") == 1
    # The files of the run itself stay as they are.
    assert "missing" not in finished.path("results/mini/mini/table1.csv").read_text()


def test_a_failed_cell_stops_no_other_and_leaves_its_sentence(finished):
    (resnet,) = sorted(finished.path("results/mini/cells").glob("resnet56*"))
    finished.edit(
        "workflow/scripts/reprise/nets/resnet.py",
        "return self.head(self.blocks(features).mean((2, 3)))",
        'raise ValueError("the network broke")',
    )
    answer = finished.snakemake()
    assert answer.returncode != 0
    finished.run("preview")
    html = finished.path("report/mini-preview.html").read_text()
    assert html.count("the network broke</pre>") == 3, "the logs of two cells and a probe's run"
    assert len(list(resnet.rglob("failure.json"))) == 2


@contextmanager
def room_for(size):
    """Let no file of this process and of those that it starts grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_preview_without_room_is_one_sentence_and_with_room_a_new_page(finished):
    page = finished.path("report/mini-preview.html")
    finished.run("preview")
    before, written = page.read_bytes(), page.stat().st_mtime_ns
    with room_for(len(before) - 1):
        process = finished.start("preview")
    output = "".join(process.communicate())
    assert process.returncode != 0
    # A preview writes pictures too, which are larger.
    sentence = (
        "Error: results/mini/preview/mini/layers.png cannot be written (File too large): make "
        "room and run again"
    )
    assert sentence in output
    # Half of a page is nowhere, and a preview that was there still is.
    assert {path.name for path in page.parent.glob("[!.]*")} == {"mini.html", page.name}
    assert page.read_bytes() == before
    finished.run("preview")
    assert page.read_bytes() == before
    assert page.stat().st_mtime_ns > written


def test_a_full_disk_under_the_report_is_one_sentence(finished, small_disk):
    disk = small_disk(finished.path("report"), 1024)
    page = disk.seen / "mini.html"

    def run():
        answer = disk.run(sys.executable, "-m", "snakemake", folder=finished.folder)
        return answer.returncode, answer.stdout + answer.stderr

    status, output = run()
    assert status == 0, output[-3000:]
    before = page.read_bytes()
    page.unlink()
    disk.leave_room_for((len(before) - 1) // PAGE)
    status, output = run()
    assert status == 1
    sentence = (
        f"Error: report/{page.name} cannot be written (No space left on device): make room and "
        "run again"
    )
    assert output.count(sentence) == 1
    left = {name for name in disk.files() if not name.startswith(".")}
    assert not left
    disk.make_room()
    status, output = run()
    assert status == 0, output[-3000:]
    assert page.read_bytes() == before
