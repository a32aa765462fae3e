"""The public names: each is there, and says what it is."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import morefit_py as mf

PLACES = {"morefit_py": mf, "morefit_py.expressions": mf.expressions, "morefit_py.pdfs": mf.pdfs}
NAMES = [(place, name) for place, module in PLACES.items() for name in module.__all__]


def _documented(held: Any) -> Iterator[tuple[str, Any]]:
    """What a user can ask for help on: a function, or a class and what it has."""
    if inspect.isfunction(held) or inspect.isclass(held):
        yield "", held
    if inspect.isclass(held) and not issubclass(held, BaseException):
        for name in dir(held):
            member = inspect.getattr_static(held, name)
            if not name.startswith("_") and (inspect.isroutine(member) or isinstance(member, property)):
                yield f".{name}", getattr(held, name)


@pytest.mark.parametrize(("place", "name"), NAMES, ids=[name for _, name in NAMES])
def test_it_has_a_docstring(place: str, name: str) -> None:
    bare = [
        name + part for part, held in _documented(getattr(PLACES[place], name)) if not inspect.getdoc(held)
    ]
    assert not bare


def test_dialects_are_named() -> None:
    assert {"c", "cuda", "metal", "opencl"} <= set(mf.dialects())


def test_all_names_are_there() -> None:
    assert set(mf.__all__) <= set(dir(mf))
    for name in mf.__all__:
        assert getattr(mf, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = mf.nonsense


def test_type_checkers_see_each_name_where_it_is() -> None:
    tree = ast.parse(Path(mf.__file__).read_text(encoding="utf-8"))
    seen = {}
    for block in tree.body:
        if isinstance(block, ast.If):
            for node in block.body:
                assert isinstance(node, ast.ImportFrom)
                assert node.module is not None
                for alias in node.names:
                    held = vars(sys.modules[node.module])[alias.name]
                    seen[alias.asname or alias.name] = held
    assert seen == {name: getattr(mf, name) for name in mf.__all__}


def test_names_can_be_imported() -> None:
    code = """
import morefit_py as mf
mf.pdfs.Gaussian
from morefit_py import Dataset, compile, expressions, load, pdfs, plot
from morefit_py import *
assert Mixture is mf.Mixture and callable(compile) and callable(plot) and expressions.exp and pdfs.Uniform
"""
    subprocess.run([sys.executable, "-c", code], check=True)


HEAVY = ("numpy", "scipy", "pydantic", "pyarrow", "matplotlib", "rich", "typer", "sympy", "jinja2", "iminuit")


def _loads(code: str, *modules: str) -> list[str]:
    """Which of the modules a program loads."""
    ask = f"import sys; print(*[name for name in {modules} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", f"{code}\n{ask}"], check=True, capture_output=True, text=True)
    return ran.stdout.split()


def test_the_import_loads_nothing() -> None:
    assert _loads("import morefit_py; dir(morefit_py)", *HEAVY, "morefit_py.graph") == []


def test_models_load_what_they_use() -> None:
    code = "import morefit_py as mf; x = mf.Observable('x', 0, 1); mf.pdfs.Uniform(x); mf.compile"
    unused = [name for name in HEAVY if name != "numpy"]
    assert _loads(code, *unused) == []


def test_modules_of_the_graph_load_in_any_order() -> None:
    code = """
import pkgutil, sys
from importlib import import_module
import morefit_py.graph as graph
for name in [module.name for module in pkgutil.iter_modules(graph.__path__, "morefit_py.graph.")]:
    for held in [held for held in sys.modules if held.startswith("morefit_py.")]:
        del sys.modules[held]
    import_module(name)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_plots_are_imported_when_they_are_made() -> None:
    code = "import sys, morefit_py as mf; assert callable(mf.plot); assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_statistics_are_imported_when_they_are_used() -> None:
    code = "import sys, morefit_py; assert 'scipy.stats' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
