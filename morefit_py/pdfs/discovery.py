"""Which densities there are, and what their fields are: a new file in a family's folder suffices."""

from __future__ import annotations

import pkgutil
from dataclasses import fields
from functools import cache
from importlib import import_module

from morefit_py import pdfs
from morefit_py.errors import ModelError
from morefit_py.pdfs.density import Density, concrete_densities
from morefit_py.pdfs.kinds import ANNOTATIONS, kind_of


@cache
def registry() -> dict[str, type[Density]]:
    """Every density of this package by its type name, in alphabetic order."""
    for module in pkgutil.walk_packages(pdfs.__path__, f"{pdfs.__name__}."):
        import_module(module.name)
    inside = (found for found in concrete_densities() if found.__module__.startswith(f"{pdfs.__name__}."))
    return {found.type: found for found in sorted(inside, key=lambda found: found.type)}


def fields_of(density: type[Density]) -> list[tuple[str, str]]:
    """The fields of a density class in order, each with its kind.

    Kinds are those of `kind_of`. Raises ModelError for an annotation that has none.
    """
    found = []
    for field in fields(density):
        kind = kind_of(field.type)
        if kind is None:
            raise ModelError(
                f"{density.type}: the field {field.name!r} is annotated {field.type!r}; "
                f"a density's fields are {', '.join(ANNOTATIONS)}"
            )
        found.append((field.name, kind))
    return found
