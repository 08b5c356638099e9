"""What reference runs went through, drawn beside this run's."""

import gzip
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from made_up_records import made_up_artefact

from reprise.analysis.reference import Reference, read_reference
from reprise.errors import InputError
from reprise.rendering.reference_drawings import ReferenceDrawing, reference_drawing
from reprise.studies.artefact_records import ArtefactRecord

SOURCE = "paper-cifar10_jpeg-made_up"


def curve(*accuracies: float) -> pd.DataFrame:
    epochs = range(1, len(accuracies) + 1)
    return pd.DataFrame(
        {"epoch": epochs, "test_accuracy": accuracies, "train_accuracy": accuracies}
    )


def sweep() -> pd.DataFrame:
    rates = [1e-4, 1e-3, 1e-2, 1e-1, 1.0]
    losses = [2.3, 2.2, 1.9, 2.1, 2.4]
    columns = {"epoch": [0.2, 0.4, 0.6, 0.8, 1.0], "update": range(5), "learning_rate": rates}
    return pd.DataFrame({**columns, "loss": losses, "smoothed_loss": losses})


@pytest.fixture
def kept(tmp_path: Path):
    """Writes reference runs: the folder, seed, numbers and history of each."""

    def write(
        *runs: tuple[str, int, dict[str, float], pd.DataFrame | None],
        source: str = SOURCE,
        scale: str = "paper",
        data: str = "cifar10",
    ) -> Reference:
        folder = tmp_path / "reference" / source
        (folder / "histories").mkdir(parents=True)
        rows = []
        for number, (net, seed, numbers, history) in enumerate(runs):
            rows.append(
                {"folder": f"{kind_of(numbers)}/{net}/seed{seed}", "published": f"p-{net}",
                 "seed": seed, "status": "finished", "epochs": 5, "planned_epochs": 5,
                 "history": f"h{number}", "scale": scale, "dataset": data,
                 "data_variant": "jpeg", **numbers}
            )  # fmt: skip
            if history is not None:
                packed = gzip.compress(history.to_csv(index=False).encode())
                (folder / "histories" / f"h{number}.csv.gz").write_bytes(packed)
        pd.DataFrame(rows).to_csv(folder / "metrics.csv", index=False)
        return read_reference(tmp_path / "reference")

    return write


def kind_of(numbers: dict[str, float]) -> str:
    return "probes/range_test" if "suggested_learning_rate" in numbers else "cells"


def artefact(figure: dict[str, Any] | None, kind: str = "cells", **more: Any) -> ArtefactRecord:
    nets = {"a": "Net A", "b": "Net B"}
    return made_up_artefact({
        "id": "fig", "kind": "figure", "title": "A figure", "where": "Figure 1",
        "metric": "test_accuracy", "unit": None, "decimals": 2, "figure": figure,
        "layout": {"rows": ["net"], "columns": []},
        "axes": [{"id": "net", "label": "Net", "values": [
            {"id": net, "label": label, "x": None} for net, label in nets.items()]}],
        "rows": [
            {"axes": {"net": net}, "arm": "as run", "reported": None, "metric": None,
             "report": {"epochs": "last"}, "published": [f"p-{net}"],
             "epochs": {"published": 5, "run": 1}, "folders": {"1": f"{kind}/{net}/demo/seed1"}}
            for net in nets
        ],
        **more,
    })  # fmt: skip


def words(drawing: ReferenceDrawing | None) -> list[str]:
    assert drawing is not None
    return re.findall(r"<text[^>]*>([^<]+)</text>", drawing.svg)


def test_a_figure_of_histories_is_drawn_of_reference_runs(kept) -> None:
    reference = kept(
        ("a", 1, {"test_accuracy": 70.0}, curve(50, 60, 65, 68, 70)),
        ("a", 2, {"test_accuracy": 72.0}, curve(52, 61, 66, 70, 72)),
        ("b", 1, {"test_accuracy": 60.0}, curve(40, 50, 55, 58, 60)),
    )
    drawing = reference_drawing(reference, "study", artefact({"kind": "curves"}), "A figure")
    assert drawing.is_figure
    assert drawing.made == "scale paper, cifar10 (jpeg), seeds 1–2"
    assert {"Net A", "Net B", "Test accuracy (%)"} <= set(words(drawing))
    assert 'aria-label="Reference runs: A figure"' in drawing.svg
    assert 'id="study-fig-reference-' in drawing.svg


