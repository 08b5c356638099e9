"""What came out: the best evidence on every claim, and every reported number beside a run's."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from statistics import fmean

from reprise.rendering.claims import ShownClaim
from reprise.rendering.entries import EntryEvidence, TableEntry
from reprise.rendering.numbers import count, listed, number
from reprise.rendering.studies import ShownArtefact, ShownStudy
from reprise.rendering.verdicts import VERDICTS, Verdict, verdict_of
from reprise.studies.measure_forms import Metric
from reprise.studies.rungs import EXACT, RUNGS
from reprise.studies.scores import score_of

CATEGORIES = {
    RUNGS["paper"].evidence: "At published size",
    RUNGS["short"].evidence: "Shortened",
    RUNGS["laptop"].evidence: "On a laptop",
    RUNGS["demo"].evidence: "In miniature",
    EXACT: "Counted",
}
"""The kinds of evidence by name, the strongest first, as a reader calls them."""

SIDES = {"holds": True, "same direction": True, "contradicted": False, "other direction": False}
"""On which side of a claim a verdict puts it; an undecided one puts it on none."""


COME_OUT = {
    "holds": ("holds", "hold"),
    "contradicted": ("is contradicted", "are contradicted"),
    "undecided": ("is undecided", "are undecided"),
    "same direction": ("points the same way as the study", "point the same way as the study"),
    "other direction": ("points the other way", "point the other way"),
}
"""What one claim of a verdict does, and what several do."""


@dataclass(frozen=True)
class ClaimFinding:
    """The strongest evidence on a claim: its verdict, and its kind (a key of ``CATEGORIES``)."""

    verdict: Verdict
    evidence: str


@dataclass(frozen=True)
class VerdictTally:
    """How many claims of a study came to which verdict on one kind of evidence."""

    evidence: str
    verdicts: list[tuple[Verdict, int]]


@dataclass(frozen=True)
class ScorePoint:
    """A reported score beside that of runs, in percent; ``place`` is the table's anchor."""

    reported: float
    found: float
    place: str
    title: str
    low: float | None = None
    high: float | None = None
    is_reference: bool = True


@dataclass(frozen=True)
class OutcomeRow:
    """One study: tallies by kind of evidence, in the order of the columns; how many scores in
    percent it reports, and those that stand beside runs."""

    id: str
    subject: str
    claims: int
    tallies: list[VerdictTally]
    open: int
    scores: int
    points: list[ScorePoint]

    @property
    def difference(self) -> float | None:
        """The mean absolute difference of its scores from runs, in points."""
        return mean_difference(self.points)


@dataclass(frozen=True)
class RungPair:
    """Two kinds of evidence, as a reader calls them, the stronger first: how many claims lie on a
    side on both, and on the same one."""

    stronger: str
    weaker: str
    both: int
    same: int


@dataclass(frozen=True)
class ReportOutcome:
    """What the report leads with; ``scores`` counts all in percent that the studies report."""

    columns: list[tuple[str, str]]
    rows: list[OutcomeRow]
    sentences: list[str]
    points: list[ScorePoint] = field(default_factory=list)
    scores: int = 0
    pairs: list[RungPair] = field(default_factory=list)

    @property
    def caption(self) -> str:
        """What the picture of the points shows."""
        own, kept = (any(p.is_reference is kind for p in self.points) for kind in (False, True))
        colours = ""
        if own and kept:
            colours = " Orange: this run. Blue: kept reference runs."
        bars = ""
        if any(point.low is not None for point in self.points):
            bars = " A bar is a 95 % prediction interval for one more run."
        return (
            f"{len(self.points)} of {self.scores} reported scores beside runs. On the line both "
            f"are equal.{bars}{colours} A point leads to its table."
        )


def outcome(studies: list[ShownStudy]) -> ReportOutcome:
    """The best evidence on all claims and numbers of some studies."""
    by_study = {study.id: [finding(claim) for claim in study.claims] for study in studies}
    met = {each.evidence for of_study in by_study.values() for each in of_study if each}
    columns = [(name, title) for name, title in CATEGORIES.items() if name in met]
    shown = {study.id: list(compared(study)) for study in studies}
    rows = [
        OutcomeRow(
            study.id,
            study.subject,
            len(study.claims),
            [tally(name, by_study[study.id]) for name, _ in columns],
            by_study[study.id].count(None),
            len(shown[study.id]),
            [point for point in shown[study.id] if point is not None],
        )
        for study in studies
        if study.claims
    ]
    everything = [point for of_study in shown.values() for point in of_study]
    points = [point for point in everything if point is not None]
    pairs = rung_pairs(claim for study in studies for claim in study.claims)
    said = list(sentences(by_study, points, len(everything)))
    return ReportOutcome(columns, rows, said, points, len(everything), pairs)


def findings_on(claim: ShownClaim) -> list[ClaimFinding]:
    """All evidence that says something of a claim, the strongest first."""
    return [ClaimFinding(each.verdict, each.evidence) for each in claim.findings]


def finding(claim: ShownClaim) -> ClaimFinding | None:
    """The strongest evidence that says something of a claim; None where there is none."""
    return next(iter(findings_on(claim)), None)


def findings_text(claim: ShownClaim) -> str:
    """All verdicts on a claim with their kinds of evidence, as the filter of the page reads them:
    ``holds@paper|same direction@miniature``; the verdict alone where nothing is said."""
    texts = [f"{each.verdict.word}@{each.evidence}" for each in findings_on(claim)]
    return "|".join(texts) or f"{claim.verdict.word}@"


