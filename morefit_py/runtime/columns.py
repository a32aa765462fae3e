"""What derives from the data alone: precomputed columns and moments, once for a data set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from morefit_py.codegen.layout import Layout
from morefit_py.errors import BackendError
from morefit_py.graph.build import Node
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Axis
from morefit_py.model.columns.disk import BLOCK_BYTES, DiskColumn, blocks, expect, forget, mapping
from morefit_py.runtime.axis_data import Array, AxisData

# Rows evaluated at once, so that temporaries stay small beside the data.
_BLOCK = 1 << 16


def column_arrays(layout: Layout, axis: str, data: AxisData, axes: Mapping[str, Axis]) -> list[Array]:
    """The columns the loops over an axis read, in the layout's order; data columns are not copied.

    Columns that are computed are where the data are, in memory or on disk. `axes` are all axes by name, as
    columns may be sums over the rows of another.
    """
    return [_column(node, data) for node in layout.column_expressions(axis, axes)]


def _column(node: Node, data: AxisData) -> Array:
    if node.op is Op.COLUMN:
        try:
            return np.ascontiguousarray(data.columns[node.column.name], dtype=np.float64)
        except KeyError:
            raise BackendError(f"no data for the column {node.column.name!r}") from None
    names, columns = list(data.columns), data.columns.values()
    result = np.empty(data.rows if data.folder is None else 0)
    stored = None if data.folder is None else DiskColumn(data.folder)
    for begin, rows in blocks(*columns, size=_BLOCK):
        (found,) = evaluate([node], {}, {"": dict(zip(names, rows, strict=True))})
        if stored is None:
            result[begin : begin + _BLOCK] = found
        else:
            stored.append(np.broadcast_to(found, rows[0].shape))
    return result if stored is None else stored.finish()


def moment_values(layout: Layout, axes: Mapping[str, Axis], data: Mapping[str, AxisData]) -> Array:
    """The values of the sums over the data that no parameter enters."""
    nodes = layout.moment_expressions(axes)
    if not nodes:
        return np.zeros(0)
    columns = {name: dict(held.columns) or {"": np.zeros(held.rows)} for name, held in data.items()}
    return np.array(evaluate(nodes, {}, columns, done=releasing(columns)), dtype=np.float64)


def releasing(columns: Mapping[str, Mapping[str, Array]]) -> Callable[[str, int, int], None]:
    """Lets go of the rows of columns on disk, axis by axis, once they are done with."""

    def done(axis: str, begin: int, end: int) -> None:
        for column in columns.get(axis, {}).values():
            forget(column, begin, end)

    return done


class Blocks:
    """The chunks of rows that a loop goes through, with what it reads; all at once where that is in memory.

    Columns on disk are expected before their block and let go of after it, so that few blocks of them are
    in memory at a time. Chunks are what they are without blocks, and so is every partial sum.
    """

    def __init__(self, columns: Sequence[Array], chunks: int, chunk: int) -> None:
        self._mapped = [column for column in columns if mapping(column) is not None]
        self._chunks = chunks
        self._chunk = chunk

    @property
    def in_memory(self) -> bool:
        """Whether nothing of what is read is on disk."""
        return not self._mapped

    def __iter__(self) -> Iterator[tuple[int, int]]:
        if self.in_memory:
            yield 0, self._chunks
            return
        step = max(1, BLOCK_BYTES // (8 * len(self._mapped) * self._chunk))
        for first in range(0, self._chunks, step):
            last = min(first + step, self._chunks)
            for column in self._mapped:
                expect(column, last * self._chunk, (last + step) * self._chunk)
            yield first, last
            for column in self._mapped:
                forget(column, first * self._chunk, last * self._chunk)
