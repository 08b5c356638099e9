"""The selections that a claim holds, wherever it holds them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

SELECTIONS = ("subject", "other", "others", "cells")


def own_selections(claim: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every selection of a claim, not those of its parts."""
    held = [claim[key] for key in SELECTIONS if key in claim]
    held += [term["cells"] for term in claim.get("terms", ()) if "cells" in term]
    for selection in held:
        yield from selection if isinstance(selection, list) else [selection]


def with_selections(
    claim: Mapping[str, Any], change: Callable[[Mapping[str, Any]], Mapping[str, Any]]
) -> dict[str, Any]:
    """The claim with every selection changed, those of its parts too."""

    def each(selection: Any) -> Any:
        is_list = isinstance(selection, list)
        return [change(one) for one in selection] if is_list else change(selection)

    changed = dict(claim)
    changed |= {key: each(claim[key]) for key in SELECTIONS if key in claim}
    if "terms" in claim:
        changed["terms"] = [
            {**term, "cells": each(term["cells"])} if "cells" in term else term
            for term in claim["terms"]
        ]
    if "parts" in claim:
        changed["parts"] = [with_selections(part, change) for part in claim["parts"]]
    return changed


def named_artefacts(content: Any) -> set[str]:
    """All artefacts that a claim names, in itself, its selections, its parts and ``for_each``."""
    if isinstance(content, list):
        return set().union(*(named_artefacts(item) for item in content))
    if not isinstance(content, Mapping):
        return set()
    own = content.get("artefact", [])
    names = own if isinstance(own, list) else [own]
    return set(names).union(*(named_artefacts(value) for value in content.values()))
