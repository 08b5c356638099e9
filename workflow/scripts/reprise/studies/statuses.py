"""How a run, or a row of an artefact, has ended: the words of metrics.json, tables and reports."""

FINISHED, DIVERGED, FAILED, MISSING = "finished", "diverged", "failed", "missing"
"""Of a run."""

ENDED = (FINISHED, DIVERGED)
"""Of a run that was trained as far as it could be."""

PARTIAL, NOT_RUN = "partial", "not run"
"""Of a row beside those of a run: of some runs alone, and one that is not run at all."""
