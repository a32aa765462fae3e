"""What derives from the data alone of many data sets side by side."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from morefit_py.codegen.layout import Layout
from morefit_py.graph.build import Node
from morefit_py.graph.meaning import BLOCK, evaluate, exact_sum
from morefit_py.graph.symbols import Axis
from morefit_py.runtime.axis_data import Array, BatchAxis


def batch_moments(
    layout: Layout, axes: Mapping[str, Axis], data: Mapping[str, BatchAxis], sets: int
) -> Array:
    """The sums over each of T data sets that no parameter enters, (T, moments)."""
    nodes = layout.moment_expressions(axes)
    found = np.empty((sets, len(nodes)))
    for number, node in enumerate(nodes):
        held = data[node.axis.name]
        terms = _terms(node.args[0], held)
        for one, (begin, end) in enumerate(held.bounds(sets).tolist()):
            part = terms[begin:end]
            starts = range(0, max(len(part), 1), BLOCK)
            found[one, number] = exact_sum([float(np.sum(part[i : i + BLOCK])) for i in starts])
    return found


def _terms(term: Node, data: BatchAxis) -> Array:
    """What a sum adds for every row of all data sets."""
    found = np.empty(data.rows)
    for begin in range(0, data.rows, BLOCK):
        rows = {name: column[begin : begin + BLOCK] for name, column in data.columns.items()}
        (found[begin : begin + BLOCK],) = evaluate([term], {}, {"": rows})
    return found
