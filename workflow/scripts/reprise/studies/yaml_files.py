"""Reading and checking YAML files, with messages for people."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from reprise.errors import InputError, choose_among

if TYPE_CHECKING:
    import jsonschema

SCHEMAS = Path(__file__).parents[3] / "schemas"


@cache
def _validation() -> tuple[Any, Any]:
    """The class that validates, and what finds the error to report. They are imported here, since a
    machine that only trains reads no configuration and may lack the package."""
    import jsonschema

    def check_pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[Any]:
        """Patterns as JSON Schema means them (ECMA 262): ``$`` is the very end of the text, where
        Python's would let one line break follow."""
        if isinstance(instance, str) and not re.search(pattern.replace("$", r"\Z"), instance):
            yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")

    validator = jsonschema.validators.extend(
        jsonschema.Draft202012Validator, {"pattern": check_pattern}
    )
    return validator, jsonschema.exceptions.best_match


class _RefusedError(ValueError):
    """Valid YAML that is taken for a mistake; the message names the line."""


class _Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):
    """Safe loading that refuses a key given twice (YAML would silently keep the last), and infinity
    and NaN, which would pass every check of a range."""


def _mapping_without_duplicates(loader: _Loader, node: yaml.MappingNode) -> dict:
    loader.flatten_mapping(node)
    pairs = [(loader.construct_object(k, deep=True), v) for k, v in node.value]
    seen = set()
    for key, value_node in pairs:
        if key in seen:
            line = value_node.start_mark.line + 1
            raise _RefusedError(f"line {line}: the key {key!r} is given twice")
        seen.add(key)
    return {key: loader.construct_object(value, deep=True) for key, value in pairs}


def _finite_number(loader: _Loader, node: yaml.ScalarNode) -> float:
    value = loader.construct_yaml_float(node)
    if not math.isfinite(value):
        line = node.start_mark.line + 1
        raise _RefusedError(f"line {line}: expected a finite number, found {node.value}")
    return value


# YAML 1.1 takes 5e-4 for text, since it has no dot; YAML 1.2 and every reader take it for a number.
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"[-+]?[0-9]+[eE][-+]?[0-9]+$"), list("-+0123456789")
)
_Loader.add_constructor("tag:yaml.org,2002:float", _finite_number)
_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_without_duplicates)


def read_yaml(path: Path, where: str | None = None) -> dict[str, Any]:
    """The mapping that a YAML file holds.

    Args:
        path: the file.
        where: how messages call it; the path if not given.

    Raises:
        InputError: the file is missing, not YAML, or not a mapping.
    """
    try:
        with path.open(encoding="utf-8") as stream:
            content = yaml.load(stream, Loader=_Loader)
    except FileNotFoundError:
        raise InputError(f"{where or path}: there is no such file") from None
    except UnicodeDecodeError:
        raise InputError(f"{where or path}: expected text in UTF-8") from None
    except _RefusedError as error:
        raise InputError(f"{where or path}, {error}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise InputError(f"{where or path}{line}: not valid YAML: {problem}") from None
    if not isinstance(content, dict):
        found = f"found {content!r}"
        raise InputError(f"{where or path}: expected a mapping of keys to values, {found}")
    return content


def check_config_files(paths: Iterable[Path]) -> None:
    """Read configuration files for nothing but their mistakes: Snakemake reads them itself, and
    takes the last of a key that is given twice.

    Raises:
        InputError: names the file, and the line where it is known.
    """
    for path in paths:
        if path.suffix in (".yaml", ".yml"):
            read_yaml(path)


def validate(content: Mapping[str, Any], schema_name: str, where: str) -> dict[str, Any]:
    """Check ``content`` against a schema of workflow/schemas and fill in defaults. Without the
    package jsonschema nothing is checked.

    Raises:
        InputError: names ``where``, the key, what was expected and what was found.
    """
    schema = read_yaml(SCHEMAS / f"{schema_name}.schema.yaml")
    filled = _with_defaults(content, schema, schema)
    try:
        validator, best_match = _validation()
    except ModuleNotFoundError:
        # Snakemake brings it. A machine without has a configuration that was checked elsewhere.
        return filled
    error = best_match(validator(schema).iter_errors(filled))
    if error is not None:
        raise InputError(f"{where}: {_sentence(error)}")
    return filled


def _with_defaults(content: Any, schema: Mapping, root: Mapping) -> Any:
    """A copy of ``content`` in which absent properties have their schema's default."""
    if isinstance(content, Mapping) and "oneOf" in schema:
        schema = next(option for option in schema["oneOf"] if "$ref" in option)
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    if isinstance(content, Mapping) and schema.get("type") in ("object", ["object", "null"]):
        filled = dict(content)
        properties = schema.get("properties", {})
        for key, subschema in properties.items():
            if key not in filled and "default" in subschema:
                filled[key] = subschema["default"]
        others = schema.get("additionalProperties")
        for key, value in filled.items():
            subschema = properties.get(key, others if isinstance(others, Mapping) else {})
            filled[key] = _with_defaults(value, subschema, root)
        return filled
    if isinstance(content, list) and isinstance(schema.get("items"), Mapping):
        return [_with_defaults(item, schema["items"], root) for item in content]
    return content


def _sentence(error: "jsonschema.ValidationError") -> str:
    key = ".".join(str(part) for part in error.absolute_path)
    prefix = f"{key}: " if key else ""
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        unknown = sorted(set(error.instance) - set(known))
        return f"{prefix}unknown key {unknown[0]!r}; {choose_among(unknown[0], known)}"
    if error.validator == "required":
        missing = sorted(set(error.validator_value) - set(error.instance))
        return f"{prefix}the key {missing[0]!r} is missing"
    if error.validator == "enum":
        known = choose_among(error.instance, map(str, error.validator_value))
        return f"{prefix}found {error.instance!r}; {known}"
    expected = (error.schema.get("description") or error.message).split(". ")[0].rstrip(".")
    found = repr(error.instance)
    found = found if len(found) < 80 else found[:77] + "..."
    return f"{prefix}found {found}, expected: {' '.join(expected.split())} ({_rule(error)})"


def _rule(error: "jsonschema.ValidationError") -> str:
    value = error.validator_value
    if error.validator == "type":
        return f"type {' or '.join(value) if isinstance(value, list) else value}"
    return f"{error.validator} {value}" if isinstance(value, int | float | str) else error.message
