"""The `pdf` sections of a spec, derived from the fields of the density classes.

A density is written with `params`, its values in the order of its fields, or in our own format also
with its fields by name. A new density needs no line here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, fields
from functools import cache
from typing import Annotated, Any, Literal, Union

from annotated_types import MinLen
from pydantic import Discriminator, Field, Tag, create_model

from morefit_py.pdfs.composition.product import Product
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.discovery import fields_of, registry
from morefit_py.spec.layout_templates import TEMPLATES
from morefit_py.spec.section import Limits, Name, Names, Number, Section, Value

# Densities of the format that this version does not have.
UNSUPPORTED = frozenset({"flow", "conditional_flow", "dcr_surrogate"})
OBSERVABLE = "observable"
_OBSERVABLES = ("observable", "observables")
_VALUES = ("value", "values")


def values_of(density: type[Density]) -> list[tuple[str, str]]:
    """The fields that `params` holds, in order, with their kinds."""
    return [(name, kind) for name, kind in fields_of(density) if kind in _VALUES]


def has_params(density: type[Density]) -> bool:
    """Whether a density can be written with `params`: one observable and values are all it has."""
    return all(kind in (*_VALUES, OBSERVABLE) for _, kind in fields_of(density))


@cache
def _sections() -> dict[str, type[Section]]:
    """Every form of every density, by its tag: `<type params>` by `params`, `<type>` by its fields."""
    found: dict[str, type[Section]] = {}
    for name, density in registry().items():
        found[f"<{name}>"] = _by_fields(density)
        if has_params(density):
            found[f"<{name} params>"] = _by_params(density)
    pdf = _union(found, _tag_of_form)
    for section in found.values():
        section.model_rebuild(_types_namespace={"Pdf": pdf})
    return found


def pdf_by_params() -> Any:
    """The densities as the contract writes them: values in `params`."""
    held = {}
    for name, density in registry().items():
        kinds = {kind for _, kind in fields_of(density)}
        if has_params(density):
            held[f"<{name}>"] = _sections()[f"<{name} params>"]
        elif not kinds & {*_VALUES, "density", "densities"}:
            held[f"<{name}>"] = _sections()[f"<{name}>"]
    inline: Any = _union(dict(held), _tag)
    held["<product>"] = _section(Product, "Params", {"components": (Annotated[list[inline], MinLen(1)], ...)})
    return _union(held | _templates(), _tag)


def pdf_in_any_form() -> Any:
    """The densities by `params` or by their fields."""
    return _union(_sections() | _templates(), _tag_of_form)


def _templates() -> dict[str, type[Section]]:
    return {f"<{name}>": section for name, section in TEMPLATES.items()}


def _union(sections: dict[str, type[Section]], tag: Callable[[Any], str | None]) -> Any:
    tagged = tuple(Annotated[section, Tag(name)] for name, section in sections.items())
    return Annotated[Union[tagged], Discriminator(tag)]  # noqa: UP007 - a union made at run time


def _tag(value: Any) -> str | None:
    kind = value.get("type") if isinstance(value, dict) else None
    return f"<{kind}>" if isinstance(kind, str) else None


def _tag_of_form(value: Any) -> str | None:
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(kind, str):
        return None
    by_params = "params" in value and kind in registry() and has_params(registry()[kind])
    return f"<{kind} params>" if by_params else f"<{kind}>"


def _by_params(density: type[Density]) -> type[Section]:
    named = values_of(density)
    many = any(kind == "values" for _, kind in named)
    count: dict[str, Any] = {} if many else {"minItems": len(named), "maxItems": len(named)}
    about = ", ".join(name + ("..." if kind == "values" else "") for name, kind in named)
    if named:
        params = Field(..., description=about, json_schema_extra=count)
    else:
        params = Field([], json_schema_extra=count)
    return _section(density, "Params", {OBSERVABLE: (Name, ...), "params": (list[Value], params)})


def _by_fields(density: type[Density]) -> type[Section]:
    types: dict[str, Any] = {
        "observable": Name,
        "value": Value,
        "values": list[Value],
        "number": Number,
        "numbers": list[Number],
        "ranges": list[Limits],
        "rows": list[list[Number]],
        "texts": list[Name],
        "density": "Pdf",
        "densities": "list[Pdf]",
        "expression": Name,
        "observables": Names,
    }
    optional = {
        field.name
        for field in fields(density)
        if field.default is not MISSING or field.default_factory is not MISSING
    }
    held: dict[str, Any] = {}
    for name, kind in fields_of(density):
        domain = density.domains.get(name)
        about = None if domain is None else f"must be {domain}"
        if name in optional:
            held[_key(name, kind)] = (types[kind] | None, Field(None, description=about))
        else:
            held[_key(name, kind)] = (types[kind], Field(..., description=about))
    return _section(density, "", held)


def _key(name: str, kind: str) -> str:
    """The key of a field: its name, but `observable` for whatever holds observables."""
    return OBSERVABLE if kind in _OBSERVABLES else name


def _section(density: type[Density], suffix: str, held: dict[str, Any]) -> type[Section]:
    kind = Literal[density.type]  # type: ignore[name-defined]
    about = inspect.cleandoc(density.__doc__ or "").partition("\n\n")[0]
    made: type[Section] = create_model(
        density.__name__ + suffix,
        __base__=Section,
        __module__=__name__,
        __doc__=about,
        type=(kind, ...),
        **held,
    )
    return made
