"""A full study stays small enough to be mailed."""

from pathlib import Path

from made_up_figures import draw_everything
from made_up_results import MadeUp, write_made_up_results

from reprise.rendering.report import render_report


def test_a_study_of_120_epochs_stays_below_five_megabytes(tmp_path: Path) -> None:
    # Curves are means over seeds: more seeds add nothing but lines to the list of cells.
    wish = MadeUp(seeds=(1, 2), epochs=120, troubles=False)
    results = write_made_up_results(tmp_path / "paper", wish)
    draw_everything(results)
    render_report(results, tmp_path / "paper.html")
    assert (tmp_path / "paper.html").stat().st_size < 5_000_000
