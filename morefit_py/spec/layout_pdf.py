"""The `pdf` sections of a spec, derived from the fields of the density classes.

A density is written with `params`, its values in the order of its fields, or in our own format also
with its fields by name. A new density needs no line here.
"""

from __future__ import annotations

import inspect
from dataclasses import MISSING, fields
from functools import cache
from typing import Annotated, Any, Literal

from annotated_types import MinLen
from pydantic import Field, create_model

from morefit_py.pdfs.composition.product import Product
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.discovery import density_of, fields_of, registry
from morefit_py.spec.choice import Choice
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
    kinds = [kind for _, kind in fields_of(density)]
    return all(kind in (*_VALUES, OBSERVABLE) for kind in kinds) and kinds.count(OBSERVABLE) == 1


def keys_of(density: type[Density]) -> dict[str, str]:
    """The key of each field: its name, but `observable` for what holds all of a density's observables."""
    held = [name for name, kind in fields_of(density) if kind in _OBSERVABLES]
    return {name: OBSERVABLE if held == [name] else name for name, _ in fields_of(density)}


def _tag(value: Any) -> str | None:
    kind = value.get("type") if isinstance(value, dict) else None
    return f"<{kind}>" if isinstance(kind, str) else None


def _tag_of_form(value: Any) -> str | None:
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(kind, str):
        return None
    density = density_of(kind) if "params" in value else None
    return f"<{kind} params>" if density is not None and has_params(density) else f"<{kind}>"


@cache
def _form(tag: str) -> type[Section] | None:
    """The form of a density with that tag: `<type params>` by `params`, `<type>` by its fields."""
    name, _, params = tag.strip("<>").partition(" ")
    density = density_of(name)
    if density is None:
        return None
    return _by_params(density) if params else _by_fields(density)


def _form_by_params(tag: str) -> type[Section] | None:
    """A form of the contract without densities inside: `params`, or fields that are no values."""
    density = density_of(tag.strip("<>"))
    if density is None:
        return None
    if has_params(density):
        return _form(f"<{density.type} params>")
    kinds = {kind for _, kind in fields_of(density)}
    return None if kinds & {*_VALUES, "density", "densities"} else _form(tag)


def _template(tag: str) -> type[Section] | None:
    return TEMPLATES.get(tag.strip("<>"))


def _tags() -> list[str]:
    """The tags of all forms of densities."""
    found = []
    for name, density in registry().items():
        found += [f"<{name}>", f"<{name} params>"] if has_params(density) else [f"<{name}>"]
    return found


def _tags_by_params() -> list[str]:
    return [tag for tag in (f"<{name}>" for name in registry()) if _form_by_params(tag) is not None]


def _tags_of_templates() -> list[str]:
    return [f"<{name}>" for name in TEMPLATES]


@cache
def _product_by_params() -> type[Section]:
    return _section(Product, "Params", {"components": (Annotated[list[_FACTOR], MinLen(1)], ...)})


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
        "text": Name,
        "texts": list[Name],
        "density": _INSIDE,
        "densities": list[_INSIDE],
        "expression": Name,
        "observables": Names,
    }
    optional = {
        field.name
        for field in fields(density)
        if field.default is not MISSING or field.default_factory is not MISSING
    }
    held: dict[str, Any] = {}
    keys = keys_of(density)
    for name, kind in fields_of(density):
        domain = density.domains.get(name)
        about = None if domain is None else f"must be {domain}"
        form = Literal[density.choices[name]] if name in density.choices else types[kind]
        if name in optional:
            held[keys[name]] = (form | None, Field(None, description=about))
        else:
            held[keys[name]] = (form, Field(..., description=about))
    made = _section(density, "", held)
    made.other_keys = ("params",) if has_params(density) else ()
    return made


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


_PRODUCT = f"<{Product.type}>"
_FACTOR = Annotated[Any, Choice(_tag, _form_by_params, _tags_by_params)]
_INSIDE = Annotated[Any, Choice(_tag_of_form, _form, _tags)]
PDF_BY_PARAMS = Annotated[
    Any,
    Choice(
        _tag,
        lambda tag: _product_by_params() if tag == _PRODUCT else _template(tag) or _form_by_params(tag),
        lambda: [*_tags_by_params(), _PRODUCT, *_tags_of_templates()],
    ),
]
"""The densities as the contract writes them: values in `params`."""
PDF = Annotated[
    Any,
    Choice(
        _tag_of_form,
        lambda tag: _template(tag) or _form(tag),
        lambda: [*_tags(), *_tags_of_templates()],
    ),
]
"""The densities by `params` or by their fields."""


def all_forms() -> list[type[Section]]:
    """The section of every form of a density in either format."""
    found = [_form(tag) for tag in _tags()]
    return [*(form for form in found if form is not None), *TEMPLATES.values(), _product_by_params()]
