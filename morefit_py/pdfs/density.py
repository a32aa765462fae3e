"""What a density is: one formula, from which everything else derives.

A density is a frozen dataclass; its fields are its spec schema. It gives its shape, as `shape()` or
`log_shape()`, and its integral over the bounds of its observables where one is known in closed form.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, ClassVar

from morefit_py.errors import ModelError
from morefit_py.graph import build
from morefit_py.graph.build import Operand, as_node
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import Node, leaves
from morefit_py.graph.op import Op, Stage
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.kinds import kind_of

if TYPE_CHECKING:
    from morefit_py.pdfs.mixture import Mixture
    from morefit_py.pdfs.quadrature import Quadrature


@dataclass(frozen=True)
class Domain:
    """The values a field may take: above `low` (at least `low` if `closed`)."""

    low: float
    closed: bool = False

    def holds(self, value: float) -> bool:
        return value >= self.low if self.closed else value > self.low

    def __str__(self) -> str:
        return f"{'>=' if self.closed else '>'} {self.low:g}"


POSITIVE = Domain(0.0)


@dataclass(frozen=True, eq=False)
class Density:
    """A density of one or more observables, normalised on their bounds.

    Subclasses name themselves with `type`, say what their fields must satisfy in `domains`, and
    override `log_shape` or `shape`, and `integral` or `log_integral` where a closed form exists.
    Raises ModelError where a field's start, or a limit of its parameter, lies outside its domain.
    """

    type: ClassVar[str] = ""
    domains: ClassVar[dict[str, Domain]] = {}

    def __init_subclass__(cls) -> None:
        # Several users ask for the same expressions, and building them costs more than using them.
        for name in ("shape", "log_shape", "integral", "log_integral"):
            if name in cls.__dict__:
                setattr(cls, name, _once(cls.__dict__[name]))

    def __post_init__(self) -> None:
        for field in fields(self):
            held = getattr(self, field.name)
            for value in held if isinstance(held, tuple) else (held,):
                if isinstance(value, Observable):
                    _check_bounds(self.type, value)
                elif kind_of(field.type) in ("value", "values"):
                    _check_value(f"{self.type}: {field.name}", value, self.domains.get(field.name))

    @property
    def observables(self) -> tuple[Observable, ...]:
        """The observables the density is a function of, in the order of its fields."""
        found = (getattr(self, field.name) for field in fields(self))
        return tuple(value for value in found if isinstance(value, Observable))

    @property
    def x(self) -> Observable:
        return self.observables[0]

    def shape(self) -> Node:
        """The density up to its normalisation."""
        return build.exp(self.log_shape())

    def log_shape(self) -> Node:
        """The logarithm of `shape`."""
        return build.log(self.shape())

    def integral(self) -> Node:
        """The integral of `shape` over the bounds; numeric quadrature unless overridden."""
        return self.quadrature.value

    @cached_property
    def quadrature(self) -> Quadrature:
        """The numeric integral of `shape`, found once."""
        from morefit_py.pdfs.quadrature import quadrature

        return quadrature(self)

    @property
    def normalisation(self) -> str:
        """How the integral is known: "closed form", or "quadrature (n nodes, error e)"."""
        return "closed form" if self._closed else str(self.quadrature)

    @property
    def _closed(self) -> bool:
        return type(self).integral is not Density.integral

    def log_integral(self) -> Node:
        """The logarithm of `integral`, in a form that holds where the integral underflows."""
        return build.log(self.integral())

    def breaks(self) -> tuple[Operand, ...]:
        """Points where the shape is not smooth, for quadrature and tests."""
        return ()

    def density(self) -> Node:
        """The normalised density, per unit of the observables."""
        return self.shape() / self.integral()

    def log_density(self) -> Node:
        """The logarithm of the normalised density."""
        return self.log_shape() - self.log_integral()

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters the normalised density depends on, in the order of its fields."""
        found: dict[str, Parameter] = {}
        for value in (getattr(self, field.name) for field in fields(self)):
            for part in value if isinstance(value, tuple) else (value,):
                if isinstance(part, Density):
                    found.update({parameter.name: parameter for parameter in part.parameters})
                elif build.is_operand(part):
                    nodes = leaves([as_node(part)], Op.PARAM)
                    found.update({node.parameter.name: node.parameter for node in nodes})
        return tuple(found.values())

    def named(self, name: str) -> Mixture:
        """The density as the single, unscaled component `name` of a model."""
        from morefit_py.pdfs.mixture import Mixture, Term

        return Mixture((Term(name, self, None),))

    def __rmul__(self, factor: Operand) -> Mixture:
        """`n * density`: a component of an extended model with expected yield n."""
        from morefit_py.pdfs.mixture import Mixture, Term

        if not build.is_operand(factor):
            return NotImplemented
        return Mixture((Term(self.type, self, as_node(factor)),))

    def __mul__(self, factor: Operand) -> Mixture:
        return self.__rmul__(factor)

    __array_ufunc__ = None


def _once(build_node: Callable[[Any], Node]) -> Callable[[Any], Node]:
    """The same method, its node kept by the object."""

    @wraps(build_node)
    def kept(self: Any) -> Node:
        held: dict[Any, Node] = self.__dict__.setdefault("_nodes", {})
        found = held.get(build_node)
        if found is None:
            found = held[build_node] = build_node(self)
        return found

    return kept


def _check_bounds(where: str, x: Observable) -> None:
    if not math.isfinite(x.width):
        raise ModelError(
            f"{where}: the observable {x.name!r} has no finite bounds; give it bounds, a density is "
            "normalised on them"
        )


def _check_value(where: str, held: object, domain: Domain | None) -> None:
    if not build.is_operand(held):
        raise ModelError(f"{where} is {held!r}; give a Parameter, an expression or a number")
    value = as_node(held)  # type: ignore[arg-type]
    if value.stage & Stage.DATASET:
        raise ModelError(f"{where} depends on an observable; it may depend on parameters only")
    start = start_value(value)
    if not math.isfinite(start):
        raise ModelError(f"{where} is {start:g} at the start; it must be finite")
    if domain is None:
        return
    if not domain.holds(start):
        raise ModelError(f"{where} is {start:g} at the start; it must be {domain}")
    if value.op is Op.PARAM and not value.parameter.fixed:
        low = value.parameter.low
        if math.isfinite(low) and not domain.holds(low):
            raise ModelError(
                f"{where}: the lower limit {low:g} of parameter {value.parameter.name!r} lies outside its "
                f"domain, it must be {domain}; raise the limit"
            )


def start_value(value: Node) -> float:
    """The value of an event-independent expression at the start values of its parameters."""
    starts = {node.parameter.name: node.parameter.init for node in leaves([value], Op.PARAM)}
    return float(evaluate([value], starts)[0])


def concrete_densities(root: type[Any] = Density) -> Iterator[type[Density]]:
    """Every density class with a type name, below `root`."""
    for sub in root.__subclasses__():
        if sub.type:
            yield sub
        yield from concrete_densities(sub)
