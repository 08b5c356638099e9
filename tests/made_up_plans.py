"""What plan.json holds of made-up studies."""

from collections.abc import Mapping
from typing import Any

from claims_on_tables import made_up_record

from reprise.studies.plain_records import plain
from reprise.studies.plan_storage import VERSION

SCALE = {"name": "paper", "title": "Paper", "rung": "paper"}


def made_up_plan(*studies: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """The content of plan.json.

    Args:
        studies: with claims and deviations written as in YAML, each with its id.
        more: keys that are not as usual.
    """
    return {
        "version": VERSION, "scale": SCALE, "seeds": [1], "device": "auto", "software": {},
        "datasets": [], "studies": [plain(made_up_record(study)) for study in studies], **more,
    }  # fmt: skip
