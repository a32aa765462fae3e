"""The dialects kernels are printed in, one a file, found by their files."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from morefit_py.codegen.dialect import Dialect
from morefit_py.errors import BackendError, nearest


@cache
def dialect_names() -> tuple[str, ...]:
    """Every dialect there is."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def dialect(name: str) -> Dialect:
    """The dialect of this name; raises BackendError with the nearest right one."""
    if name not in dialect_names():
        raise BackendError(f"unknown dialect {name!r}{nearest(name, dialect_names())}")
    found = import_module(f"{__name__}.{name}").DIALECT
    assert isinstance(found, Dialect)
    return found
