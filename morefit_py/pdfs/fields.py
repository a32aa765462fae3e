"""The fields of a density: sequences become tuples, and everything else must be what it is annotated as."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import ModelError, nearest
from morefit_py.graph.build import as_node, is_operand
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import Node, leaves
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.integration.corners import columns_of
from morefit_py.pdfs.kinds import kind_of

if TYPE_CHECKING:
    from morefit_py.pdfs.density import Density

_PLURALS = ("observables", "values", "numbers", "rows", "texts", "densities")


@dataclass(frozen=True)
class Domain:
    """The values a field may take: above `low` (at least `low` if `closed`)."""

    low: float
    closed: bool = False

    def holds(self, value: float) -> bool:
        """Whether a value is in the domain."""
        return value >= self.low if self.closed else value > self.low

    def __str__(self) -> str:
        return f"{'>=' if self.closed else '>'} {self.low:g}"


POSITIVE = Domain(0.0)


def check_fields(density: Density) -> None:
    """Raises ModelError for the first field that does not hold what its annotation or domain says."""
    for field in fields(density):
        kind = kind_of(field.type)
        where = f"{density.type}: {field.name}"
        held = getattr(density, field.name)
        if kind in _PLURALS:
            held = as_tuple(where, held)
            object.__setattr__(density, field.name, held)
        several = isinstance(held, tuple) and len(held) > 1
        for i, value in enumerate(held if isinstance(held, tuple) else (held,)):
            if kind in ("observable", "observables"):
                _check_observable(density, where, value)
            elif kind in ("value", "values"):
                place = f"{where}[{i}]" if several else where
                _check_value(density, place, value, density.domains.get(field.name))
            elif kind == "text":
                _check_text(where, value, density.choices.get(field.name))
            elif kind in ("density", "densities"):
                _check_density(where, value)


def as_tuple(where: str, held: Any) -> tuple[Any, ...]:
    """A sequence as a tuple; raises ModelError for a single value, naming how to write it."""
    if is_operand(held) or isinstance(held, str) or not isinstance(held, Iterable):
        name = held.name if isinstance(held, Parameter | Observable) else held
        example = f", such as ({name},)" if is_operand(held) else ""
        raise ModelError(f"{where} is {shown(held)}; give a sequence{example}")
    return tuple(held)


def start_values(value: Node) -> NDArray[np.float64]:
    """An expression at the start of its parameters, over a grid of the observables it is conditional on."""
    starts = {node.parameter.name: node.parameter.init for node in leaves([value], Op.PARAM)}
    columns = columns_of([node.column for node in leaves([value], Op.COLUMN)])
    return np.ravel(evaluate([value], starts, {"": columns})[0])


def start_value(value: Node) -> float:
    """The value of an event-independent expression at the start values of its parameters."""
    return float(start_values(value)[0])


def shown(held: Any) -> str:
    """A value in an error: symbols by name, text and numbers as they are, anything else by its kind."""
    if isinstance(held, Parameter):
        return f"the parameter {held.name!r}"
    if isinstance(held, Observable):
        return f"the observable {held.name!r}"
    if isinstance(held, Node):
        return f"the expression {held}"
    return repr(held) if held is None or isinstance(held, str) or is_operand(held) else type(held).__name__


def _check_observable(density: Density, where: str, held: object) -> None:
    if not isinstance(held, Observable):
        order = ", ".join(field.name for field in fields(density))
        raise ModelError(f"{where} is {shown(held)}; give an Observable (the order of the fields is {order})")
    if not math.isfinite(held.width):
        raise ModelError(
            f"{density.type}: the observable {held.name!r} has no finite bounds; give it bounds, a density "
            "is normalised on them"
        )


def _check_density(where: str, held: object) -> None:
    from morefit_py.pdfs.density import Density

    if not isinstance(held, Density):
        raise ModelError(f"{where} holds {shown(held)}; give densities without yields")


def _check_text(where: str, held: object, choices: tuple[str, ...] | None) -> None:
    if not isinstance(held, str):
        raise ModelError(f"{where} is {shown(held)}; give text")
    if choices and held not in choices:
        raise ModelError(f"{where} is {held!r}; it is one of {', '.join(choices)}{nearest(held, choices)}")


def _check_value(density: Density, where: str, held: object, domain: Domain | None) -> None:
    if not is_operand(held):
        raise ModelError(f"{where} is {held!r}; give a Parameter, an expression or a number")
    if isinstance(held, float) and math.isnan(held):
        raise ModelError(f"{where} is nan; it must be finite")
    value = as_node(held)  # type: ignore[arg-type]
    _check_columns(density, where, held, value)
    start = start_values(value)
    if not np.all(np.isfinite(start)):
        raise ModelError(f"{where} is {start[~np.isfinite(start)][0]:g} at the start; it must be finite")
    if domain is None:
        return
    lowest = float(np.min(start))
    if not domain.holds(lowest):
        raise ModelError(f"{where} is {lowest:g} at the start; it must be {domain}")
    if value.op is Op.PARAM and not value.parameter.fixed:
        low = value.parameter.low
        if math.isfinite(low) and not domain.holds(low):
            raise ModelError(
                f"{where}: the lower limit {low:g} of parameter {value.parameter.name!r} lies outside its "
                f"domain, it must be {domain}; raise the limit"
            )


def _check_columns(density: Density, where: str, held: object, value: Node) -> None:
    """Whether a value depends on no observable but such as the density can be conditional on."""
    own = {x.name for x in density.observables}
    for node in leaves([value], Op.COLUMN):
        x = node.column
        verb = "is" if isinstance(held, Observable) else "depends on"
        what = f"{verb} the observable {x.name!r}"
        if x.name in own:
            raise ModelError(f"{where} {what}, which the density is of; it may depend on others only")
        if not math.isfinite(x.width):
            raise ModelError(f"{where} {what}, which has no finite bounds; give it bounds")
