"""What a result depends on in the library's source, as one short hash.

A fingerprint covers the definition of each registry entry that a cell uses, and every definition
of the library that it reaches by name, so that editing one model re-runs that model's cells and no
others; that of a probe's run covers the probe too. Comments, docstrings and layout do not count.
What all cells share (the training loop, evaluation, the residence of data) is the engine. It is
covered by ``ENGINE_VERSION`` instead, which is raised by hand when a change there can change a
result: a refactoring must not re-run a thousand cells. A test notices when the engine changes and
its version does not.
"""

import ast
import hashlib
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from functools import cache

from reprise.inventory import Entry, Module, library_modules

ENGINE_VERSION = 3
# Found by name everywhere, and without a part in any result.
FOUNDATIONS = frozenset({"reprise.errors", "reprise.inventory", "reprise.registry"})
# What trains a cell and what runs a probe. All that these import is the engine, but for registries
# with their entries and for the two sets below.
JOBS = ("reprise.training.jobs.cell_job", "reprise.probes.probe_job")
# What entries name, so that fingerprints cover it.
NAMED_BY_ENTRIES = frozenset({"reprise.optim.progress"})
# What finds, reads, waits and keeps notes: no number of a result comes from it.
WITHOUT_PART = frozenset(
    {
        "reprise.commits",
        "reprise.data.addresses",
        "reprise.data.integrity",
        "reprise.data.prepared",
        "reprise.data.sources",
        "reprise.data.splits",
        "reprise.data.tensor_files",
        "reprise.durations",
        "reprise.exclusion",
        "reprise.folders",
        "reprise.studies.measure_forms",
        "reprise.studies.scores",
        "reprise.training.jobs.run_time",
        "reprise.training.machine.gpus",
        "reprise.training.jobs.provenance",
    }
)
NOT_ENGINE = FOUNDATIONS | NAMED_BY_ENTRIES | WITHOUT_PART
# Read with a pattern: to parse all modules would take planning much longer.
IMPORT = re.compile(r"^\s*from (reprise[\w.]*) import (\([^)]*\)|[^\n]*)", re.MULTILINE)

CLOSING_BRACKETS = (")", "]", "}")
MARKS = {tokenize.NEWLINE: "<end>", tokenize.INDENT: "<in>", tokenize.DEDENT: "<out>"}

Definition = tuple[str, str]


def fingerprint(entries: Iterable[Entry], also: Iterable[Definition] = ()) -> str:
    """Twelve hexadecimal digits that change when the source behind ``entries`` changes.

    Args:
        also: further definitions, as pairs of module and name.
    """
    return _digest(frozenset([*((entry.module, entry.definition) for entry in entries), *also]))


@cache
def engine() -> frozenset[str]:
    """The modules that all cells share: whatever their jobs import."""
    reached: set[str] = set()
    waiting = list(JOBS)
    while waiting:
        name = waiting.pop()
        if name not in reached | NOT_ENGINE and not library_modules()[name].is_registry:
            reached.add(name)
            waiting.extend(_imported_modules(library_modules()[name]))
    return frozenset(reached)


def _imported_modules(module: Module) -> Iterator[str]:
    """The modules of the library that a module imports, wherever in it."""
    for package, names in IMPORT.findall(module.source):
        below = [
            f"{package}.{name.split()[0]}" for name in names.strip("()").split(",") if name.strip()
        ]
        modules = [name for name in below if name in library_modules()]
        yield from modules or [name for name in [package] if name in library_modules()]


@cache
def _digest(definitions: frozenset[Definition]) -> str:
    """Of the definitions and of all that they reach; seeds and many settings share one."""
    reached: set[Definition] = set()
    waiting = list(definitions)
    while waiting:
        definition = waiting.pop()
        if definition not in reached:
            reached.add(definition)
            waiting.extend(_references(definition))
    digest = hashlib.sha256(f"engine {ENGINE_VERSION}\n".encode())
    for definition in sorted(reached):
        digest.update(f"{definition}\n{_code(definition)}\n".encode())
    return digest.hexdigest()[:12]


@cache
def _definitions(module_name: str) -> dict[str, ast.stmt]:
    """Top-level functions, classes and assignments of a module by name."""
    definitions: dict[str, ast.stmt] = {}
    for node in library_modules()[module_name].tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            definitions[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            definitions.update({t.id: node for t in targets if isinstance(t, ast.Name)})
    return definitions


@cache
def _imports(module_name: str) -> dict[str, Definition]:
    """Names that a module imports from other modules of the library."""
    imports = {}
    for node in library_modules()[module_name].tree.body:
        if not isinstance(node, ast.ImportFrom) or node.module not in library_modules():
            continue
        if node.module not in FOUNDATIONS | engine():
            imports.update({(a.asname or a.name): (node.module, a.name) for a in node.names})
    return imports


@cache
def _references(definition: Definition) -> tuple[Definition, ...]:
    module_name, name = definition
    node = _definitions(module_name).get(name)
    if node is None:
        return ()
    used = {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}
    local = [(module_name, other) for other in used & _definitions(module_name).keys()]
    imported = [_imports(module_name)[other] for other in used & _imports(module_name).keys()]
    return tuple(local + imported)


@cache
def _code(definition: Definition) -> str:
    module_name, name = definition
    node = _definitions(module_name).get(name)
    return "" if node is None else _without_prose(library_modules()[module_name], node)


def _without_prose(module: Module, node: ast.stmt) -> str:
    """The code of a definition, whatever its docstrings, comments, line breaks and spacing."""
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
    lines = module.source.splitlines()[first - 1 : node.end_lineno]
    for start, end in _docstring_lines(node):
        indentation = len(lines[start - first]) - len(lines[start - first].lstrip())
        lines[start - first] = " " * indentation + "pass"
        lines[start - first + 1 : end - first + 1] = [""] * (end - start)
    return _significant_text("\n".join(lines) + "\n")


def _docstring_lines(node: ast.stmt) -> list[tuple[int, int]]:
    owners = (ast.FunctionDef, ast.ClassDef)
    bodies = [item.body for item in ast.walk(node) if isinstance(item, owners)]
    return [
        (body[0].lineno, body[0].end_lineno or body[0].lineno)
        for body in bodies
        if isinstance(body[0], ast.Expr)
        and isinstance(body[0].value, ast.Constant)
        and isinstance(body[0].value.value, str)
    ]


def _significant_text(source: str) -> str:
    """The tokens of a source without spaces, with ends of lines and indentation as marks."""
    kept: list[str] = []
    line_broken = False
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.COMMENT, tokenize.ENDMARKER):
            continue
        if token.type == tokenize.NL:
            line_broken = True
            continue
        if line_broken and token.string in CLOSING_BRACKETS and kept[-1] == ",":
            kept.pop()  # the comma with which a formatter ends a broken list
        line_broken = False
        kept.append(MARKS.get(token.type) or token.string)
    # Python 3.12 splits formatted strings into tokens and undoubles their braces, so spaces and
    # doubled braces, inside of strings too, must not count.
    return "".join("".join(kept).split()).replace("{{", "{").replace("}}", "}")
