"""The simulation of verdicts: kept rates are within what is asked for, and pages show them."""

import re
import sys
from pathlib import Path

import pytest

from reprise.analysis.error_rates import read_rates, tables_of_rates
from reprise.inventory import LIBRARY

ROOT = LIBRARY.parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

import verdicts  # noqa: E402


def test_kept_rates_are_of_the_cases_of_today() -> None:
    kept = [(rate.rule, rate.truth, rate.effect, rate.trials) for rate in read_rates()]
    assert kept == [(c.rule, c.truth, c.effect, c.trials) for c in verdicts.cases()]


def test_kept_rates_are_as_asked_for() -> None:
    missed = [
        (case.rule, case.truth, seeds, share)
        for case, rate in zip(verdicts.cases(), read_rates(), strict=True)
        for seeds, share in rate.shares.items()
        if verdicts.outside(case, int(seeds), share)
    ]
    assert missed == []


@pytest.mark.parametrize("page", verdicts.PAGES)
def test_pages_show_the_kept_rates(page: str) -> None:
    text = (Path(ROOT) / page).read_text(encoding="utf-8")
    (shown,) = re.findall(r"<!-- verdicts -->\n(.*?)<!-- end -->", text, re.DOTALL)
    assert shown == tables_of_rates()


@pytest.mark.parametrize("number", [0, 5, 7, 29, 35])
def test_a_small_form_of_the_simulation(number: int) -> None:
    case = verdicts.cases()[number]
    trials = 150
    share = verdicts.share_of_verdicts(number, 3, trials)
    kept = read_rates()[number].shares["3"]
    error = (max(kept * (1 - kept), 0.01) / trials) ** 0.5
    assert abs(share - kept) < 4 * error, case.truth
