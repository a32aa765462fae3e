"""From the `pdf` sections of a spec to densities."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from morefit_py.errors import GraphError, ModelError, nearest
from morefit_py.graph.build import Node
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.discovery import density_of, fields_of
from morefit_py.spec.layout_pdf import OBSERVABLE, keys_of, values_of
from morefit_py.spec.lines import PathParts
from morefit_py.spec.scope import Scope

Observables = Mapping[str, Observable]
# Where a field stands, and its values with their places (one for a field in the singular).
Entry = tuple[PathParts, list[tuple[PathParts, Any]]]
# The fields that a section gives.
Written = dict[str, Entry]
# How the problem of a density begins that is one of a field, or of an element of it.
_FIELD = re.compile(r"(?P<name>\w+)(?P<indices>(\[\d+\])*)(?=[ :])")
_PLURALS = {
    "observables": "observable",
    "values": "value",
    "numbers": "number",
    "ranges": "range",
    "rows": "row",
    "texts": "text",
    "densities": "density",
}


def density(section: Any, path: PathParts, scope: Scope, observables: Observables) -> Density | None:
    """The density of a section; None where it has problems, which the scope collects."""
    kind = density_of(section.type)
    assert kind is not None, "sections are made of densities"
    if "params" in type(section).model_fields:
        written = _by_params(section, kind, path, scope)
        if written is None:
            return None
    else:
        written = _by_fields(section, kind, path)
    held: dict[str, Any] = {}
    complete = True
    for name, what in fields_of(kind):
        if name in written:
            read = _READERS[_PLURALS.get(what, what)]
            values = tuple(read(value, at, scope, observables) for at, value in written[name][1])
            complete = complete and not any(value is None for value in values)
            held[name] = values if what in _PLURALS else values[0]
    if not complete:
        return None
    try:
        return kind(**held)
    except (ModelError, GraphError) as problem:
        scope.problems.add(*placed(str(problem), written, path))
        return None


def _by_fields(section: Any, kind: type[Density], path: PathParts) -> Written:
    found: Written = {}
    for name, key in keys_of(kind).items():
        value = getattr(section, key)
        if value is not None:
            found[name] = entries(value, (*path, key))
    return found


def entries(value: Any, at: PathParts) -> Entry:
    """Where a value stands, and its elements if it is a list of them."""
    each = [((*at, i), one) for i, one in enumerate(value)] if isinstance(value, list) else [(at, value)]
    return at, each


def _by_params(section: Any, kind: type[Density], path: PathParts, scope: Scope) -> Written | None:
    at = (*path, OBSERVABLE)
    found: Written = {
        name: (at, [(at, section.observable)]) for name, what in fields_of(kind) if what == OBSERVABLE
    }
    at = (*path, "params")
    params = [((*at, i), each) for i, each in enumerate(section.params)]
    named = values_of(kind)
    many = any(what == "values" for _, what in named)
    if len(params) < len(named) if many else len(params) != len(named):
        names = ", ".join(name + ("..." if what == "values" else "") for name, what in named) or "none"
        least = f"at least {len(named)}" if many else str(len(named))
        plural = "" if len(named) == 1 else "s"
        scope.problems.add(at, f"{kind.type} takes {least} param{plural} ({names}), not {len(params)}")
        return None
    spare = len(params) - len(named)
    for name, what in named:
        # A list takes all that the single fields leave.
        count = 1 if what == "value" else 1 + spare
        found[name] = params[0][0] if count == 1 else at, params[:count]
        params = params[count:]
    return found


def placed(message: str, written: Written, path: PathParts) -> tuple[PathParts, str]:
    """Where in its section the problem of a density stands, and the rest of its message.

    The message begins with the density's type, then with the field and the place in it, if there is one.
    """
    message = message.partition(": ")[2] if density_of(message.partition(": ")[0]) else message
    begin = _FIELD.match(message)
    if begin is None or begin["name"] not in written:
        return path, message
    at, values = written[begin["name"]]
    rest = message[begin.end() :].lstrip(": ")
    indices = [int(i) for i in re.findall(r"\d+", begin["indices"])]
    if indices and indices[0] < len(values):
        at = (*values[indices[0]][0], *indices[1:])
    # The path says the name already, unless it is a place in `params`.
    return at, rest if begin["name"] in at[len(path) :] else f"{begin[0]} {rest}"


def _observable(value: Any, path: PathParts, scope: Scope, observables: Observables) -> Observable | None:
    if value not in observables:
        hint = nearest(value, observables)
        scope.problems.add(path, f"the observable {value!r} is not declared in this channel{hint}")
    return observables.get(value)


def _expression(value: Any, path: PathParts, scope: Scope, observables: Observables) -> Node | None:
    return scope.expression(path, value, scope.names, observables)


_READERS: dict[str, Callable[[Any, PathParts, Scope, Observables], Any]] = {
    "observable": _observable,
    "value": lambda value, path, scope, observables: scope.value(path, value, observables),
    "number": lambda value, path, scope, observables: value,
    "range": lambda value, path, scope, observables: tuple(value),
    "row": lambda value, path, scope, observables: tuple(value),
    "text": lambda value, path, scope, observables: value,
    "density": density,
    "expression": _expression,
}
