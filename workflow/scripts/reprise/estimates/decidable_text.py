"""How many claims the seeds of a configuration can decide."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from reprise.analysis.decidable import DEFAULT_POINTS, DEFAULT_SHARE, Decidable, decidable
from reprise.analysis.reference import read_reference
from reprise.estimates.text_tables import aligned
from reprise.planning.plan import Plan
from reprise.planning.plan_file import plan_record

# Beside the seeds that are asked for.
COMPARED_SEEDS = (5, 10)


def decidable_text(plan: Plan, reference: Path) -> str:
    """How many claims of each study can be decided with the seeds of a plan, with 5 and with 10.

    Args:
        plan: what is asked.
        reference: the folder of reference runs, for how much runs vary.
    """
    kept = read_reference(reference)
    decided = {study.id: decidable(study, kept) for study in plan_record(plan).studies}
    seeds = sorted({len(plan.seeds), *COMPARED_SEEDS})
    return (
        "Claims that can be decided, by number of seeds:\n\n"
        f"{decidable_table(decided, seeds)}\n\n"
        "That is in four cases of five, at the effects that the studies report, after correction "
        "for the other claims of a study.\n"
        "How much runs vary is known from reference runs; where there are none, accuracies vary by "
        f"{DEFAULT_POINTS} points and other numbers by {DEFAULT_SHARE:.0%}.\n"
        "Claims that are counted need no runs. Nothing can be said beforehand of claims about "
        "effects of which the study reports no number."
    )


def decidable_table(decided: Mapping[str, Decidable], seeds: Sequence[int]) -> str:
    """One line a study, aligned."""
    heads = [f"{number} seed{'s' if number != 1 else ''}" for number in seeds]
    lines = [["study", "claims", "counted", *heads, "no effect reported"]]
    for study, of_study in decided.items():
        numbers = [of_study.claims, of_study.counted, *map(of_study.with_seeds, seeds)]
        lines.append([study, *map(str, numbers), str(of_study.unreported)])
    return aligned(lines)
