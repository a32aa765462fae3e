"""A document against the layout of its format, with every departure said in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from pydantic import ValidationError

from morefit_py.errors import SpecError, nearest
from morefit_py.pdfs.discovery import registry
from morefit_py.spec import layout_v0, layout_v1
from morefit_py.spec.layout_pdf import UNSUPPORTED
from morefit_py.spec.lines import Document
from morefit_py.spec.problems import Problems
from morefit_py.spec.section import OWN, Section

Spec: TypeAlias = layout_v0.Spec | layout_v1.Spec
_Layout = TypeVar("_Layout", bound=Section)
LAYOUTS: dict[str, type[Spec]] = {layout.VERSION: layout.Spec for layout in (layout_v1, layout_v0)}


def validate(document: Document) -> Spec:
    """The spec a document holds; raises SpecError with all departures from the layout of its format."""
    data = document.data
    versions = " or ".join(LAYOUTS)
    if not isinstance(data, dict):
        raise SpecError(f"{document.where(())}: is {shown(data)}, not a mapping; begin with schema_version")
    if "schema_version" not in data:
        remedy = f"add schema_version: {layout_v1.VERSION}"
        raise SpecError(f"{document.where(())}: the key 'schema_version' is missing; {remedy}")
    version = data["schema_version"]
    layout = LAYOUTS.get(version) if isinstance(version, str) else None
    if layout is None:
        where = document.where(("schema_version",))
        held = "nothing" if version is None else version
        raise SpecError(f"{where}: unsupported schema_version: {held} (expected {versions})")
    return validated(document, layout)


def validated(document: Document, layout: type[_Layout]) -> _Layout:
    """The document as this layout has it; raises SpecError with all departures from it."""
    try:
        return layout.model_validate(document.data)
    except ValidationError as found:
        problems = Problems(document)
        for error in found.errors(include_url=False):
            path = (*error["loc"], "type") if _is_of_type(error) else error["loc"]
            problems.add(path, _words(error, document))
        problems.raise_if_any()
        raise


def shown(value: Any) -> str:
    """A value in few words."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _is_of_type(error: Any) -> bool:
    """Whether a section has a `type` that is none of its forms, and not only lacks one."""
    held = error["input"]
    return error["type"] in _FORMLESS and isinstance(held, dict) and "type" in held


def _words(error: Any, document: Document) -> str:
    say = _WORDS.get(error["type"])
    if say is not None:
        return say(error)
    if error["type"] in _FORMLESS:
        path, _ = document.locate(error["loc"])
        words = [part for part in path if isinstance(part, str)]
        return _wrong_form(words[-1] if words else "", error)
    return str(error["msg"])


_FORMLESS = ("union_tag_invalid", "union_tag_not_found")


def _expected(what: str) -> Callable[[Any], str]:
    return lambda error: f"expected {what}, found {shown(error['input'])}"


def _literal(error: Any) -> str:
    expected = error["ctx"]["expected"]
    return f"expected {expected}, found {shown(error['input'])}"


def _items(error: Any) -> str:
    least, most = error["ctx"].get("min_length"), error["ctx"].get("max_length")
    if isinstance(error["input"], dict):
        return "must not be empty"
    wanted = f"at least {least}" if error["type"] == "too_short" else f"at most {most}"
    return f"expected {wanted} item{'s' * (wanted[-2:] != ' 1')}, found {error['ctx']['actual_length']}"


_WORDS: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(OWN, lambda error: str(error["ctx"]["what"])),
    "missing": lambda error: f"the key {error['loc'][-1]!r} is missing; add it",
    "float_type": _expected("a number"),
    "finite_number": _expected("a finite number"),
    "string_type": _expected("text"),
    "string_too_short": lambda error: "must not be empty",
    "int_type": _expected("a whole number"),
    "bool_type": _expected("true or false"),
    "list_type": _expected("a list"),
    "dict_type": _expected("a mapping"),
    "model_type": _expected("a mapping"),
    "model_attributes_type": _expected("a mapping"),
    "literal_error": _literal,
    "too_short": _items,
    "too_long": _items,
    "greater_than": lambda error: f"{shown(error['input'])} is not > {error['ctx']['gt']:g}",
    "greater_than_equal": lambda error: f"{shown(error['input'])} is not >= {error['ctx']['ge']:g}",
}


def _wrong_form(key: str, error: Any) -> str:
    """What is wrong with a section that may have several forms, told apart by its type."""
    held = error["input"]
    if key in _FORMS and (key in _NO_MAPPING or not isinstance(held, dict)):
        return f"expected {_FORMS[key]}, found {shown(held)}"
    if not isinstance(held, dict):
        return f"expected a number, a parameter or an expression, found {shown(held)}"
    if "type" not in held:
        return "the key 'type' is missing; add it"
    kind = held["type"]
    if not isinstance(kind, str):
        return f"expected text, found {shown(kind)}"
    if key in ("yield", "modifiers", "constraint", "constraints"):
        expected = error["ctx"].get("expected_tags", "").replace("'", "").split(", ")
        known = [tag.strip("<>") for tag in expected if tag not in ("<value>", "<short>")]
        return f"unknown {key.removesuffix('s')} type {kind!r}{nearest(kind, known)}"
    if kind in UNSUPPORTED:
        return f"the pdf type {kind!r} is not supported by this version, which has no neural densities"
    if kind in registry():
        return f"the pdf type {kind!r} is not part of this format; use schema_version: {layout_v1.VERSION}"
    return f"unknown pdf type {kind!r}{nearest(kind, registry())}"


_NO_MAPPING = ("each", "file")
_FORMS = {
    "parameters": "a list or a mapping of parameters",
    "pdf": "a mapping with a type",
    "densities": "a mapping with a type",
    "modifiers": "a mapping with a type",
    "observable": "a name or a list of names",
    "file": "a path or a list of paths",
    "each": "a path or a list of paths",
    "data": "a path, a list of paths, or a mapping from channels to these",
    "constraint": "a mapping with a type, or gaussian: [mean, sigma]",
    "constraints": "a mapping with a type",
    "yield": "a number, a parameter, an expression or a mapping with a type",
}
