"""Several results as one: a claim that holds if every part does, or if so many of them do."""

from collections.abc import Sequence
from dataclasses import replace

from reprise.analysis.claims.result import ClaimResult, Outcome

# The first of these that some part has is the outcome of the whole.
PRECEDENCE = (
    Outcome.MISSING,
    Outcome.UNTESTABLE,
    Outcome.ONE_SEED,
    Outcome.TESTED,
)

SILENT = (Outcome.MISSING, Outcome.UNTESTABLE)

Parts = Sequence[tuple[str, ClaimResult]]


def combine(parts: Parts) -> ClaimResult:
    """Combine labelled parts; parts of parts that all have to hold count as parts of their own.

    If every part lies on the claimed side, p is the largest of theirs (Berger 1982). If one is
    reversed, p is the smallest of the reversed ones times the number of parts (Bonferroni), and
    speaks against the claim. Effect and interval are those of the weakest part: the one whose p
    decides, for effects of different units cannot be compared; without tests, the one whose
    effect lies least far on the claimed side. Parts that are left out keep their place and count
    in nothing.
    """
    leaves = _leaves(parts)
    counted = [leaf for leaf in leaves if leaf[1].outcome is not Outcome.LEFT_OUT]
    if len(counted) == len(leaves):
        return _intersection(leaves)
    found = _intersection(counted)
    left_out = [result.basis for _, result in leaves if result.outcome is Outcome.LEFT_OUT]
    reason = f"{len(left_out)} of {len(leaves)} parts left out: {left_out[0]}"
    return replace(found, basis=f"{found.basis}; {reason}", parts=tuple(leaves))


def _intersection(leaves: Parts) -> ClaimResult:
    outcome = _outcome(leaves)
    if outcome in SILENT and _reversed_significantly(leaves):
        # One part that is reversed contradicts the claim, whatever the silent ones would say.
        kept = [(label, r) for label, r in leaves if r.outcome not in SILENT]
        worst = _intersection(kept)
        p = None if worst.p is None else min(1.0, len(leaves) / len(kept) * worst.p)
        silent = "are missing" if outcome is Outcome.MISSING else "cannot be judged"
        lacking = f"{len(leaves) - len(kept)} of {len(leaves)} parts {silent}"
        return replace(worst, p=p, basis=f"{lacking}; {worst.basis}", parts=tuple(leaves))
    if outcome is Outcome.MISSING:
        return _missing(leaves, needs_all=True)
    holds, p = _joint([result for _, result in leaves])
    label, weakest = _weakest(leaves)
    return replace(
        weakest,
        outcome=outcome,
        basis=_basis(leaves, label, weakest),
        holds=holds,
        p=p if outcome is Outcome.TESTED else None,
        n=min(result.n for _, result in leaves),
        needs=lambda level: _needed([result for _, result in leaves], level),
        parts=tuple(leaves),
        needs_all=True,
    )


def combine_most(parts: Parts, needed: int) -> ClaimResult:
    """Combine labelled parts of which ``needed`` or more have to hold.

    The part that decides is the one on whose side the estimate of the whole lies: that with the
    ``needed``-largest support. p is the ``needed``-smallest of those on the claimed side times the
    number of parts from there on (partial conjunction, Benjamini and Heller 2008, with
    Bonferroni's combination); against the claim likewise, with the reversed parts that would
    suffice to refute it. With ``needed`` equal to the number of parts this is ``combine``.
    """
    leaves = [_numbered(number, part) for number, part in enumerate(parts, start=1)]
    outcome = _outcome(leaves)
    if outcome is Outcome.MISSING:
        return _missing(leaves, needs_all=False)
    label, decisive = sorted(leaves, key=lambda leaf: -leaf[1].support)[needed - 1]
    results = [result for _, result in leaves]
    spare = len(leaves) - needed
    p = 1.0
    if decisive.holds is not None:
        enough, factor = (needed, spare + 1) if decisive.holds else (spare + 1, needed)
        p = min(1.0, factor * _smallest(results, decisive.holds, enough))
    holding = sum(result.holds is True for result in results)
    return replace(
        decisive,
        outcome=outcome,
        basis=f"{holding} of {len(leaves)} parts, {needed} needed; decisive: {label}; "
        f"{decisive.basis}",
        p=p if outcome is Outcome.TESTED else None,
        n=min(result.n for result in results),
        needs=lambda level: None,
        parts=tuple(leaves),
        needs_all=False,
    )


