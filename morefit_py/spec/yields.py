"""From the `yield` sections of a spec to expected numbers of events."""

from __future__ import annotations

from typing import Any

from morefit_py.errors import GraphError, ModelError
from morefit_py.graph.build import Node, Operand, as_node, mul
from morefit_py.graph.symbols import Parameter
from morefit_py.model.modifiers import normsys, weightsys
from morefit_py.pdfs.fields import start_value
from morefit_py.spec.layout import FixedYield, NormSys, ParameterYield, ScaledYield, WeightSys
from morefit_py.spec.lines import PathParts
from morefit_py.spec.scope import Scope


def expected(section: Any, path: PathParts, scope: Scope) -> Node | None:
    """The expected number of events of a section; None where it has problems, which the scope collects."""
    total: Operand | None
    match section:
        case FixedYield():
            total = section.value
        case ParameterYield():
            total = _scale(section.name, (*path, "name"), scope)
        case ScaledYield():
            scale = _scale(section.scale, (*path, "scale"), scope)
            total = None if scale is None else mul(section.base_yield, scale)
        case _:
            total = _scale(section, path, scope)
    for i, modifier in enumerate(getattr(section, "modifiers", ())):
        factor = _modifier(modifier, (*path, "modifiers", i), scope)
        total = None if total is None or factor is None else mul(total, factor)
    return None if total is None else as_node(total)


def _scale(held: Any, path: PathParts, scope: Scope) -> Operand | None:
    """A value that must not be negative, neither at the start nor at a lower limit."""
    value = scope.value(path, held)
    if value is None:
        return None
    limits = value.limits if isinstance(value, Parameter) else None
    if limits is not None and limits[0] < 0.0:
        scope.problems.add(
            path,
            f"the lower limit {limits[0]:g} of the parameter {held!r} lets the yield become negative; "
            "set it to 0 or more",
        )
        return None
    start = start_value(as_node(value))
    if not start >= 0.0:
        scope.problems.add(path, f"the yield is {start:g} at the start; it must not be negative")
        return None
    return value


def _modifier(section: NormSys | WeightSys, path: PathParts, scope: Scope) -> Node | None:
    alpha = scope.value((*path, "param"), section.param)
    if alpha is None:
        return None
    try:
        if isinstance(section, NormSys):
            return normsys(alpha, section.lo, section.hi)
        return weightsys(alpha, section.lo, section.hi, section.interp_code)
    except (ModelError, GraphError) as problem:
        scope.problems.add(path, str(problem))
        return None
