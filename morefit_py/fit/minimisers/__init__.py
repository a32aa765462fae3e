"""The minimisers, each a file of this folder that defines `minimise(problem, settings) -> Minimum`."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from morefit_py.errors import FitError, nearest
from morefit_py.fit.minimum import Minimiser


@cache
def minimisers() -> tuple[str, ...]:
    """The names of all minimisers there are."""
    return tuple(sorted(module.name for module in iter_modules(__path__)))


def minimiser(name: str) -> Minimiser:
    """The minimiser of that name; raises FitError with the nearest right name."""
    known = minimisers()
    if name not in known:
        raise FitError(f"minimiser: there is none called {name!r}{nearest(name, known)}")
    found: Minimiser = import_module(f"{__name__}.{name}").minimise
    return found
