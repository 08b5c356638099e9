"""Whether the kept runs still say what notes rest on."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from claims_on_tables import made_up_record

from reprise.analysis.note_evidence import KeptVerdict, NoteFinding, check_findings, findings_of
from reprise.analysis.reference import read_reference
from reprise.analysis.tables import read_tables
from reprise.errors import InputError

SOURCE = "paper-cifar10_jpeg-cpu"
# Of three settings the accuracies by seed; None diverged.
KEPT = {"a": {1: 92.0, 2: 94.0}, "b": {1: 91.0, 3: 60.0}, "c": {1: None}}
A, B, C = ({"artefact": "table1", "subject": {"setting": name}} for name in KEPT)
COUNT = {"artefact": "counts", "subject": {"network": "large"}}
SMALL = {"other": {"network": "small"}}


def run(setting: str, seed: int, accuracy: float | None, scale: str = "paper") -> dict[str, Any]:
    return {
        "folder": f"cells/{setting}/seed{seed}", "published": setting, "seed": seed,
        "status": "diverged" if accuracy is None else "finished", "epochs": 2,
        "planned_epochs": 2, "test_accuracy": accuracy, "history": f"{setting}{seed}",
        "scale": scale, "dataset": "cifar10", "data_variant": "jpeg",
    }  # fmt: skip


@pytest.fixture
def examine(tmp_path: Path) -> Callable[..., NoteFinding]:
    """What there is of a note's evidence; ``kept`` are runs by source."""

    def examined(evidence: dict, kept: dict | None = None, **verdicts: KeptVerdict) -> NoteFinding:
        runs = [run(name, *one) for name, seeds in KEPT.items() for one in seeds.items()]
        for source, of_source in ({SOURCE: runs} if kept is None else kept).items():
            folder = tmp_path / "reference" / source
            (folder / "histories").mkdir(parents=True)
            pd.DataFrame(of_source).to_csv(folder / "metrics.csv", index=False)
            curve = pd.DataFrame({"epoch": [1, 2], "learning_rate": [0.1, 0.01]})
            text = gzip.compress(curve.to_csv(index=False).encode())
            for one in of_source:
                (folder / "histories" / f"{one['history']}.csv.gz").write_bytes(text)
        study = made_up_record(
            {
                "id": "made_up",
                "artefacts": [trained(), counted()],
                "claims": [{"id": "wins", "kind": "difference", **A, "other": {"setting": "b"}}],
                "notes": [{"id": "note", "text": "A note.", "evidence": [evidence]}],
            }
        )
        (tmp_path / "made_up").mkdir()
        counts = {"network": ["small", "large"], "arm": "as run", "status": "finished",
                  "mean": [2.0, 5.0]}  # fmt: skip
        pd.DataFrame(counts).to_csv(tmp_path / "made_up" / "counts.csv", index=False)
        exact = read_tables(study, tmp_path, ["counts"])
        (found,) = findings_of(study, exact, read_reference(tmp_path / "reference"), verdicts)
        return found

    return examined


def trained() -> dict[str, Any]:
    rows = [
        {"axes": {"setting": name}, "arm": "as run", "published": [name], "reported": None,
         "epochs": {"published": 2, "run": 2}, "folders": {"1": f"cells/{name}/seed1"}}
        for name in KEPT
    ]  # fmt: skip
    values = [{"id": name} for name in KEPT]
    return {"id": "table1", "rows": rows, "axes": [{"id": "setting", "values": values}]}


def counted() -> dict[str, Any]:
    rows = [{"axes": {"network": name}, "arm": "as run", "folders": {}} for name in
            ("small", "large")]  # fmt: skip
    axis = {"id": "network", "values": [{"id": "small"}, {"id": "large"}]}
    return {"id": "counts", "metric": "parameters", "rows": rows, "axes": [axis]}


