"""Guards against rot: what the linters cannot see of the rules in docs/architecture.md.

Each guard is a function from a parsed file to its offences, and is itself held against a line
that must offend and one that must not.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from tools.file_length import HARD, lengths

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "morefit_py"
TEMPLATES = ROOT / "codegen_templates"
MODULES = sorted(PACKAGE.rglob("*.py"))

BACKENDS = {"c", "opencl", "cuda", "metal", "reference"}
# Where a backend may be named: its own files, its dialect, and the help of the commands.
NAMED_IN = ("backends", "codegen/dialects", "cli")

# Tests that hold every file of a folder against one table, so that a new file is tested by existing.
TESTED_BY_TABLE = {
    "model/constraints": "tests/model/constraints/test_constraints.py",
    "report/plots": "tests/report/plots/test_results.py",
}

BANNED_NAMES = {"eval", "exec", "__import__", "sympify", "parse_expr", "lambdify"}
BANNED_ATTRIBUTES = {"sympify", "parse_expr", "lambdify", "unsafe_load", "full_load", "setrecursionlimit"}
BANNED_CALLS = {("yaml", "load"), ("os", "system"), ("os", "popen")}
BANNED_IMPORTS = {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle"}
BANNED_TRUE = {"shell", "allow_pickle"}

# A path below somebody's home or working folder.
MACHINE_PATH = re.compile(r"(?<![\w.:/])/(?:home|Users|root|work|mnt)/\w")
TEXT = {".py", ".md", ".toml", ".yaml", ".yml", ".json", ".j2", ".jinja", ".c", ".h", ".cl", ".cu", ".metal"}

FOLDERS = ("morefit_py", "codegen_templates", "tests", "tools", "docs", "examples", "benchmarks", "specs")

Guard = Callable[[ast.Module], Iterator[str]]


def named_backends(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in BACKENDS:
            yield f"{node.lineno}: {node.value!r}"
    for line, module in imports(tree):
        if module.startswith("morefit_py.backends."):
            yield f"{line}: imports {module}"


def dangerous(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) if name in BANNED_NAMES:
                yield f"{node.lineno}: {name}"
            case ast.Attribute(value=ast.Name(id=module), attr=name) if (module, name) in BANNED_CALLS:
                yield f"{node.lineno}: {module}.{name}"
            case ast.Attribute(attr=name) if name in BANNED_ATTRIBUTES:
                yield f"{node.lineno}: {name}"
            case ast.keyword(arg=str(name), value=ast.Constant(value=True)) if name in BANNED_TRUE:
                yield f"{node.value.lineno}: {name}=True"
    for line, module in imports(tree):
        stem, _, name = module.rpartition(".")
        if module.split(".")[0] in BANNED_IMPORTS or (stem, name) in BANNED_CALLS:
            yield f"{line}: imports {module}"


def sympy_imports(tree: ast.Module) -> Iterator[str]:
    for line, module in imports(tree):
        if module.split(".")[0] == "sympy":
            yield f"{line}: imports {module}"


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The line and full name of all that is imported, and of the modules it comes from."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield node.lineno, module
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in names)


def dialect_conditionals(template: nodes.Template) -> Iterator[str]:
    tests: list[nodes.Node] = [node.test for node in template.find_all(nodes.If)]
    tests += [node.test for node in template.find_all(nodes.CondExpr)]
    tests += [loop.test for loop in template.find_all(nodes.For) if loop.test is not None]
    for test in tests:
        # find_all looks below a node only.
        for node in (test, *test.find_all((nodes.Const, nodes.Name))):
            if isinstance(node, nodes.Const) and node.value in BACKENDS:
                yield f"{node.lineno}: {node.value!r}"
            if isinstance(node, nodes.Name) and node.name in BACKENDS | {"dialect", "backend"}:
                yield f"{node.lineno}: {node.name}"


def has_code(tree: ast.Module) -> bool:
    """Whether anything runs: a protocol, an enum or a record has nothing to test."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Lambda):
            return True
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not all(map(is_empty, node.body)):
            return True
    return False


def is_empty(statement: ast.stmt) -> bool:
    """Whether it is `pass`, `...` or a docstring."""
    constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return constant or isinstance(statement, ast.Pass)


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def within(path: Path, folders: tuple[str, ...]) -> bool:
    return any(path.is_relative_to(PACKAGE / folder) for folder in folders)


def identity(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [p for p in MODULES if not within(p, NAMED_IN)], ids=identity)
def test_no_backend_is_named_outside_its_own_files(path: Path) -> None:
    assert list(named_backends(parse(path))) == []


@pytest.mark.parametrize("path", MODULES, ids=identity)
def test_nothing_runs_text_as_code(path: Path) -> None:
    assert list(dangerous(parse(path))) == []


def test_sympy_is_imported_in_one_file() -> None:
    assert len([path for path in MODULES if list(sympy_imports(parse(path)))]) <= 1


