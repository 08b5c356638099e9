"""Where runs come from, in words."""

from collections.abc import Mapping

from reprise.rendering.numbers import listed, ranges

FIELDS = ("scale", "dataset", "data_variant", "seeds")


def provenance_in_words(known: Mapping[str, str | None]) -> str:
    """Scale, data and seeds of runs: ``scale paper, mnist (recompressed), seed 1``.

    Args:
        known: by ``FIELDS``, each separated by spaces; what is not known is left out.
    """
    scale, dataset, variant, seeds = ((known.get(name) or "").split() for name in FIELDS)
    said = [
        f"scale {listed(scale)}" if scale else "",
        listed(dataset) + (f" ({listed(variant)})" if variant else ""),
        f"{'seed' if len(seeds) == 1 else 'seeds'} {ranges(map(int, seeds))}" if seeds else "",
    ]
    return ", ".join(filter(None, said))
