"""What the library offers, read from its source text.

The workflow plans hundreds of cells on machines that may lack torch and must do so in a second,
so nothing is imported here: registrations are found with ``ast``. Every top-level function or
class under ``@<registry>.register("<name>", ...)`` is an entry; its keyword-only parameters are
the arguments that YAML may give, and the decorator's literal keywords describe it.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from reprise.errors import InputError, choose_among

LIBRARY = Path(__file__).parent
REQUIRED = object()
NOT_LITERAL = object()
OR_NONE = " | None"
TYPES = {
    "int": ((int,), "a whole number"),
    "float": ((int, float), "a number"),
    "bool": ((bool,), "true or false"),
    "str": ((str,), "a word"),
}


@dataclass(frozen=True)
class Entry:
    """One registered function or class.

    ``parameters`` maps each YAML argument to its default (``REQUIRED`` without one,
    ``NOT_LITERAL`` where the source computes it), ``annotations`` to its type as written;
    ``description`` holds the literal keywords of the registration.
    """

    kind: str
    name: str
    module: str
    definition: str
    parameters: Mapping[str, Any]
    annotations: Mapping[str, str]
    description: Mapping[str, Any]
    summary: str


@dataclass(frozen=True)
class Module:
    """The source of one library module, parsed where it is asked for."""

    name: str
    path: Path
    source: str

    @property
    def is_registry(self) -> bool:
        """Whether it has a registry or entries of one."""
        return ".register(" in self.source or "import Registry" in self.source

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree of the source."""
        return ast.parse(self.source, filename=str(self.path))


def library_files(folder: Path = LIBRARY, pattern: str = "*.py") -> list[Path]:
    """The files of the library, or of one of its folders, that are its own: no names that begin
    with a dot or a # or end with a ~, which editors leave there, some of them links to nothing."""
    own = (path for path in folder.rglob(pattern) if _is_own(path.relative_to(folder)))
    return sorted(path for path in own if path.is_file())


def _is_own(path: Path) -> bool:
    hidden = any(part.startswith((".", "#")) or part == "__pycache__" for part in path.parts)
    return not hidden and not path.name.endswith("~")


@cache
def library_modules() -> Mapping[str, Module]:
    """All modules of the library by dotted name."""
    modules = {}
    for path in library_files(LIBRARY):
        parts = path.relative_to(LIBRARY.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        modules[name] = Module(name, path, path.read_text(encoding="utf-8"))
    return modules


@cache
def entries() -> Mapping[tuple[str, str], Entry]:
    """All registered entries by (kind, name)."""
    kinds = dict(_registries())
    registered = {}
    for module in _modules_with(".register("):
        for node in module.tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                for entry in _registrations(module, node, kinds):
                    registered[entry.kind, entry.name] = entry
    return registered


@cache
def entries_of(kind: str) -> Mapping[str, Entry]:
    """The entries of one kind by name. All other modules are left unread, so that what asks for
    nothing else need not wait for them."""
    registry = re.compile(rf'^(\w+) = Registry\("{kind}"\)', re.MULTILINE)
    kinds = {
        match[1]: kind
        for module in _modules_with("Registry(")
        for match in registry.finditer(module.source)
    }
    return {
        entry.name: entry
        for variable in kinds
        for module in _modules_with(f"@{variable}.register(")
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        for entry in _registrations(module, node, kinds)
    }


def names(kind: str) -> list[str]:
    """The registered names of a kind, sorted."""
    return sorted(name for entry_kind, name in entries() if entry_kind == kind)


def find(kind: str, name: str, where: str) -> Entry:
    """The entry of that kind and name.

    Raises:
        InputError: there is none; ``where`` (file and key) opens the sentence.
    """
    entry = entries().get((kind, name))
    if entry is None:
        raise InputError(f"{where}: unknown {kind} {name!r}; {choose_among(name, names(kind))}")
    return entry


def check_arguments(entry: Entry, arguments: Mapping[str, Any], where: str) -> None:
    """Compare arguments with the entry's parameters.

    Raises:
        InputError: an argument is unknown, of another type, or a required one is missing.
    """
    for argument in arguments:
        if argument not in entry.parameters:
            instead = choose_among(argument, entry.parameters)
            raise InputError(
                f"{where}: {entry.kind} {entry.name!r} has no argument {argument!r}; {instead}"
            )
        _check_type(entry, argument, arguments[argument], where)
    for parameter, default in entry.parameters.items():
        if default is REQUIRED and parameter not in arguments:
            raise InputError(
                f"{where}: {entry.kind} {entry.name!r} needs the argument {parameter!r}"
            )


def _check_type(entry: Entry, argument: str, value: Any, where: str) -> None:
    """Compare a value with a simple annotation; others are left to the entry itself."""
    annotation = entry.annotations.get(argument, "")
    if value is None and annotation.endswith(OR_NONE):
        return
    types, name = TYPES.get(annotation.removesuffix(OR_NONE), ((object,), ""))
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        raise InputError(
            f"{where}: {entry.kind} {entry.name!r} takes {name} as {argument!r}, found {value!r}"
        )


def argument_value(entry: Entry, arguments: Mapping[str, Any], name: str) -> Any:
    """An argument as given, or else the parameter's default."""
    return arguments.get(name, entry.parameters[name])


@cache
def constant(module: str, name: str) -> Any:
    """The literal value of a module's top-level assignment; None where there is none."""
    for node in library_modules()[module].tree.body:
        if isinstance(node, ast.Assign) and name in (getattr(t, "id", "") for t in node.targets):
            return ast.literal_eval(node.value)
    return None


def _modules_with(text: str) -> Iterator[Module]:
    """The modules in which a text occurs: to parse all of them would take much longer."""
    return (module for module in library_modules().values() if text in module.source)


def _registries() -> Iterator[tuple[str, str]]:
    """(variable, kind) of every ``variable = Registry("kind")``."""
    for module in _modules_with("Registry("):
        for node in module.tree.body:
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.value, ast.Call)
                and getattr(node.value.func, "id", None) == "Registry"
                and isinstance(node.targets[0], ast.Name)
            ):
                yield node.targets[0].id, ast.literal_eval(node.value.args[0])


