"""A change of what all cells share is noticed, lest somebody forget to raise the engine version."""

import json

from engine_record import RECORD, engine_record


def test_the_engine_is_the_one_of_its_version():
    kept = json.loads(RECORD.read_text(encoding="utf-8"))
    assert engine_record() == kept, (
        "the training engine changed: if that can change a result, raise ENGINE_VERSION in "
        "reprise/fingerprint.py; then run `make engine`, which writes it down"
    )
