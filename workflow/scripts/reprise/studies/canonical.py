"""Plain data as one text, the same on every machine, and digests of texts."""

import hashlib
import json
from typing import Any


def canonical_json(plain: Any) -> str:
    """One line of JSON, the same for equal plain data on every machine."""
    return one_line(canonical_numbers(plain))


def canonical_numbers(value: Any) -> Any:
    """30.0 as 30, since equal cells must have equal addresses."""
    if isinstance(value, dict):
        return {key: canonical_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [canonical_numbers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def one_line(plain: Any) -> str:
    """One line of JSON of plain data whose numbers are canonical already."""
    return json.dumps(plain, sort_keys=True, separators=(",", ":"))


def digest(text: str, length: int) -> str:
    """The first hexadecimal digits of a text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:length]
