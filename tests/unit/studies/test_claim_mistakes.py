"""Mistakes in claims are one sentence before anything runs."""

import pytest

from reprise.errors import InputError

SIDES = {"subject": {"setting": "a"}, "other": {"setting": "b"}}
ONE = {key: {**side, "shown": "accuracy"} for key, side in SIDES.items()}
SECOND = {"artefact": "table2", **ONE["other"]}
OTHERS = {"subject": ONE["subject"], "others": [ONE["other"], SECOND]}
SWEEP = {"artefact": "sweep", "cells": {"rate": ["low", "mid"]}}
GAP = {"artefact": "gap", "subject": {"setting": "a"}, "other": {"setting": "b"}}

# What is said wrong, and of it the sentence behind "lantern.yaml: claims.claim".
MISTAKES = {
    "unknown axis of a trend": (
        {"kind": "trend", **SWEEP, "axis": "rates"},
        r"\.axis: sweep has no axis 'rates'; did you mean 'rate'\?",
    ),
    "misspelled metric": (
        {"kind": "difference", **ONE, "metric": "test_acuracy"},
        r"\.subject: no run of table1 has the metric 'test_acuracy'; did you mean 'test_accuracy'",
    ),
    "rank that everything has": (
        {"kind": "rank_among", **OTHERS, "rank_at_most": 99},
        r"\.rank_at_most: expected a rank from 1 to 2, the number of its others, found 99",
    ),
    "others that are the subject": (
        {"kind": "best_of", "subject": ONE["subject"], "others": ONE["subject"]},
        r"\.others: expected rows beside those of its subject, found none",
    ),
    "flat without a margin": (
        {"kind": "trend", **SWEEP, "axis": "rate", "direction": "flat"},
        r": expected the keys 'direction: flat' and 'margin' together, found one",
    ),
    "for_each around parts of which a cell is absent": (
        {"kind": "all_of", "artefact": "gap", "for_each": {"rate": ["low", "high"]},
         "parts": [{"kind": "difference", **SIDES}]},
        r"\.parts\[0\]\.other: no cell of gap is at rate high, setting b in the arm as run; change",
    ),
    "choice along an unknown axis": (
        {"kind": "difference", **GAP, "choose_best": "rats"},
        r"\.subject\.choose_best: gap has no axis 'rats'; did you mean 'rate'\?",
    ),
    "no kind": ({**ONE}, r": the key 'kind' is missing"),
    "unknown kind": ({"kind": "differnce", **ONE}, r"\.kind: unknown claim kind .*'difference'"),
    "unknown key": ({"kind": "difference", **ONE, "axis": "a"}, r": .* has no key 'axis'"),
    "a key missing": (
        {"kind": "rank_among", **OTHERS},
        r": .*needs the keys subject, others, rank_at_most; found",
    ),
    "two alternatives": (
        {"kind": "threshold", "cells": ONE["subject"], "above": 1, "below": 2},
        r": .* needs the keys cells, above; or cells, below; found above, below, cells",
    ),
    "selection that is none": (
        {"kind": "difference", "subject": "a", "other": {}},
        r"\.subject: expected axis values by axis, found 'a'",
    ),
    "no selection": (
        {"kind": "best_of", **OTHERS, "others": []},
        r"\.others: expected a selection or more, found none",
    ),
    "unknown artefact": (
        {"kind": "difference", **ONE, "artefact": "table9"},
        r"\.subject: unknown artefact 'table9'; did you mean",
    ),
    "artefact without runs": (
        {"kind": "difference", **SIDES, "artefact": "computed"},
        r"\.subject: computed is computed without training and has no runs",
    ),
    "unknown axis": (
        {"kind": "difference", **ONE, "other": {"seting": "b"}},
        r"\.other: table1 has no axis 'seting'; did you mean 'setting'",
    ),
    "unknown value": (
        {"kind": "difference", **ONE, "other": {"setting": "z"}},
        r"\.other\.setting: unknown value 'z'; known are a, b",
    ),
    "value that is no word": (
        {"kind": "difference", **ONE, "other": {"setting": 4}},
        r"\.other\.setting: expected the id of a value, found 4",
    ),
    "unknown arm": (
        {"kind": "difference", **ONE, "arm": "as descibed"},
        r"\.subject: table1 has no arm 'as descibed'; did you mean 'as described'",
    ),
    "arm that the artefact lacks": (
        {"kind": "difference", "arm": "as described", "artefact": "table2", **ONE},
        r"\.subject: table2 has no arm 'as described'; known are as run",
    ),
    "rows of several metrics": (
        {"kind": "difference", **SIDES},
        r"\.subject: expected rows of one metric, found those of several along 'shown'; name a",
    ),
    "measure of an unknown series": (
        {"kind": "difference", "metric": {"series": "accuracy", "epoch": 1}, **SIDES},
        r"\.subject\.metric\.series: unknown series 'accuracy'",
    ),
    "measure without a form": (
        {"kind": "difference", **ONE, "other": {"setting": "b", "metric": {"series": "test_loss"}}},
        r"\.other\.metric: expected one of the keys epoch, from, to",
    ),
    "metric that is a number": (
        {"kind": "difference", **ONE, "metric": 5},
        r"\.subject\.metric: expected the name of a number or a measure of .*, found 5",
    ),
    "direction that is a list": (
        {"kind": "all_of", "parts": [{"kind": "difference", **ONE, "direction": ["less"]}]},
        r"\.parts\[0\]\.direction: unknown direction \['less'\]",
    ),
    "axis that is a list": (
        {"kind": "all_of", "parts": [{"kind": "trend", **SWEEP, "axis": ["rate"]}]},
        r"\.parts\[0\]\.axis: expected a word, found \['rate'\]",
    ),
    "artefact that is a list": (
        {"kind": "difference", **ONE, "artefact": ["table1"]},
        r"\.subject: unknown artefact \['table1'\]",
    ),
    "choice that is a mapping": (
        {"kind": "difference", **GAP, "choose_best": {"rate": 1}},
        r"\.subject\.choose_best: expected the id of an axis, found \{'rate': 1\}",
    ),
    "measure of a probe": (
        {"kind": "difference", "artefact": "probed", **SIDES,
         "metric": {"series": "test_loss", "epoch": 2}},
        r"\.subject: expected an artefact whose cells are trained, .* found probed",
    ),
    "the same rows on both sides": (
        {"kind": "difference", "subject": ONE["subject"], "other": ONE["subject"]},
        r"\.other: expected other rows than those of its subject, found the same",
    ),
    "terms that cancel": (
        {"kind": "difference", "terms": [{"weight": w, "cells": ONE["subject"]} for w in (1, -1)]},
        r": expected terms that differ in their rows, found weights that cancel",
    ),
    "difference of numbers in different units": (
        {"kind": "difference", "subject": {**ONE["subject"], "metric": "wall_seconds"},
         "other": ONE["other"]},
        r": expected rows of metrics in one unit, found wall_seconds \(s\) and test_accuracy \(%\)",
    ),
    "difference of different counts": (
        {"kind": "difference", "subject": {**ONE["subject"], "metric": "parameters"},
         "other": {**ONE["other"], "metric": "updates"}},
        r": expected rows of metrics in one unit, found parameters and updates;",
    ),
    "sum of numbers in different units": (
        {"kind": "range", "low": 0, "terms": [
            {"weight": 1, "cells": [ONE["subject"], {**ONE["subject"], "metric": "test_loss"}]}]},
        r": expected rows of metrics in one unit, found .* and test_loss \(no unit\)",
    ),
    "others in another unit": (
        {"kind": "best_of", **OTHERS, "others": [{"setting": "b", "shown": "time"}]},
        r": expected rows of metrics in one unit, found test_accuracy \(%\) and .* \(epochs\)",
    ),
    "steps in different units": (
        {"kind": "order", "cells": [ONE["subject"], {"setting": "b", "shown": "time"}]},
        r": expected rows of metrics in one unit, found test_accuracy \(%\) and .* \(epochs\)",
    ),
    "count of numbers in different units": (
        {"kind": "counted", "equals": 1, "subject": ONE["subject"],
         "other": {"setting": "b", "shown": "time"}},
        r": expected rows of metrics in one unit, found test_accuracy \(%\) and .* \(epochs\)",
    ),
    "share below a value in different units": (
        {"kind": "diverges", "or_below": 50, "subject": ONE["subject"],
         "other": {"setting": "b", "shown": "time"}},
        r": expected rows of metrics in one unit, found test_accuracy \(%\) and .* \(epochs\)",
    ),
    "difference of one term": (
        {"kind": "difference", "terms": [{"weight": 1, "cells": ONE["subject"]}]},
        r"\.terms: expected weights that add up to 0, .* kind 'difference' .* found a sum of 1",
    ),
    "equivalence of one term": (
        {"kind": "equivalent", "terms": [{"weight": -2, "cells": ONE["subject"]}]},
        r"\.terms: expected weights that add up to 0, .* kind 'equivalent' .* found a sum of -2",
    ),
    "difference of weights that leave a rest": (
        {"kind": "difference", "terms": [{"weight": 1, "cells": ONE["subject"]},
                                         {"weight": -0.5, "cells": ONE["other"]}]},
        r"\.terms: expected weights that add up to 0, .* found a sum of 0\.5",
    ),
    "term without a weight": (
        {"kind": "difference", "terms": [{"cells": ONE["subject"]}]},
        r"\.terms\[0\]: expected the keys weight and cells",
    ),
    "weight that is no number": (
        {"kind": "difference", "terms": [{"weight": "1", "cells": ONE["subject"]}]},
        r"\.terms\[0\]\.weight: expected a number, found '1'",
    ),
    "choice beside terms": (
        {"kind": "difference", "choose_best": "setting",
         "terms": [{"weight": 1, "cells": ONE["subject"]}]},
        r"\.choose_best: expected the key in a selection of the terms",
    ),
    "choice among one value": (
        {"kind": "difference", **GAP, "other": {"setting": "b", "rate": "low"},
         "subject": {"setting": "a", "rate": "low", "choose_best": "rate"}},
        r"\.subject\.choose_best: expected two values or more to choose among along rate",
    ),
    "best without a choice": (
        {"kind": "difference", **ONE, "subject": {**ONE["subject"], "best": "lowest"}},
        r"\.subject\.best: expected highest or lowest beside the key 'choose_best'",
    ),
    "direction of another kind": (
        {"kind": "all_of", "parts": [{"kind": "difference", **ONE, "direction": "rising"}]},
        r"\.parts\[0\]\.direction: unknown direction 'rising'; known are greater, less",
    ),
    "flag that is a word": (
        {"kind": "all_of", "parts": [{"kind": "difference", **ONE, "paired": "yes"}]},
        r"\.parts\[0\]\.paired: expected true or false, found 'yes'",
    ),
    "part that is none": (
        {"kind": "all_of", "parts": ["a"]},
        r"\.parts\[0\]: expected the keys of a claim, found 'a'",
    ),
    "no parts": ({"kind": "all_of", "parts": []}, r"\.parts: expected a list of claims"),
    "spread of one row": (
        {"kind": "difference", "spread": True, **ONE},
        r"\.subject: expected two rows or more, since the spread over settings",
    ),
    "spread beside a ratio": (
        {"kind": "difference", "spread": True, "ratio": True, **ONE},
        r": expected no key 'ratio' beside 'spread'; take one of them out",
    ),
    "ratio of an effect below 0": (
        {"kind": "difference", "ratio": True, "reported_effect": -1, **ONE},
        r"\.reported_effect: expected a number above 0, found -1",
    ),
    "range of a ratio from below 0": (
        {"kind": "range", "ratio": True, "low": -1, **ONE},
        r"\.low: expected a number above 0, found -1",
    ),
    "range upside down": (
        {"kind": "range", "low": 2, "high": 1, **ONE},
        r"\.high: expected a number of 2 or more, found 1",
    ),
    "threshold that is no number": (
        {"kind": "all_of", "parts": [{"kind": "threshold", "cells": ONE["subject"], "above": "1"}]},
        r"\.parts\[0\]\.above: expected a number, found '1'",
    ),
    "margin of 0": (
        {"kind": "equivalent", **ONE, "margin": 0},
        r"\.margin: expected a number above 0, found 0",
    ),
    "margin of a slope": (
        {"kind": "trend", **SWEEP, "axis": "rate", "margin": 1},
        r": expected the keys 'direction: flat' and 'margin' together, found one",
    ),
    "trend over a value without a position": (
        {"kind": "trend", **SWEEP, "cells": {"rate": ["low", "none"]}, "axis": "rate"},
        r"\.axis: expected a number as 'x' of the value 'none' of the axis 'rate' of sweep, found",
    ),
    "logarithm of 0": (
        {"kind": "trend", **SWEEP, "cells": {"rate": ["low", "zero"]}, "axis": "rate",
         "transform": "log2"},
        r"\.axis: expected a positive number as 'x' of the value 'zero'",
    ),
    "trend at one position": (
        {"kind": "trend", **SWEEP, "cells": {"rate": "low"}, "axis": "rate"},
        r": expected cells at two or more positions of the axis 'rate', found them at 0\.1 only",
    ),
    "unknown transform": (
        {"kind": "trend", **SWEEP, "axis": "rate", "transform": "log"},
        r"\.transform: unknown transform 'log'; did you mean 'log2'",
    ),
    "rank that is no number": (
        {"kind": "rank_among", **OTHERS, "rank_at_most": "2"},
        r"\.rank_at_most: expected a whole number of 1 or more, found '2'",
    ),
    "order of one": (
        {"kind": "order", "cells": [ONE["subject"]]},
        r"\.cells: expected a list of two selections or more, found 1",
    ),
    "order that is no list": (
        {"kind": "order", "cells": ONE["subject"]},
        r"\.cells: expected a list of two selections or more, found \{",
    ),
    "order of the same rows": (
        {"kind": "order", "cells": [ONE["subject"], ONE["subject"]]},
        r"\.cells\[1\]: expected other rows than those of cells\[0\], found the same",
    ),
    "order that comes back": (
        {"kind": "order", "cells": [ONE["subject"], ONE["other"], [ONE["subject"]]]},
        r"\.cells\[2\]: expected other rows than those of cells\[0\], found the same",
    ),
    "equal and between": (
        {"kind": "counted", "artefact": "counts", "cells": {}, "equals": 1, "low": 0},
        r": expected no key 'low' beside 'equals'; take one of them out",
    ),
    "ratio of one number": (
        {"kind": "counted", "artefact": "counts", "cells": {}, "equals": 1, "ratio": True},
        r": expected no key 'ratio' beside 'cells'; take one of them out",
    ),
    "share beside another": (
        {"kind": "diverges", **ONE, "at_least": 0.5},
        r": expected no key 'at_least' beside 'other'; take one of them out",
    ),
    "two shares": (
        {"kind": "diverges", "subject": ONE["subject"], "at_least": 0.5, "at_most": 0.5},
        r": expected no key 'at_least' beside 'at_most'; take one of them out",
    ),
    "share above 1": (
        {"kind": "diverges", "subject": ONE["subject"], "at_most": 2},
        r"\.at_most: expected a share from 0 to 1, found 2",
    ),
    "value of diverged runs that count themselves": (
        {"kind": "diverges", "subject": ONE["subject"], "diverged_as": 10},
        r": a claim of kind 'diverges' has no key 'diverged_as'",
    ),
    "value of diverged runs without a reason": (
        {"kind": "difference", **ONE, "diverged_as": 10},
        r": expected the keys diverged_as and diverged_because together",
    ),
    "value of diverged runs that is a word": (
        {"kind": "difference", **ONE, "diverged_as": "ten", "diverged_because": "So."},
        r"\.diverged_as: expected a number or 'left out', found 'ten'",
    ),
    "time to nothing": ({"kind": "time_to", **ONE}, r": .*needs the keys subject, other, target;"),
    "time to two things": (
        {"kind": "time_to", **ONE, "target": 1, "settled": {"change": 1, "epochs": 2}},
        r": a claim of kind 'time_to' needs the keys",
    ),
    "half a rule of convergence": (
        {"kind": "time_to", "settled": {"change": 1}, **ONE},
        r"\.settled: expected the keys change and epochs, found",
    ),
    "unknown series": (
        {"kind": "time_to", "target": 9, "series": "loss", **ONE},
        r"\.series: unknown series 'loss'",
    ),
    "curves of a probe": (
        {"kind": "time_to", "target": 9, "artefact": "probed", "metric": "loss_range", **SIDES},
        r": expected artefacts whose cells are trained, .* compares learning curves, found probed",
    ),
    "curves of several lengths": (
        {"kind": "same_curve", "artefact": "curves", "subject": {"setting": ["a", "b"]},
         "other": {"setting": "c"}},
        r"\.subject: expected rows that are run for one share .* from 0\.5 to 1; select fewer",
    ),
    "window of 0": (
        {"kind": "same_curve", "window": 0, **ONE},
        r"\.window: expected a whole number of 1 or more, found 0",
    ),
    "orders of other settings": (
        {"kind": "rank_correlation", "above": 0.5, "subject": {"artefact": "sweep"},
         "other": {"artefact": "gap", "setting": "b"}},
        r": expected the same three or more settings on both sides, found 5 and 4 that do not",
    ),
    "for_each of an unknown axis": (
        {"kind": "difference", "for_each": {"artefact": ["table1"], "colour": ["a"]}, **ONE},
        r"\.for_each: table1 has no axis 'colour'",
    ),
    "for_each of an unknown artefact": (
        {"kind": "difference", "for_each": {"artefact": ["tabel1"]}, **ONE},
        r"\.for_each\.artefact: unknown artefact 'tabel1'; did you mean 'table1'",
    ),
    "for_each of an unknown value": (
        {"kind": "difference", "for_each": {"shown": ["accuracies"]}, **SIDES},
        r"\.for_each\.shown: unknown value 'accuracies'; did you mean 'accuracy'",
    ),
    "for_each of one value twice": (
        {"kind": "difference", "for_each": {"shown": ["accuracy", "accuracy"]}, **SIDES},
        r"\.for_each\.shown: expected each value once, found 'accuracy' twice or more",
    ),
    "for_each of an axis that all selections replace": (
        {"kind": "difference", "for_each": {"shown": ["time", "accuracy"]}, **ONE},
        r"\.for_each\.shown: expected a selection that leaves the axis 'shown' to for_each, found "
        "none at 'time'; take",
    ),
    "for_each of an artefact that all selections replace": (
        {"kind": "difference", "for_each": {"artefact": ["averaged"]}, "subject": SECOND,
         "other": {"artefact": "table1", **ONE["other"]}},
        r"\.for_each\.artefact: expected a selection that leaves the axis 'artefact' to for_each",
    ),
    "for_each of an axis that parts replace by its own values": (
        {"kind": "difference", "for_each": {"setting": ["a", "b"]}, **ONE},
        r"\.for_each: expected other rows for each of its values, found the same for 'a' and 'b'",
    ),
    "for_each that is no list": (
        {"kind": "all_of", "parts": [{"kind": "difference", **SIDES,
                                      "for_each": {"shown": "accuracy"}}]},
        r"\.parts\[0\]\.for_each: expected lists of value ids by axis",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_sentence_with_its_place(read, mistake):
    claim, sentence = MISTAKES[mistake]
    with pytest.raises(InputError, match=rf"^lantern\.yaml: claims\.claim{sentence}") as caught:
        read(**claim)
    assert "\n" not in str(caught.value)
