"""Frozen records as plain data that JSON can hold, and back.

A field that has its default is left out. Records of a class with subclasses are told apart by the
key ``kind``: such a class has ``kind_name``, and ``of_kind``, which finds a class by that name. A
class that YAML writes in a way of its own has ``plain`` and ``of``, which are taken as they are.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

KIND = "kind"


def plain(value: Any) -> Any:
    """Records as dictionaries, tuples as lists; anything else as it is."""
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if not is_dataclass(value):
        return value
    if hasattr(value, "plain"):
        return value.plain()
    kind = {KIND: value.kind_name()} if hasattr(value, "kind_name") else {}
    return kind | {
        name: plain(item)
        for name, default in _defaults(type(value)).items()
        if (item := getattr(value, name)) != default
    }


def record(kind: Any, content: Any, where: str = "") -> Any:
    """What ``plain`` made of a value.

    Args:
        kind: the type of the value.
        content: plain data.
        where: where it stands, for messages.

    Raises:
        ValueError: the data are not of that type; the message says where.
    """
    if is_dataclass(kind):
        return _record(kind, content, where)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        _check(isinstance(content, list), "a list", content, where)
        return tuple(record(arguments[0], v, f"{where}[{i}]") for i, v in enumerate(content))
    if origin is Literal:
        _check(content in arguments, f"one of {', '.join(arguments)}", content, where)
        return content
    if origin in (Union, UnionType):
        return _one_of(arguments, content, where)
    if origin is not None:
        _check(isinstance(content, Mapping), "a mapping", content, where)
        return {key: record(arguments[1], v, f"{where}.{key}") for key, v in content.items()}
    if kind is not Any:
        accepted = (int, float) if kind is float else (kind,)
        _check(type(content) in accepted, kind.__name__, content, where)
    return content


def _one_of(kinds: tuple[Any, ...], content: Any, where: str) -> Any:
    if content is None and NoneType in kinds:
        return None
    simple = [kind for kind in kinds if kind is not NoneType]
    written = [kind for kind in simple if is_dataclass(kind)]
    if len(simple) == 1 or (written and isinstance(content, Mapping)):
        return record((written or simple)[0], content, where)
    accepted = tuple(get_origin(kind) or kind for kind in simple)
    accepted += (int,) if float in accepted else ()
    _check(isinstance(content, accepted), "another type", content, where)
    return content


def _record(kind: Any, content: Any, where: str) -> Any:
    _check(isinstance(content, Mapping), "a mapping", content, where)
    content = dict(content)
    if hasattr(kind, "plain"):
        return _read_by_itself(kind, content, where.removeprefix("."))
    if hasattr(kind, "of_kind"):
        kind = kind.of_kind(content.pop(KIND, None))
    types = _types(kind)
    for name in content:
        _check(name in types, f"one of {', '.join(types)}", name, where)
    for name, default in _defaults(kind).items():
        if name not in content and default is MISSING:
            raise ValueError(f"{where.removeprefix('.')}: expected the key {name!r}, found none")
    return kind(**{k: record(types[k], v, f"{where}.{k}") for k, v in content.items()})


def _read_by_itself(kind: Any, content: dict[str, Any], where: str) -> Any:
    try:
        return kind.of(content, where)
    except TypeError as error:
        raise ValueError(f"{where}: expected the keys of a {kind.__name__} ({error})") from None


@cache
def _types(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


@cache
def _defaults(kind: type) -> dict[str, Any]:
    return {field.name: field.default for field in fields(kind)}


def _check(is_so: bool, expected: str, found: Any, where: str) -> None:
    if not is_so:
        raise ValueError(f"{where.removeprefix('.')}: expected {expected}, found {found!r}")
