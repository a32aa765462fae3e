"""The densities of a mixture at a point of their parameters, as numbers an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import DataError, nearest
from morefit_py.graph.build import ZERO, Node, add, const, exp, mul, param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import leaves
from morefit_py.graph.op import Op
from morefit_py.graph.substitute import substitute
from morefit_py.graph.symbols import Observable, Parameter, distinct
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs.density import Density

Array = NDArray[np.float64]

# Events evaluated at once, so that temporaries stay small beside the data.
_BLOCK = 1 << 16


@dataclass(frozen=True, eq=False)
class Components:
    """K normalised densities by name, at `values` of their parameters."""

    names: tuple[str, ...]
    densities: tuple[Density, ...]
    values: Mapping[str, float]

    @property
    def observables(self) -> tuple[Observable, ...]:
        """What the densities are of, and what they are conditional on."""
        return tuple(dict.fromkeys(x for d in self.densities for x in (*d.observables, *d.given)))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Every parameter of any density, once."""
        return distinct(parameter for density in self.densities for parameter in density.parameters)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The densities as expressions of observables and parameters."""
        return tuple(exp(density.log_density()) for density in self.densities)

    @cached_property
    def numbers(self) -> tuple[Node, ...]:
        """The densities as expressions of observables alone."""
        return tuple(at_point(node, self.values) for node in self.nodes)

    def combined(self, factors: Sequence[float] | Array) -> Node:
        """The sum of the densities times K numbers, as an expression of observables alone."""
        total = ZERO
        for factor, density in zip(factors, self.numbers, strict=True):
            total = add(total, mul(float(factor), density))
        return total

    def evaluate(self, columns: Mapping[str, Array]) -> Array:
        """The densities (n, K) of events."""
        return rows(self.nodes, self.values, columns)

    def slopes(self, columns: Mapping[str, Array], parameters: Sequence[str]) -> Array:
        """The derivatives (n, K, F) of the densities by F parameters."""
        held = {parameter.name: parameter for parameter in self.parameters}
        wrt = [param(held[name]) for name in parameters]
        roots = [slope for node in self.nodes for slope in derivatives(node, wrt).gradient]
        found = rows(roots, self.values, columns)
        return found.reshape(len(found), len(self.nodes), len(wrt))


def at_point(node: Node, values: Mapping[str, float]) -> Node:
    """An expression with its parameters replaced by numbers."""
    held = leaves([node], Op.PARAM)
    return substitute(node, {leaf: const(values[leaf.parameter.name]) for leaf in held})


def rows(roots: Sequence[Node], values: Mapping[str, Any], columns: Mapping[str, Array]) -> Array:
    """The values (n, roots) of expressions for n events."""
    size = len(next(iter(columns.values())))
    found = np.empty((size, len(roots)))
    for begin in range(0, size, _BLOCK):
        part = slice(begin, min(begin + _BLOCK, size))
        held = {name: column[part] for name, column in columns.items()}
        for k, value in enumerate(evaluate(roots, values, {"": held})):
            found[part, k] = value
    return found


def columns_for(where: str, observables: Sequence[Observable], held: Mapping[str, Array]) -> dict[str, Array]:
    """The columns of observables; raises DataError for one that is missing."""
    for x in observables:
        if x.name not in held:
            raise DataError(f"{where}: no column {x.name!r}{nearest(x.name, held)}")
    return {x.name: held[x.name] for x in observables}