def rung_pairs(claims: Iterable[ShownClaim]) -> list[RungPair]:
    """How often two kinds of evidence put a claim on the same side."""
    both: Counter[tuple[str, str]] = Counter()
    same: Counter[tuple[str, str]] = Counter()
    for claim in claims:
        sides = sides_of(claim)
        for pair in combinations([kind for kind in CATEGORIES if kind in sides], 2):
            both[pair] += 1
            same[pair] += sides[pair[0]] == sides[pair[1]]
    return [
        RungPair(CATEGORIES[first], CATEGORIES[second], both[first, second], same[first, second])
        for first, second in combinations(CATEGORIES, 2)
        if both[first, second]
    ]


def sides_of(claim: ShownClaim) -> dict[str, bool]:
    """On which side of a claim each kind of evidence puts it. Of one kind this run counts, and not
    the kept ones; where it is undecided there is no side."""
    kept = {evidence: verdict.word for evidence, verdict in claim.weaker.items()}
    words = kept | {each.evidence: each.verdict.word for each in reversed(claim.findings)}
    return {evidence: SIDES[word] for evidence, word in words.items() if word in SIDES}


def tally(evidence: str, findings: Iterable[ClaimFinding | None]) -> VerdictTally:
    """The verdicts on one kind of evidence, in the order in which verdicts are listed."""
    words = Counter(each.verdict.word for each in findings if each and each.evidence == evidence)
    return VerdictTally(
        evidence, [(verdict_of(word), words[word]) for word in VERDICTS if words[word]]
    )


def compared(study: ShownStudy) -> Iterator[ScorePoint | None]:
    """Of each score in percent that a study reports the point beside it; None where no run may be
    compared with it."""
    for artefact in study.artefacts:
        if artefact.table:
            yield from points_of(study, artefact)


def mean_difference(points: Iterable[ScorePoint]) -> float | None:
    """How far apart the two numbers of some points are on average; None without points."""
    differences = [abs(point.found - point.reported) for point in points]
    return fmean(differences) if differences else None


def points_of(study: ShownStudy, artefact: ShownArtefact) -> Iterator[ScorePoint | None]:
    """The same for one table, of its main arm."""
    for row in artefact.table.rows:
        for group, entries in zip(artefact.table.groups, row.groups, strict=True):
            entry = entries.get(artefact.arms[0])
            if entry is None or entry.reported is None or not is_in_percent(entry.style.metric):
                continue
            name = ", ".join(filter(None, [*row.heads, group.label]))
            yield point_of(entry, f"{study.id}/{artefact.id}", name)


def is_in_percent(metric: Metric) -> bool:
    """Whether a metric is a score from 0 to 100 %: an accuracy, a mean intersection over union or
    an average precision."""
    score = score_of(metric) if isinstance(metric, str) else None
    return score is not None and score.unit == "%"


def point_of(entry: TableEntry, place: str, name: str) -> ScorePoint | None:
    """A reported number beside the best that may be compared with it."""
    best = entry.best
    lacks_number = best.number.center is None or best.number.is_exact
    if entry.is_redefined or not best.is_compared or lacks_number:
        return None
    return described(entry, best, place, name)


def described(entry: TableEntry, best: EntryEvidence, place: str, name: str) -> ScorePoint:
    """A point with the words that stand on it."""
    decimals, measured = entry.decimals, best.number
    runs = count(measured.n, "reference run" if best.is_reference else "run")
    title = (
        f"{place}, {name}: reported {number(entry.reported, decimals)}, "
        f"{number(measured.center, decimals)} in {runs}"
    )
    ends = measured.low, measured.high
    return ScorePoint(entry.reported, measured.center, place, title, *ends, best.is_reference)


def came_out(verdict: Verdict, amount: int) -> str:
    """How many claims came to a verdict, as the end of a sentence: ``2 are undecided``."""
    one, many = COME_OUT[verdict.word]
    return f"{amount} {one if amount == 1 else many}"


def sentences(
    by_study: dict[str, list[ClaimFinding | None]], points: list[ScorePoint], scores: int
) -> Iterator[str]:
    """What the table and the picture say, in words."""
    findings = [each for of_study in by_study.values() for each in of_study]
    by_evidence = Counter(each.evidence for each in findings if each)
    if by_evidence:
        titles = [name for name in CATEGORIES if by_evidence[name]]
        parts = [f"{by_evidence[name]} {CATEGORIES[name].lower()}" for name in titles]
        kinds = f"all {CATEGORIES[titles[0]].lower()}" if len(titles) == 1 else listed(parts)
        yield (
            f"There is evidence on {sum(by_evidence.values())} of "
            f"{count(len(findings), 'claim')}: {kinds}."
        )
    for name in (rung.evidence for rung in RUNGS.values()):
        if verdicts := tally(name, findings).verdicts:
            ordered = listed(came_out(verdict, amount) for verdict, amount in verdicts)
            yield f"{CATEGORIES[name]}: {ordered}."
    if points:
        yield (
            f"Of {count(scores, 'reported score')} in percent, {len(points)} stand beside runs of "
            f"published or shortened length. They differ by "
            f"{number(mean_difference(points), 2)} points on average."
        )
