"""Sums over fixed rows for every event: kernel densities, convolutions, integrals that move with the event.

A node of such a sum has the values that enter it from outside as its arguments, and the term as its
payload, in which slots stand for these values. What belongs to the rows is therefore never seen from
outside, and nothing that is done to a graph can move it out of its sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np

from morefit_py.errors import GraphError
from morefit_py.graph.algebra import coefficient, mul
from morefit_py.graph.node import Node, border, event_independent, intern, walk
from morefit_py.graph.op import Op, Stage
from morefit_py.graph.operand import Operand, number, param
from morefit_py.graph.symbols import Axis, Parameter

MOST_ROWS = 65_536
# Values of a term that are computed at once: as many as caches hold.
_BLOCK = 1 << 16


@dataclass(frozen=True, eq=False)
class Inner:
    """A term over the rows of an axis, in which each slot stands for one argument of the node."""

    axis: Axis
    slots: tuple[Node, ...]
    term: Node

    @cached_property
    def rows(self) -> int:
        """How many rows are summed."""
        return len(next(iter(self.axis.rows.values())))

    @cached_property
    def identity(self) -> bytes:
        """The digest of the rows, the slots and the term."""
        held = b"".join(slot.key for slot in self.slots) + self.term.key
        return sha256(self.axis.identity + held).digest()

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Inner) and self.identity == other.identity)

    def __hash__(self) -> int:
        return hash(self.identity)

    def at(self, *values: Any) -> Any:
        """The sums where the slots have these values, of any shapes that broadcast together."""
        from morefit_py.graph.meaning import evaluate

        arrays = np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in values))
        columns = [array.reshape(-1, 1) for array in arrays]
        found = np.empty(columns[0].size)
        step = max(1, _BLOCK // self.rows)
        names = [slot.parameter.name for slot in self.slots]
        for begin in range(0, found.size, step):
            held = {name: column[begin : begin + step] for name, column in zip(names, columns, strict=True)}
            (term,) = evaluate([self.term], held, {"": self.axis.rows})
            shape = (len(found[begin : begin + step]), self.rows)
            found[begin : begin + step] = np.sum(np.broadcast_to(term, shape), axis=-1)
        return found.reshape(arrays[0].shape)


def inner(axis: Axis, operand: Operand) -> Node:
    """The sum of a term over the rows of a fixed axis, for every event.

    The term may depend on the axis' own columns, on columns of the events and on parameters. What does not
    depend on the axis' columns leaves the sum, and a term without any column of the events is summed once
    a call. Raises GraphError unless the names of the axis' columns begin with its own and a dot, for rows
    that are not 1 to 65,536 finite numbers a column, and for such a sum in which another depends on the rows.
    """
    from morefit_py.graph.substitute import substitute

    _check(axis)
    term = number(operand)
    bound = _bound(term, axis)
    values = border([term], lambda node: node not in bound and not node.is_boolean)
    slots = {value: _slot(value) for value in values if value.stage != Stage.COMPILE}
    return resum(axis, substitute(term, slots), {slot: value for value, slot in slots.items()})


def reapplied(held: Inner, args: Iterable[Node]) -> Node:
    """The sum with its slots standing for other arguments."""
    return resum(held.axis, held.term, dict(zip(held.slots, args, strict=True)))


def resum(axis: Axis, term: Node, outside: Mapping[Node, Node]) -> Node:
    """The sum of a term in slots over the rows of an axis, `outside` giving what each slot stands for."""
    from morefit_py.graph.build import total
    from morefit_py.graph.substitute import substitute

    factor, rest = coefficient(term)
    if event_independent(rest):
        return mul(float(len(next(iter(axis.rows.values())))), substitute(term, outside))
    entering = border([rest], lambda node: event_independent(node) and not node.is_boolean)
    values = {node: substitute(node, outside) for node in entering if node.stage & Stage.CALL}
    made = {node: value if value.stage == Stage.COMPILE else _slot(value) for node, value in values.items()}
    if any(node is not slot for node, slot in made.items()):
        again = {slot: values[node] for node, slot in made.items() if slot.op is Op.PARAM}
        found = resum(axis, substitute(rest, made), again)
    elif any(value.stage & Stage.DATASET for value in values.values()):
        slots = tuple(sorted(values, key=lambda slot: values[slot].key))
        found = intern(Op.INNER, tuple(values[slot] for slot in slots), Inner(axis, slots, rest))
    else:
        found = total(axis, substitute(rest, values))
    return mul(substitute(factor, outside), found)


def axes_of(roots: Iterable[Node]) -> dict[str, Axis]:
    """Every axis that is summed over, by name; raises GraphError for two different ones of one name."""
    found: dict[str, Axis] = {}
    for node in walk(roots):
        if node.op is Op.CURVE:
            inside = axes_of([node.curve.term])
            axes = [node.curve.grid.axis, *inside.values()]
        elif node.op in (Op.SUM, Op.INNER):
            axes = [node.axis if node.op is Op.SUM else node.inner.axis]
        else:
            continue
        for axis in axes:
            if found.setdefault(axis.name, axis) != axis:
                raise GraphError(f"two axes of different rows are named {axis.name!r}; name them apart")
    return found


def _slot(value: Node) -> Node:
    """What stands for a value inside a term: the same wherever the value is the same."""
    return param(Parameter(f"value {value.key.hex()}", 0.0))


def _bound(term: Node, axis: Axis) -> set[Node]:
    """The part of a term that depends on the axis' columns."""
    found: set[Node] = set()
    for node in walk([term]):
        if node.op is Op.COLUMN:
            if node.column.name in axis.rows:
                found.add(node)
        elif node.op is not Op.SUM and any(arg in found for arg in node.args):
            if node.op is Op.CURVE:
                raise GraphError(
                    f"a curve on a grid is asked for at the rows of {axis.name!r}, for every event anew; "
                    "compute it there instead"
                )
            if node.op is Op.INNER:
                raise GraphError(
                    f"the sum over the rows of {node.inner.axis.name!r} depends on the rows of "
                    f"{axis.name!r}; sum over the pairs of rows as one axis"
                )
            found.add(node)
    return found


def _check(axis: Axis) -> None:
    where = f"the axis {axis.name!r}"
    if not axis.rows:
        raise GraphError(f"{where} of a sum for every event has no columns; give its rows")
    sizes = {np.shape(column) for column in axis.rows.values()}
    if len(sizes) > 1 or len(next(iter(sizes))) != 1:
        raise GraphError(f"{where}: its columns have shapes {sorted(sizes)}; give rows of one length")
    (rows,) = next(iter(sizes))
    if not 1 <= rows <= MOST_ROWS:
        raise GraphError(f"{where} has {rows} rows; a sum for every event takes 1 to {MOST_ROWS}")
    for name, column in axis.rows.items():
        if not name.startswith(f"{axis.name}."):
            raise GraphError(
                f"{where}: its column {name!r} could be taken for one of the data; "
                f"begin its name with {axis.name + '.'!r}"
            )
        if not np.all(np.isfinite(column)):
            raise GraphError(f"{where}: its column {name!r} is not finite in every row")
