"""A change of what all cells share is noticed, lest somebody forget to raise the engine version."""

import ast
import hashlib

from reprise.fingerprint import ENGINE, ENGINE_VERSION, _without_prose
from reprise.inventory import library_modules

# Fingerprints cover these two only as far as entries name what is in them.
GUARDED = sorted({*ENGINE, "reprise.data.augmentation", "reprise.optim.progress"})
RECORDED = (3, "d7e4cd183861")


def engine_digest() -> str:
    """The code of the engine without comments and docstrings."""
    digest = hashlib.sha256()
    for name in GUARDED:
        module = library_modules()[name]
        for node in module.tree.body:
            if not isinstance(node, ast.Expr | ast.Import | ast.ImportFrom):
                digest.update(_without_prose(module, node).encode())
    return digest.hexdigest()[:12]


def test_the_engine_is_the_one_of_its_version():
    found = (ENGINE_VERSION, engine_digest())
    assert found == RECORDED, (
        "the training engine changed: if that can change a result, raise ENGINE_VERSION in "
        f"reprise/fingerprint.py; then record {found} here"
    )
