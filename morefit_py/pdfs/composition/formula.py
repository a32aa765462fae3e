"""A density given by the user's own expression."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from morefit_py.errors import ModelError
from morefit_py.graph.build import Node, Operand, as_node, is_operand, log
from morefit_py.graph.node import leaves
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import as_tuple
from morefit_py.pdfs.integration.corners import corner_points, evaluate_at
from morefit_py.pdfs.integration.kinks import kinks, stationary_points

_SECONDS = 1.0
# Beyond rounding: a closed form that cancels has derivatives that cancel more.
_AGREES = 1e-11


@dataclass(frozen=True, eq=False)
class Formula(Density):
    """An expression of observables and parameters, up to its normalisation; it must not be negative.

    `variables` are the observables it is normalised over, by default those it contains. The integral is
    closed where parameters and observables separate, or where SymPy finds it quickly and quadrature
    agrees; else it is quadrature. `normalisation` tells.
    Raises ModelError for an expression without observables, or with one that is not among `variables`.
    """

    type = "formula"

    expression: Node
    variables: tuple[Observable, ...] = ()

    @classmethod
    def parse(cls, text: str, names: Mapping[str, Operand]) -> Formula:
        """The formula of a text such as "x**2 * exp(-x/tau)", `names` saying what its names stand for.

        Raises ExpressionError for text that is not plain arithmetic of these names.
        """
        from morefit_py.graph.parse import parse

        return cls(parse(text, names))

    def __post_init__(self) -> None:
        if not is_operand(self.expression):
            raise ModelError(
                f"{self.type}: {self.expression!r} is no expression; a text is for Formula.parse"
            )
        object.__setattr__(self, "expression", as_node(self.expression))
        contained = tuple(node.column for node in leaves([self.expression], Op.COLUMN))
        variables = as_tuple(f"{self.type}: variables", self.variables)
        object.__setattr__(self, "variables", variables or contained)
        super().__post_init__()
        if not self.variables:
            raise ModelError(f"{self.type}: {self.expression} contains no observable")
        for x in contained:
            if x not in self.variables:
                raise ModelError(f"{self.type}: the observable {x.name!r} is not among its variables")

    @property
    def observables(self) -> tuple[Observable, ...]:
        return self.variables

    def shape(self) -> Node:
        return self.expression

    def log_shape(self) -> Node:
        return log(self.expression)

    def breaks(self) -> tuple[Operand, ...]:
        return kinks(self.expression, self.x) if len(self.variables) == 1 else ()

    def landmarks(self) -> tuple[Operand, ...]:
        if len(self.variables) > 1:
            return ()
        return (*self.breaks(), *stationary_points(self.expression, self.x))

    def integral(self) -> Node:
        return self.quadrature.value if self._exact is None else self._exact

    @property
    def _closed(self) -> bool:
        return self._exact is not None

    @cached_property
    def _exact(self) -> Node | None:
        # Without nodes the integral is closed as it is, and SymPy need not be waited for.
        if len(self.variables) > 1 or self.breaks() or not self.quadrature.nodes:
            return None
        found = _closed_form(self.expression, self.x)
        return found if found is not None and self._agrees(found) else None

    def _agrees(self, closed: Node) -> bool:
        """Whether a closed form can be trusted wherever the parameters may go, as far as one can look."""
        points = corner_points(self.parameters, unlimited=1.0, most=64, inside=16, special=(-1.0, 0.0, 1.0))
        exact, numeric = evaluate_at([closed, self.quadrature.value], points)
        allowed = _AGREES + 10.0 * self.quadrature.error
        with np.errstate(all="ignore"):
            return bool(np.all(np.abs(exact - numeric) <= allowed * np.abs(numeric)))


@lru_cache(maxsize=64)
def _closed_form(expression: Node, x: Observable) -> Node | None:
    from morefit_py.graph.sympy_bridge import integrate

    return integrate(expression, x, x.low, x.high, _SECONDS)
