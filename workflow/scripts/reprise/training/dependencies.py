"""What the results of a run depend on, as its metrics.json has it."""

from collections.abc import Mapping
from typing import Any


def dependencies(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """What the results of a run depend on, from its metrics.json.

    Raises:
        LookupError, TypeError: it is not that of a run.
    """
    ran = metrics["provenance"]
    return {
        **metrics,
        "data": ran["data"]["sha256"],
        **{name: ran[name] for name in ("device", "threads", "torch")},
    }


IN_WORDS = {
    "fingerprint": "version of the code",
    "published": "published cell",
    "data": "state of the data",
    "threads": "number of threads",
    "torch": "version of PyTorch",
}


def first_difference(metrics: Mapping[str, Any], asked: Mapping[str, Any]) -> str | None:
    """The first entry that ``dependencies`` gives of the metrics and that is not the one asked for,
    in words; None where there is none.

    Raises:
        LookupError, TypeError: these are no metrics of a run.
    """
    ran = dependencies(metrics)
    other = (name for name, value in asked.items() if ran.get(name) != value)
    return next((IN_WORDS.get(name, name) for name in other), None)
