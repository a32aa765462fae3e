"""The public names: each is there, and says what it is."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Iterator
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


def test_plots_are_imported_when_they_are_made() -> None:
    code = "import sys, morefit_py as mf; assert callable(mf.plot); assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_statistics_are_imported_when_they_are_used() -> None:
    code = "import sys, morefit_py; assert 'scipy.stats' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