def _registrations(
    module: Module, node: ast.FunctionDef | ast.ClassDef, kinds: Mapping[str, str]
) -> Iterator[Entry]:
    for decorator in node.decorator_list:
        if not (
            isinstance(decorator, ast.Call)
            and isinstance(decorator.func, ast.Attribute)
            and decorator.func.attr == "register"
            and getattr(decorator.func.value, "id", None) in kinds
        ):
            continue
        yield Entry(
            kind=kinds[decorator.func.value.id],
            name=ast.literal_eval(decorator.args[0]),
            module=module.name,
            definition=node.name,
            parameters=_keyword_parameters(node),
            annotations=_annotations(node),
            description={k.arg: ast.literal_eval(k.value) for k in decorator.keywords if k.arg},
            summary=(ast.get_docstring(node) or "").split("\n", 1)[0],
        )


def _constructor(node: ast.FunctionDef | ast.ClassDef) -> ast.FunctionDef | None:
    """The function that takes the arguments; None for a dataclass, which has no written one."""
    if isinstance(node, ast.FunctionDef):
        return node
    methods = (item for item in node.body if isinstance(item, ast.FunctionDef))
    return next((method for method in methods if method.name == "__init__"), None)


def _keyword_parameters(node: ast.FunctionDef | ast.ClassDef) -> dict[str, Any]:
    function = _constructor(node)
    if function is None:
        return {
            item.target.id: REQUIRED if item.value is None else _literal(item.value)
            for item in _dataclass_fields(node)
        }
    return {
        argument.arg: REQUIRED if default is None else _literal(default)
        for argument, default in zip(
            function.args.kwonlyargs, function.args.kw_defaults, strict=True
        )
    }


def _annotations(node: ast.FunctionDef | ast.ClassDef) -> dict[str, str]:
    function = _constructor(node)
    if function is None:
        return {item.target.id: ast.unparse(item.annotation) for item in _dataclass_fields(node)}
    arguments = function.args.kwonlyargs
    return {a.arg: ast.unparse(a.annotation) for a in arguments if a.annotation is not None}


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return NOT_LITERAL


def _dataclass_fields(node: ast.ClassDef | ast.FunctionDef) -> list[ast.AnnAssign]:
    items = (item for item in node.body if isinstance(item, ast.AnnAssign))
    return [item for item in items if isinstance(item.target, ast.Name)]
