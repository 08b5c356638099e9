"""What the training engine was when somebody last looked whether it gives the same results.

python tests/engine_record.py   (or `make engine`) writes it down anew
"""

import ast
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from reprise.fingerprint import ENGINE_VERSION, _without_prose, engine  # noqa: E402
from reprise.inventory import library_modules  # noqa: E402

RECORD = Path(__file__).with_name("engine.json")
# Fingerprints cover these only as far as entries name what is in them.
ALSO = frozenset(
    {
        "reprise.data.augmentation",
        "reprise.optim.progress",
        "reprise.training.task",
        # The task of most cells, which they do not name.
        "reprise.training.tasks.classification",
    }
)


def engine_record() -> dict[str, Any]:
    """Version, modules and a digest of their code, without comments, docstrings and imports."""
    return {"version": ENGINE_VERSION, "digest": _digest(), "modules": sorted(engine())}


def _digest() -> str:
    digest = hashlib.sha256()
    for name in sorted(engine() | ALSO):
        module = library_modules()[name]
        for node in module.tree.body:
            if not isinstance(node, ast.Expr | ast.Import | ast.ImportFrom):
                digest.update(_without_prose(module, node).encode())
    return digest.hexdigest()[:12]


if __name__ == "__main__":
    RECORD.write_text(json.dumps(engine_record(), indent=1) + "\n", encoding="utf-8")
    print(f"{RECORD.relative_to(ROOT)} is written")
