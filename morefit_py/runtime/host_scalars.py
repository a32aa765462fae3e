"""What happens once a call, done by the host in double precision, for devices that compute in single."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from morefit_py.graph.meaning import MEANING
from morefit_py.graph.node import Node
from morefit_py.graph.op import Op
from morefit_py.kernel.plan import Scalars

Array = NDArray[np.float64]


def run_scalars(phase: Scalars, state: Array) -> None:
    """Compute the values of a phase from the state, and store them there."""
    values: dict[Node, np.float64 | np.bool_] = {}
    for slot, node in phase.reads:
        values[node] = state[slot] != 0.0 if node.is_boolean else state[slot]
    with np.errstate(all="ignore"):
        for node in phase.body:
            args = [_number(arg) if arg.op is Op.CONST else values[arg] for arg in node.args]
            values[node] = MEANING[node.op](*args, *node.extra)
    for slot, node in phase.stores:
        state[slot] = _number(node) if node.op is Op.CONST else values[node]


def _number(node: Node) -> np.float64:
    return np.float64(node.value)