def test_sources_that_share_no_row_are_drawn_together(kept) -> None:
    numbers = {"suggested_learning_rate": 0.0123}
    kept(("a", 1, numbers, sweep()))
    others = {"suggested_learning_rate": 0.0456}
    kept(("b", 1, others, sweep()), source="paper-flowers17-made_up", data="flowers17")
    # One that holds the first row too, which tables do not show, and one of a lower rung.
    kept(("a", 2, {"suggested_learning_rate": 0.7}, sweep()), source="paper-a-made_up")
    reference = kept(("b", 1, {"suggested_learning_rate": 0.8}, sweep()),
                     source="laptop-cifar10-made_up", scale="laptop")  # fmt: skip
    asked = artefact(
        {"kind": "sweep"}, kind="probes/range_test", metric="suggested_learning_rate", decimals=5
    )
    drawing = reference_drawing(reference, "study", asked, "A range test")
    assert {"0.0123", "0.0456"} <= set(words(drawing))
    assert not {"0.7", "0.8"} & set(words(drawing))
    assert drawing.made == (
        "scale paper, cifar10 (jpeg), seed 1; scale paper, flowers17 (jpeg), seed 1"
    )


def test_rows_without_a_kept_history_are_left_out(kept) -> None:
    reference = kept(
        ("a", 1, {"test_accuracy": 70.0}, curve(50, 60, 70)),
        ("b", 1, {"test_accuracy": 60.0}, None),
    )
    drawing = reference_drawing(reference, "study", artefact({"kind": "curves"}), "A figure")
    assert "Net B" not in words(drawing)
    assert "no finished run" not in words(drawing)


def test_a_range_test_marks_the_rate_that_the_reference_run_suggests(kept) -> None:
    numbers = {"suggested_learning_rate": 0.0123}
    reference = kept(("a", 1, numbers, sweep()))
    asked = artefact(
        {"kind": "sweep"}, kind="probes/range_test", metric="suggested_learning_rate", decimals=5
    )
    drawing = reference_drawing(reference, "study", asked, "A range test")
    assert "0.0123" in words(drawing)
    assert "no rate suggested" not in words(drawing)


@pytest.mark.parametrize("figure", [None, {"kind": "dots"}])
def test_other_artefacts_of_training_have_learning_curves(kept, figure) -> None:
    reference = kept(("a", 1, {"test_accuracy": 70.0}, curve(50, 60, 70)))
    drawing = reference_drawing(reference, "study", artefact(figure), "A table")
    assert not drawing.is_figure
    assert "Epoch" in words(drawing)


def test_nothing_is_drawn_of_what_is_not_kept(kept) -> None:
    reference = kept(("a", 1, {"test_accuracy": 70.0}, None))
    asked = artefact({"kind": "curves"})
    assert reference_drawing(None, "study", asked, "A figure") is None
    assert reference_drawing(reference, "study", asked, "A figure") is None
    others = artefact({"kind": "curves"}, rows=[])
    assert reference_drawing(reference, "study", others, "A figure") is None
    probed = artefact({"kind": "dots"}, kind="probes/other")
    assert reference_drawing(reference, "study", probed, "A figure") is None


def test_a_damaged_history_is_said_in_a_sentence(kept, tmp_path) -> None:
    reference = kept(("a", 1, {"test_accuracy": 70.0}, curve(50, 60, 70)))
    (tmp_path / "reference" / SOURCE / "histories" / "h0.csv.gz").write_bytes(b"no archive")
    with pytest.raises(InputError, match="should hold the history of a reference run"):
        reference_drawing(reference, "study", artefact({"kind": "curves"}), "A figure")
