"""What plan.json holds of made-up studies."""

from collections.abc import Mapping
from typing import Any

from claims_on_tables import with_claims

from reprise.studies.plain_records import plain
from reprise.studies.plan_reading import VERSION

SCALE = {"name": "paper", "title": "Paper", "description": "", "verdicts": True, "label": ""}


def made_up_plan(*studies: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """The content of plan.json.

    Args:
        studies: with claims and deviations written as in YAML, each with its id.
        more: keys that are not as usual.
    """
    read = [with_claims(study) for study in studies]
    records = ("claims", "deviations")
    return {
        "version": VERSION, "scale": SCALE, "seeds": [1], "device": "auto", "software": {},
        "datasets": [],
        "studies": [{**s, **{key: plain(s[key]) for key in records}} for s in read],
        **more,
    }  # fmt: skip