@pytest.mark.parametrize(
    ("evidence", "value"),
    [
        ({**A, "about": 93, "within": 0.1}, 93.0),
        # Seed 1 alone has runs of both.
        ({**A, "other": {"setting": "b"}, "about": 1, "within": 0.1}, 1.0),
        ({**A, "metric": {"series": "learning_rate", "epoch": 2}, "about": 0.01, "within": 1e-9},
         0.01),
        ({**A, "runs": 2}, 93.0),
        ({**A, "source": SOURCE}, 93.0),
        ({**C, "diverged": 1}, None),
        ({**COUNT, **SMALL, "about": 3, "within": 0.1}, 3.0),
        ({**COUNT, **SMALL, "ratio": True, "about": 2.5, "within": 0.01}, 2.5),
        ({**COUNT, "is": "highest"}, 5.0),
    ],
)  # fmt: skip
def test_evidence_that_is_there_is_found(
    examine: Callable, evidence: dict, value: float | None
) -> None:
    found = examine(evidence)
    assert (found.problem, found.value) == ("", value)
    check_findings([found], "study.yaml")


@pytest.mark.parametrize(
    ("evidence", "problem"),
    [
        ({**A, "about": 92, "within": 0.5}, r"expected 92 within 0\.5 of test_accuracy of table1 "
         r"\(a\), found 93"),
        ({**A, "other": {"setting": "c"}, "about": 1, "within": 9}, r"minus that of the other row, "
         r"found no number"),
        ({**A, "runs": 3}, rf"expected 3 runs or more of table1 \(a\) in {SOURCE}, found 2"),
        ({**A, "diverged": 1}, r"expected 1 run of table1 \(a\) that diverged, found 0"),
        ({**A, "source": "paper-cifar10-h200"}, r"expected kept runs of table1 in "
         r"paper-cifar10-h200, found none"),
        ({**A, "is": "highest"}, r"expected table1 \(a\) to be the highest, found rows without"),
        ({**A, "rung": "laptop", "runs": 1}, r"expected runs of table1 \(a\) at laptop, found some "
         r"at paper"),
        ({**COUNT, "is": "lowest"}, r"expected counts \(large\) to be the lowest with 5, found 2"),
    ],
)  # fmt: skip
def test_evidence_that_says_something_else_is_one_sentence(
    examine: Callable, evidence: dict, problem: str
) -> None:
    found = examine(evidence)
    with pytest.raises(InputError, match=rf"^study\.yaml: notes\.note\.evidence\.0: .*{problem}"):
        check_findings([found], "study.yaml")


def test_evidence_that_is_gone_is_one_sentence(examine: Callable) -> None:
    found = examine({**A, "about": 93, "within": 0.1}, kept={SOURCE: [run("b", 1, 91.0)]})
    assert found.problem == "expected kept runs of table1, found none"


def test_without_any_kept_run_counts_are_still_compared(examine: Callable) -> None:
    assert examine({**COUNT, "about": 5, "within": 0.1}, kept={}).problem == ""


def test_small_runs_are_no_evidence_at_published_length(examine: Callable) -> None:
    small = {"laptop-cifar10_jpeg-cpu": [run("a", 1, 93.0, "laptop")]}
    found = examine({**A, "about": 93, "within": 0.1}, kept=small)
    assert found.problem == "expected runs of table1 (a) at paper, found some at laptop"


@pytest.mark.parametrize(
    ("verdicts", "problem"),
    [
        ({"wins": KeptVerdict("holds", "paper")}, ""),
        ({"wins": KeptVerdict("holds", "")}, ""),
        ({"wins": KeptVerdict("undecided", "paper")}, "expected the claim wins to be holds or same "
         "direction, found undecided"),
        ({"wins": KeptVerdict("holds", "laptop")},
         "expected runs at paper behind wins, found laptop"),
        ({}, "expected the claim wins to be holds or same direction, found no verdict"),
    ],
)  # fmt: skip
def test_a_claim_has_to_have_come_out_so(examine: Callable, verdicts: dict, problem: str) -> None:
    evidence = {"claim": "wins", "verdict": ["holds", "same direction"]}
    assert examine(evidence, **verdicts).problem == problem
