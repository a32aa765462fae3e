"""What derives from the data alone: precomputed columns and moments, once for a data set."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from morefit_py.codegen.layout import Layout
from morefit_py.errors import BackendError
from morefit_py.graph.build import Node
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Axis
from morefit_py.runtime.backend import Array, AxisData

# Rows evaluated at once, so that temporaries stay small beside the data.
_BLOCK = 1 << 16


def column_arrays(layout: Layout, axis: str, data: AxisData) -> list[Array]:
    """The columns the loops over an axis read, in the layout's order; data columns are not copied."""
    return [_column(node, data) for node in layout.column_expressions(axis)]


def _column(node: Node, data: AxisData) -> Array:
    if node.op is Op.COLUMN:
        try:
            return np.ascontiguousarray(data.columns[node.column.name], dtype=np.float64)
        except KeyError:
            raise BackendError(f"no data for the column {node.column.name!r}") from None
    result = np.empty(data.rows)
    for begin in range(0, data.rows, _BLOCK):
        rows = {name: values[begin : begin + _BLOCK] for name, values in data.columns.items()}
        result[begin : begin + _BLOCK] = evaluate([node], {}, {"": rows})[0]
    return result


def moment_values(layout: Layout, axes: Mapping[str, Axis], data: Mapping[str, AxisData]) -> Array:
    """The values of the sums over the data that no parameter enters."""
    nodes = layout.moment_expressions(axes)
    if not nodes:
        return np.zeros(0)
    columns = {name: dict(held.columns) or {"": np.zeros(held.rows)} for name, held in data.items()}
    return np.array(evaluate(nodes, {}, columns), dtype=np.float64)
