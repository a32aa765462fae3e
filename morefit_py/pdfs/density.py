"""What a density is: one formula, from which everything else derives.

A density is a frozen dataclass; its fields are its spec schema. It gives its shape, as `shape()` or
`log_shape()`, and its integral over the bounds of its observables where one is known in closed form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, ClassVar

from morefit_py.errors import ModelError
from morefit_py.graph import build
from morefit_py.graph.build import Operand, as_node
from morefit_py.graph.node import Node, leaves
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Observable, Parameter, distinct
from morefit_py.pdfs.fields import Domain, check_fields
from morefit_py.pdfs.kinds import kind_of

if TYPE_CHECKING:
    from morefit_py.pdfs.composition.mixture import Mixture
    from morefit_py.pdfs.integration.quadrature import Quadrature


# Kinds of fields that hold no parameters.
_PLAIN = ("number", "numbers", "ranges", "rows", "text", "texts")


@dataclass(frozen=True, eq=False)
class Density:
    """A density of one or more observables, normalised on their bounds.

    Subclasses name themselves with `type`, say what their fields must satisfy in `domains`, which texts these
    may be in `choices`, and override `log_shape` or `shape`, and `between` or `log_between` where the
    integral has a closed form (`integral` or `log_integral` where only that over all bounds has). A value may
    depend on other observables than the density's own: it is then conditional on these, as by an error per
    event.
    Raises ModelError for a field that does not hold what its annotation says, where its start, or a limit
    of its parameter, lies outside its domain, and for two different parameters of one name.
    """

    type: ClassVar[str] = ""
    domains: ClassVar[dict[str, Domain]] = {}
    choices: ClassVar[dict[str, tuple[str, ...]]] = {}

    def __init_subclass__(cls) -> None:
        # Several users ask for the same expressions, and building them costs more than using them.
        for name in ("shape", "log_shape", "integral", "log_integral"):
            if name in cls.__dict__:
                setattr(cls, name, _once(cls.__dict__[name]))

    def __post_init__(self) -> None:
        check_fields(self)
        try:
            _ = self.parameters
        except ModelError as problem:
            raise ModelError(f"{self.type}: {problem}") from None

    @property
    def observables(self) -> tuple[Observable, ...]:
        """The observables the density is a function of, in the order of its fields."""
        named = [field.name for field in fields(self) if kind_of(field.type) == "observable"]
        return tuple(value for name in named if isinstance(value := getattr(self, name), Observable))

    @property
    def given(self) -> tuple[Observable, ...]:
        """The observables the density is conditional on: it depends on them but does not model them."""
        own = {x.identity for x in self.observables}
        found = [node.column for node in leaves(self._values(), Op.COLUMN)]
        found += [x for part in self.parts for x in part.given]
        return tuple(x for x in dict.fromkeys(found) if x.identity not in own)

    @property
    def x(self) -> Observable:
        """The first observable, the only one of most densities."""
        return self.observables[0]

    def shape(self) -> Node:
        """The density up to its normalisation."""
        return build.exp(self.log_shape())

    def log_shape(self) -> Node:
        """The logarithm of `shape`."""
        return build.log(self.shape())

    def between(self, low: Operand, high: Operand) -> Node:
        """The integral of `shape` over [low, high] of its one observable, low <= high.

        The ends may be numbers, parameters or columns, such as the edges of bins. In closed form where a
        density overrides this or `log_between`, else by a Gauss-Legendre rule of its own for each pair of
        ends. Raises ModelError for a density of several observables.
        """
        if self._overrides("log_between"):
            return build.exp(self.log_between(low, high))
        from morefit_py.pdfs.integration.pieces import between

        return between(self, as_node(low), as_node(high))

    def log_between(self, low: Operand, high: Operand) -> Node:
        """The logarithm of `between`, in a form that holds where the integral underflows."""
        return build.log(self.between(low, high))

    def integral(self) -> Node:
        """The integral of `shape` over the bounds: `between` them in closed form, else quadrature."""
        if self._overrides("log_between"):
            return build.exp(self.log_integral())
        if self._overrides("between"):
            return self.between(self.x.low, self.x.high)
        return self.quadrature.value

    def log_integral(self) -> Node:
        """The logarithm of `integral`, in a form that holds where the integral underflows."""
        if self._overrides("log_between"):
            return self.log_between(self.x.low, self.x.high)
        return build.log(self.integral())

    @cached_property
    def quadrature(self) -> Quadrature:
        """The numeric integral of `shape`, found once."""
        from morefit_py.pdfs.integration.quadrature import quadrature

        return quadrature(self)

    @property
    def normalisation(self) -> str:
        """How the integral is known: "closed form", or "quadrature (n nodes, error e)"."""
        return "closed form" if self._closed else str(self.quadrature)

    @property
    def _closed(self) -> bool:
        return any(map(self._overrides, ("integral", "log_integral", "between", "log_between")))

    def _overrides(self, method: str) -> bool:
        return getattr(type(self), method) is not getattr(Density, method)

    def breaks(self) -> tuple[Operand, ...]:
        """Points where the shape is not smooth, for quadrature and tests."""
        return ()

    def landmarks(self) -> tuple[Operand, ...]:
        """Points where quadrature is cut: the breaks, and where a narrow peak or a steep flank may be."""
        return self.breaks()

    def inside(self) -> Node:
        """The condition on the observables under which the density is not zero by construction."""
        return build.TRUE

    @property
    def watched(self) -> bool:
        """Whether a fit may end where it is not accurate, so that `unresolved` has to be asked."""
        return any(part.watched for part in self.parts)

    def unresolved(self, values: Mapping[str, float]) -> str:
        """What is not accurate where its parameters have these values, as after a fit; empty for nothing."""
        return next(filter(None, (part.unresolved(values) for part in self.parts)), "")

    def room(self) -> Node:
        """An expression of parameters that is negative where together they make no density.

        Such corners of the limits are not surveyed. What a single field may be is its domain.
        """
        return build.ONE

    def density(self) -> Node:
        """The normalised density, per unit of the observables."""
        return self.shape() / self.integral()

    def log_density(self) -> Node:
        """The logarithm of the normalised density."""
        return self.log_shape() - self.log_integral()

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters the normalised density depends on, in the order of its fields."""
        found: list[Parameter] = []
        for held in self._held():
            if isinstance(held, Density):
                found += held.parameters
            elif build.is_operand(held):
                found += (node.parameter for node in leaves([as_node(held)], Op.PARAM))
        return distinct(found)

    def _held(self) -> Iterator[Any]:
        """The values, expressions and densities that the fields hold, one by one."""
        for field in fields(self):
            if kind_of(field.type) not in _PLAIN:
                value = getattr(self, field.name)
                yield from value if isinstance(value, tuple) else (value,)

    def _values(self) -> list[Node]:
        return [as_node(held) for held in self._held() if build.is_operand(held)]

    @property
    def parts(self) -> tuple[Density, ...]:
        """The densities it is made of, as they stand in its fields."""
        return tuple(held for held in self._held() if isinstance(held, Density))

    def named(self, name: str) -> Mixture:
        """The density as the single, unscaled component `name` of a model."""
        from morefit_py.pdfs.composition.mixture import Mixture, Term

        return Mixture((Term(name, self, None),))

    def __rmul__(self, factor: Operand) -> Mixture:
        """`n * density`: a component of an extended model with expected yield n."""
        from morefit_py.pdfs.composition.mixture import Mixture, Term

        return Mixture((Term(self.type, self, None),)).__rmul__(factor)

    def __mul__(self, factor: Operand) -> Mixture:
        return self.__rmul__(factor)

    def __add__(self, other: Mixture | Density) -> Mixture:
        return self.__radd__(0) + other

    def __radd__(self, other: int) -> Mixture:
        """`0 + density`, with which `sum` begins; without a yield nothing else can be added to a density."""
        from morefit_py.pdfs.composition.mixture import as_mixture

        return other + as_mixture(self)

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


def concrete_densities(root: type[Any] = Density) -> Iterator[type[Density]]:
    """Every density class with a type name, below `root`."""
    for sub in root.__subclasses__():
        if sub.type:
            yield sub
        yield from concrete_densities(sub)