@pytest.mark.parametrize("path", sorted(p for p in TEMPLATES.rglob("*") if p.is_file()), ids=identity)
def test_templates_do_not_ask_for_the_dialect(path: Path) -> None:
    template = jinja2.Environment().parse(path.read_text(encoding="utf-8"))
    assert list(dialect_conditionals(template)) == []


@pytest.mark.parametrize("path", [p for p in MODULES if p.name != "__init__.py"], ids=identity)
def test_module_has_its_test(path: Path) -> None:
    module = path.relative_to(PACKAGE)
    table = TESTED_BY_TABLE.get(module.parent.as_posix())
    if table is not None:
        assert (ROOT / table).is_file()
    elif has_code(parse(path)):
        pattern = f"test_{module.stem.lstrip('_')}*.py"
        layer = ROOT / "tests" / (module.parts[0] if module.parent.parts else "")
        found = [*(ROOT / "tests" / module.parent).glob(pattern), *layer.rglob(pattern)]
        assert found, f"{module} needs {(Path('tests') / module.parent / pattern)}"


def test_no_file_is_too_long() -> None:
    assert {path: count for path, count in lengths(ROOT).items() if count > HARD} == {}


def test_no_path_of_a_machine_is_written_down() -> None:
    offences = []
    for path in sorted(committed_text()):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if MACHINE_PATH.search(line):
                offences.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert offences == []


def committed_text() -> Iterator[Path]:
    yield from (path for path in ROOT.iterdir() if path.suffix in TEXT or path.name == "Makefile")
    for folder in FOLDERS:
        yield from (path for path in (ROOT / folder).rglob("*") if path.suffix in TEXT)


@pytest.mark.parametrize(
    ("guard", "offence"),
    [
        (named_backends, 'select("cuda")'),
        (named_backends, 'if name == "c": pass'),
        (named_backends, "from morefit_py.backends.opencl import compile"),
        (named_backends, "from morefit_py.backends import opencl"),
        (named_backends, "import morefit_py.backends.c"),
        (dangerous, "eval('1')"),
        (dangerous, "run = exec"),
        (dangerous, "sympy.sympify(text)"),
        (dangerous, "from sympy import lambdify; lambdify(x)"),
        (dangerous, "yaml.load(text, Loader=L)"),
        (dangerous, "from yaml import load"),
        (dangerous, "import pickle"),
        (dangerous, "from pickle import loads"),
        (dangerous, "subprocess.run(command, shell=True)"),
        (dangerous, "np.load(path, allow_pickle=True)"),
        (dangerous, "os.system(command)"),
        (dangerous, "sys.setrecursionlimit(10**6)"),
        (sympy_imports, "import sympy as sp"),
        (sympy_imports, "from sympy.core import Expr"),
    ],
)
def test_guard_sees_the_offence(guard: Guard, offence: str) -> None:
    assert list(guard(ast.parse(offence)))


@pytest.mark.parametrize(
    ("guard", "innocent"),
    [
        (named_backends, '"""Runs on cuda, opencl and c."""'),
        (named_backends, 'import_module(f"morefit_py.backends.{name}")'),
        (named_backends, "from morefit_py.runtime import backend"),
        (dangerous, "yaml.safe_load(text)"),
        (dangerous, "pattern = re.compile('eval')"),
        (dangerous, "json.load(stream)"),
        (dangerous, "subprocess.run(command, shell=False)"),
        (sympy_imports, "from morefit_py.graph import sympy_bridge"),
    ],
)
def test_guard_passes_the_innocent(guard: Guard, innocent: str) -> None:
    assert list(guard(ast.parse(innocent))) == []


@pytest.mark.parametrize(
    ("template", "offends"),
    [
        ("{% if dialect == 'x' %}a{% endif %}", True),
        ("{% if name == 'cuda' %}a{% endif %}", True),
        ("{% if a %}{% elif name in ['metal'] %}a{% endif %}", True),
        ("{{ 'a' if cuda else 'b' }}", True),
        ("{% for x in y if opencl %}{{ x }}{% endfor %}", True),
        ("{% if opencl %}a{% endif %}", True),
        ("{% if with_gradient %}cuda{% endif %}{{ dialect }}", False),
        ("{% for x in y if x.used %}{{ x }}{% endfor %}", False),
    ],
)
def test_guard_reads_templates(template: str, offends: bool) -> None:
    assert bool(list(dialect_conditionals(jinja2.Environment().parse(template)))) is offends


@pytest.mark.parametrize(
    ("source", "runs"),
    [
        ("def f(x: int) -> int:\n    return x", True),
        ("table = {1: lambda x: x}", True),
        ("def f() -> None:\n    g()", True),
        ('class P(Protocol):\n    def f(self) -> int:\n        """Says."""\n        ...', False),
        ("class E(Enum):\n    A = 1", False),
    ],
)
def test_a_record_needs_no_test(source: str, runs: bool) -> None:
    assert has_code(ast.parse(source)) is runs


def test_machine_paths_are_recognised() -> None:
    assert MACHINE_PATH.search("see " + "/".join(["", "home", "someone", "file"]))
    assert not MACHINE_PATH.search("a/work/b https://host/home/x ./root/x")
