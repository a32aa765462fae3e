"""What the fields of a density hold, read off their annotations."""

from __future__ import annotations

from typing import Any

from morefit_py.graph.build import Node, Operand
from morefit_py.graph.symbols import Observable

# An annotation is text under postponed evaluation, else the thing itself.
_KINDS: dict[Any, str] = {
    "Observable": "observable",
    "tuple[Observable, ...]": "observables",
    "Operand": "value",
    "tuple[Operand, ...]": "values",
    "float": "number",
    "tuple[float, ...]": "numbers",
    "tuple[tuple[float, float], ...]": "ranges",
    "tuple[tuple[float, ...], ...]": "rows",
    "str": "text",
    "tuple[str, ...]": "texts",
    "Node": "expression",
    "Density": "density",
    "tuple[Density, ...]": "densities",
    Observable: "observable",
    tuple[Observable, ...]: "observables",
    Operand: "value",
    tuple[Operand, ...]: "values",
    float: "number",
    tuple[float, ...]: "numbers",
    tuple[tuple[float, float], ...]: "ranges",
    tuple[tuple[float, ...], ...]: "rows",
    str: "text",
    tuple[str, ...]: "texts",
    Node: "expression",
}
ANNOTATIONS = tuple(annotation for annotation in _KINDS if isinstance(annotation, str))


def kind_of(annotation: Any) -> str | None:
    """The kind of a field, None for an annotation that is no density's.

    "observable", "value" (a parameter, an expression or a number), "number", "text", "density",
    the plurals of these, "ranges", "rows" (of numbers), or "expression".
    """
    return _KINDS.get(annotation)
