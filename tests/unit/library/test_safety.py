"""What the sources never do: unpickle files, run texts as code or commands, trust words as HTML."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SOURCES = sorted([*(ROOT / "workflow").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")])
RULES = [
    ROOT / "Snakefile",
    ROOT / "workflow" / "Snakefile",
    *sorted((ROOT / "workflow" / "rules").glob("*.smk")),
]

# Modules that make objects, and so run code, out of files.
UNPICKLING = {"pickle", "_pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}
# Of these modules, what does no such thing.
HARMLESS = {"pickle.PickleError"}
# What a function has to be called with.
SAFE_ARGUMENTS = {
    "torch.load": ("weights_only", True),
    "np.load": ("allow_pickle", False),
    "numpy.load": ("allow_pickle", False),
}
BUILT_IN = {"eval", "exec", "compile"}
FORBIDDEN = {
    "read_pickle", "unsafe_load", "full_load", "UnsafeLoader", "FullLoader", "add_safe_globals",
    "os.system", "os.popen", "getoutput", "getstatusoutput", "create_subprocess_shell",
    "snakemake.shell", "torch.hub.load", "torch.jit.load",
}  # fmt: skip
PROCESSES = {"run", "Popen", "call", "check_call", "check_output"}
# Where markup is made of more than a literal: the page's own files, and figures after `clean`.
MARKUP = ["rendering/pictures.py", "rendering/report.py"]


def dotted(node: ast.expr) -> str:
    """``a.b.c`` of a name or attribute, with ``?`` for anything else."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def faults(source: str) -> Iterator[str]:
    """What a source does that it must not do."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute | ast.Name):
            name = dotted(node)
            module, _, inner = name.partition(".")
            # A method of such a name, as of a network, is another thing.
            if name in BUILT_IN or any(f".{name}".endswith(f".{bad}") for bad in FORBIDDEN):
                yield name
            if module in UNPICKLING and inner and name not in HARMLESS:
                yield name
        elif isinstance(node, ast.ImportFrom):
            if node.module in UNPICKLING | {"subprocess"}:
                yield f"from {node.module}"
            yield from (a.name for a in node.names if a.name in FORBIDDEN)
        elif isinstance(node, ast.Call):
            yield from call_faults(node)


def call_faults(node: ast.Call) -> Iterator[str]:
    """What is wrong with the arguments of a call."""
    name = dotted(node.func)
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    if name in SAFE_ARGUMENTS:
        key, value = SAFE_ARGUMENTS[name]
        if not isinstance(given.get(key), ast.Constant) or given[key].value is not value:
            yield f"{name} without {key}={value}"
    if name == "yaml.load" and dotted(given.get("Loader", ast.Constant(0))) != "_Loader":
        yield "yaml.load with another loader"
    if "shell" in given:
        yield f"{name} with a shell"
    if name.startswith("subprocess.") and name.split(".")[1] in PROCESSES:
        command = node.args[0] if node.args else given.get("args")
        if not isinstance(command, ast.List):
            yield f"{name} of something else than a list"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_source_runs_nothing_that_it_reads(path):
    assert list(faults(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "torch.load(path)", "torch.load(path, weights_only=False)", "torch.load(p, weights_only=x)",
        "np.load(path)", "np.load(path, allow_pickle=True)", "pd.read_pickle(path)",
        "import pickle\npickle.load(stream)", "import joblib\njoblib.load(path)",
        "from pickle import loads", "pickle.Unpickler(stream)", "eval(text)", "exec(text)",
        "yaml.load(stream, Loader=yaml.Loader)", "yaml.load(stream)", "yaml.unsafe_load(stream)",
        "os.system('ls')", "os.popen(command)", "subprocess.run('ls')", "subprocess.run(command)",
        "subprocess.run(f'ls {name}')", "subprocess.run(['ls', name], shell=True)",
        "subprocess.Popen(args=command)", "from subprocess import run",
        "from snakemake.shell import shell\nsnakemake.shell(command)",
        "torch.serialization.add_safe_globals([X])", "subprocess.getoutput(command)",
    ],
)  # fmt: skip
def test_such_a_thing_is_found(source):
    assert list(faults(source))


@pytest.mark.parametrize(
    "source",
    [
        "torch.load(path, map_location=device, weights_only=True)", "model.eval()",
        "copy(model).eval()", "np.load(path, allow_pickle=False)", "re.compile(pattern)",
        "yaml.safe_load(text)",
        "yaml.load(stream, Loader=_Loader)", "subprocess.run(['git', *words])",
        "except_these = (pickle.PickleError,)",
    ],
)  # fmt: skip
def test_harmless_things_are_not(source):
    assert not list(faults(source))


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_rules_run_scripts_alone(path):
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"^ +(shell|run|wrapper|notebook|cwl|shadow):", text, re.MULTILINE) == []
    assert re.findall(r"\b(shell|eval|exec|os\.system|subprocess)\b", text) == []


def test_markup_is_made_of_literals_elsewhere():
    made = [
        "/".join(path.parts[-2:])
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] == "Markup"
        if not (node.args and isinstance(node.args[0], ast.Constant))
    ]
    assert sorted(made) == MARKUP


def test_yaml_is_read_by_a_safe_loader():
    import yaml

    from reprise.studies import yaml_files

    safe = (yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    assert issubclass(yaml_files._Loader, safe)
