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
    for module in _modules():
        import_module(module)
    return {found.type: found for found in sorted(_inside(), key=lambda found: found.type)}


@cache
def density_of(kind: str) -> type[Density] | None:
    """The density of this package with that type name; None for none.

    Where a file has that name no other needs to be imported.
    """
    for module in _modules():
        if module.endswith(f".{kind}"):
            import_module(module)
    held = {found.type: found for found in _inside()}
    return held[kind] if kind in held else registry().get(kind)


@cache
def _modules() -> list[str]:
    """The names of all modules of this package."""
    return [module.name for module in pkgutil.walk_packages(pdfs.__path__, f"{pdfs.__name__}.")]


def _inside() -> list[type[Density]]:
    """The densities of this package that are imported."""
    return [found for found in concrete_densities() if found.__module__.startswith(f"{pdfs.__name__}.")]


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