def _smallest(results: Sequence[ClaimResult], on_side: bool, rank: int) -> float:
    """The p-value of a rank (from 1) among the parts on one side; parts off it have p = 1."""
    values = sorted((r.p or 0.0) if r.holds is on_side else 1.0 for r in results)
    return values[rank - 1]


def _weakest(leaves: Parts) -> tuple[str, ClaimResult]:
    """The part that speaks most clearly against the whole, or least clearly for it."""
    if not all(result.outcome in (Outcome.TESTED, Outcome.EXACT) for _, result in leaves):
        return min(leaves, key=lambda leaf: leaf[1].support)

    def strength(leaf: tuple[str, ClaimResult]) -> tuple[float, ...]:
        result = leaf[1]
        # What is exact is beyond doubt: its p is 0.
        doubt = result.p or 0.0
        return *{False: (0, doubt), None: (1, 0), True: (2, -doubt)}[result.holds], result.support

    return min(leaves, key=strength)


def _outcome(leaves: Parts) -> Outcome:
    outcomes = {result.outcome for _, result in leaves}
    return next((o for o in PRECEDENCE if o in outcomes), Outcome.EXACT)


def _missing(leaves: Parts, needs_all: bool) -> ClaimResult:
    lacking = [(label, r) for label, r in leaves if r.outcome is Outcome.MISSING]
    label, first = lacking[0]
    reason = f"{len(lacking)} of {len(leaves)} parts: {first.basis} ({label})"
    return replace(first, basis=reason, parts=tuple(leaves), needs_all=needs_all)


def _reversed_significantly(leaves: Parts) -> bool:
    """Whether a part speaks against the claim even after correction for the number of parts."""
    level = 0.05 / len(leaves)
    return any(
        result.outcome is Outcome.TESTED and result.holds is False and (result.p or 0.0) <= level
        for _, result in leaves
    )


def _leaves(parts: Parts) -> list[tuple[str, ClaimResult]]:
    """The parts, and those of parts that are intersections themselves, with their places."""
    leaves = []
    for number, (label, result) in enumerate(parts, start=1):
        inner = result.parts if result.needs_all else ()
        named = [(f"{label}, {name}", leaf) for name, leaf in inner] or [(label, result)]
        leaves += [_numbered(number, leaf) for leaf in named]
    return leaves


def _numbered(number: int, leaf: tuple[str, ClaimResult]) -> tuple[str, ClaimResult]:
    """A part with its number put before its place."""
    label, result = leaf
    return label, replace(result, part=(number, *result.part))


def _joint(results: Sequence[ClaimResult]) -> tuple[bool | None, float]:
    """The side of the whole and its p-value; an exact part has no doubt, so its p is 0."""
    if all(result.holds for result in results):
        return True, max(result.p or 0.0 for result in results)
    reversed_parts = [result for result in results if result.holds is False]
    if not reversed_parts:
        return None, 1.0
    return False, min(1.0, len(results) * min(result.p or 0.0 for result in reversed_parts))


def _needed(results: Sequence[ClaimResult], level: float) -> int | None:
    """The largest number of seeds that a part needs; None where one is not known. What is counted
    needs none."""
    needed = [result.needs(level) for result in results if result.outcome is not Outcome.EXACT]
    return None if None in needed else max(needed, default=None)


def _basis(leaves: Parts, label: str, weakest: ClaimResult) -> str:
    if len(leaves) == 1:
        return weakest.basis
    against = sum(result.holds is False for _, result in leaves)
    if all(result.outcome is Outcome.EXACT for _, result in leaves):
        met = f"exact: {len(leaves) - against} of {len(leaves)} parts are as claimed"
        return f"{met}; weakest: {label}"
    count = f"{against} of {len(leaves)} parts reversed" if against else f"{len(leaves)} parts"
    found = [_silent(leaves), count, f"weakest: {label}", weakest.basis]
    if weakest.outcome is Outcome.UNTESTABLE:
        found = found[:2] if against else found[:1]
    return "; ".join(filter(None, found))


def _silent(leaves: Parts) -> str:
    """Which part cannot be judged and leaves the whole open, and why, as a clause; empty without
    one."""
    silent = [(label, r) for label, r in leaves if r.outcome is Outcome.UNTESTABLE]
    if not silent:
        return ""
    label, first = silent[0]
    return f"{len(silent)} of {len(leaves)} parts cannot be judged: {label} ({first.basis})"
