"""Integrals over part of a range, such as a bin: sums of a few terms that the graph holds one by one."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from morefit_py.errors import ModelError
from morefit_py.graph.build import ZERO, Node, Operand, as_node, clamp
from morefit_py.graph.substitute import substitute
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.integration.ascending import ascending

if TYPE_CHECKING:
    from morefit_py.pdfs.density import Density

# Between two points where a shape is not smooth.
_NODES = 16


def gauss_legendre(shape: Node, x: Observable, low: Operand, high: Operand, nodes: int) -> Node:
    """The integral of an expression over x from low to high, exact for polynomials of degree 2 nodes - 1."""
    middle, half = (as_node(low) + high) / 2.0, (as_node(high) - low) / 2.0
    total = ZERO
    for u, w in zip(*np.polynomial.legendre.leggauss(nodes), strict=True):
        total = total + float(w) * substitute(shape, {x.node: middle + float(u) * half})
    return half * total


def between(density: Density, low: Node, high: Node) -> Node:
    """The integral of a density's shape over [low, high], cut where it is not smooth.

    Raises ModelError for a density of several observables.
    """
    if len(density.observables) != 1:
        raise ModelError(
            f"{density.type}: an integral between two points is of one observable, "
            f"this density has {len(density.observables)}"
        )
    inner = ascending([clamp(as_node(point), low, high) for point in density.landmarks()])
    total = ZERO
    for a, b in itertools.pairwise([low, *inner, high]):
        total = total + gauss_legendre(density.shape(), density.x, a, b, _NODES)
    return total
