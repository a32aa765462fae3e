"""An integral as a sum over the nodes of a rule: once a call, or for every event."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from morefit_py.graph.build import Node, column, total
from morefit_py.graph.inner import inner
from morefit_py.graph.substitute import substitute
from morefit_py.graph.symbols import WEIGHT, Axis, Observable

Array = NDArray[np.float64]
# Nodes (dimensions, nodes) and weights (nodes,).
Rule = tuple[Array, Array]

_WEIGHT = Observable(WEIGHT, 0.0, float("inf"))


def once(what: str, integrand: Node, over: Sequence[Observable], rule: Rule) -> Node:
    """The sum of an expression that depends on no other observables than those summed over."""
    nodes, weights = rule
    rows = {x.name: np.ascontiguousarray(values) for x, values in zip(over, nodes, strict=True)}
    return total(Axis(_name("", what, rule), {**rows, WEIGHT: weights}), column(_WEIGHT) * integrand)


def by_event(what: str, integrand: Node, over: Sequence[Observable], rule: Rule) -> Node:
    """The sum of an expression that depends on observables of the event, too.

    Raises GraphError for a rule of more nodes than a sum for every event may have.
    """
    nodes, weights = rule
    name = _name("by event ", what, rule)
    places = [Observable(f"{name}.{x.name}", x.low, x.high) for x in over]
    weight = Observable(f"{name}.weight", 0.0, float("inf"))
    rows = {place.name: np.ascontiguousarray(values) for place, values in zip(places, nodes, strict=True)}
    term = substitute(integrand, {x.node: place.node for x, place in zip(over, places, strict=True)})
    return inner(Axis(name, {**rows, weight.name: weights}), column(weight) * term)


def _name(kind: str, what: str, rule: Rule) -> str:
    digest = sha256(rule[0].tobytes() + rule[1].tobytes()).hexdigest()[:8]
    return f"quadrature {kind}of {what} {digest}"
