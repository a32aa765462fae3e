"""One immutable, interned expression node: equal expressions are the same object.

Sharing is therefore a property of the graph, not a pass: whatever is built twice exists once.
Every node carries a 128-bit structural key, the same in every process, which orders commutative
arguments and makes generated code reproducible. The key of a parameter is its name alone; its start
and limits belong to its identity but not to the mathematics.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from threading import RLock
from typing import TYPE_CHECKING, Any, Union
from weakref import ref

from morefit_py.errors import GraphError
from morefit_py.graph.arithmetic import Arithmetic
from morefit_py.graph.op import BOOLEAN, WITH_ORDER, Op, Stage

if TYPE_CHECKING:
    from morefit_py.graph.curve import Curve
    from morefit_py.graph.inner import Inner
    from morefit_py.graph.symbols import Axis, Observable, Parameter
    from morefit_py.graph.table import Table

Payload = Union[None, float, int, "Parameter", "Observable", "Axis", "Table", "Inner", "Curve"]

_CONST, _PARAM, _COLUMN, _SUM, _SELECT = Op.CONST, Op.PARAM, Op.COLUMN, Op.SUM, Op.SELECT
# Operations whose meaning needs their payload beside the arguments.
_WITH_PAYLOAD = WITH_ORDER | {Op.IPOW, Op.TABLE, Op.INNER, Op.CURVE}
_LOGICAL = frozenset({Op.AND, Op.OR, Op.NOT})
_STAGE_OF_LEAF = {_CONST: int(Stage.COMPILE), _PARAM: int(Stage.CALL), _COLUMN: int(Stage.DATASET)}
_CALL = int(Stage.CALL)
_new = object.__new__


class Node(Arithmetic):
    """A value of the expression graph; made by `intern`, compared by identity."""

    __slots__ = ("__weakref__", "args", "key", "op", "payload", "stage")

    op: Op
    args: tuple[Node, ...]
    payload: Payload
    stage: int
    key: bytes

    @property
    def node(self) -> Node:
        """The node itself, as every operand has one."""
        return self

    @property
    def value(self) -> float:
        """The number of a CONST."""
        assert isinstance(self.payload, float)
        return self.payload

    @property
    def power(self) -> int:
        """The exponent of an IPOW, or the order of a derivative."""
        assert isinstance(self.payload, int)
        return self.payload

    @property
    def parameter(self) -> Parameter:
        """The parameter that a PARAM stands for."""
        from morefit_py.graph.symbols import Parameter

        assert isinstance(self.payload, Parameter)
        return self.payload

    @property
    def column(self) -> Observable:
        """The observable that a COLUMN stands for."""
        from morefit_py.graph.symbols import Observable

        assert isinstance(self.payload, Observable)
        return self.payload

    @property
    def axis(self) -> Axis:
        """What a SUM runs over."""
        from morefit_py.graph.symbols import Axis

        assert isinstance(self.payload, Axis)
        return self.payload

    @property
    def table(self) -> Table:
        """What a TABLE looks up."""
        from morefit_py.graph.table import Table

        assert isinstance(self.payload, Table)
        return self.payload

    @property
    def inner(self) -> Inner:
        """What an INNER sums for every event."""
        from morefit_py.graph.inner import Inner

        assert isinstance(self.payload, Inner)
        return self.payload

    @property
    def curve(self) -> Curve:
        """What a CURVE interpolates."""
        from morefit_py.graph.curve import Curve

        assert isinstance(self.payload, Curve)
        return self.payload

    @property
    def extra(self) -> tuple[Any, ...]:
        """What the meaning of the operation takes after its arguments: a power, an order, a table, a term."""
        return (self.payload,) if self.op in _WITH_PAYLOAD else ()

    @property
    def is_boolean(self) -> bool:
        """Whether it is a condition, not a number."""
        return self.op in BOOLEAN

    def __repr__(self) -> str:
        from morefit_py.graph.formula import formula

        return formula(self)

    def __reduce__(self) -> Any:
        raise TypeError("nodes are not pickled: use graph.text to write and read them")

    def __copy__(self) -> Node:
        return self

    def __deepcopy__(self, memo: Any) -> Node:
        return self


def payload_bytes(payload: Any) -> bytes:
    """The part of a payload that belongs to the meaning of a node."""
    if payload is None:
        return b""
    if isinstance(payload, float):
        return struct.pack("<d", payload)
    if isinstance(payload, int):
        return struct.pack("<q", payload)
    identity: bytes = payload.identity
    return identity


class _Entry(ref[Node]):
    """A weak reference that knows where it is kept, so that it can leave the table with its node."""

    __slots__ = ("key", "op")
    op: Op
    key: Any


# A table for each operation: keyed by the arguments or the payload alone where there is only one,
# which spares a tuple a node that the collector would have to look at.
_tables: dict[Op, dict[Any, _Entry]] = {op: {} for op in Op}
# Reentrant, because the collector may free nodes while this thread holds it.
_lock = RLock()


def _forget(entry: _Entry, tables: dict[Op, dict[Any, _Entry]] = _tables, lock: Any = _lock) -> None:
    # Bound as defaults: a node may die when the interpreter has already cleared this module.
    with lock:
        table = tables[entry.op]
        if table.get(entry.key) is entry:
            del table[entry.key]


def interned() -> int:
    """How many expressions are alive."""
    return sum(len(table) for table in _tables.values())


def intern(op: Op, args: tuple[Node, ...] = (), payload: Payload = None) -> Node:
    """The one node of this operation on these arguments, exactly as given (no simplification).

    Raises GraphError for a truth value where a number stands, and the reverse.
    """
    key: Any = args if payload is None else (payload, args) if args else payload
    entry = _tables[op].get(key)
    if entry is not None:
        found = entry()
        if found is not None:
            return found
    return _enter(op, args, payload, key)


def _enter(op: Op, args: tuple[Node, ...], payload: Payload, key: Any) -> Node:
    node = _new(Node)
    node.op = op
    node.args = args
    node.payload = payload
    if args:
        content, stage, conditions = op.tag, 0, 0
        for arg in args:
            stage |= arg.stage
            if arg.op in BOOLEAN:
                conditions += 1
        if conditions or op in _LOGICAL or op is _SELECT:
            _check_conditions(op, args)
        node.stage = _CALL if op is _SUM else stage
        if payload is not None:
            content += payload_bytes(payload)
        for arg in args:
            content += arg.key
    else:
        node.stage = _STAGE_OF_LEAF[op]
        content = op.tag + payload_bytes(payload)
    node.key = blake2b(content, digest_size=16).digest()
    entry = _Entry(node, _forget)
    entry.op = op
    entry.key = key
    table = _tables[op]
    with _lock:
        held = table.get(key)
        other = held() if held is not None else None
        if other is not None:
            return other
        table[key] = entry
    return node


def _check_conditions(op: Op, args: tuple[Node, ...]) -> None:
    for i, arg in enumerate(args):
        wanted = op in _LOGICAL or (op is _SELECT and i == 0)
        if wanted is not (arg.op in BOOLEAN):
            found = "a number; compare it first" if wanted else "a condition; use select(condition, 1, 0)"
            raise GraphError(f"argument {i + 1} of {op.text} is {found}")


def walk(roots: Iterable[Node], stop: frozenset[Node] | set[Node] = frozenset()) -> Iterator[Node]:
    """Every node below the roots once, arguments before users; does not look below `stop`."""
    seen: set[Node] = set()
    stack: list[tuple[Node, bool]] = [(root, False) for root in reversed(list(roots))]
    while stack:
        node, ready = stack.pop()
        if ready:
            yield node
            continue
        if node in seen:
            continue
        seen.add(node)
        if not node.args or node in stop:
            yield node
            continue
        stack.append((node, True))
        for arg in reversed(node.args):
            if arg not in seen:
                stack.append((arg, False))


def leaves(roots: Iterable[Node], op: Op) -> list[Node]:
    """The leaves of one kind (PARAM or COLUMN), in order of first appearance."""
    return [node for node in walk(roots) if node.op is op]


def border(roots: Iterable[Node], outside: Callable[[Node], bool]) -> list[Node]:
    """The nodes where a walk down from the roots first meets `outside`, in order of evaluation."""
    roots = list(roots)
    found: set[Node] = set()
    seen, stack = set(roots), list(roots)
    while stack:
        node = stack.pop()
        if outside(node):
            found.add(node)
            continue
        fresh = [arg for arg in node.args if arg not in seen]
        seen.update(fresh)
        stack.extend(fresh)
    return [node for node in walk(roots, stop=found) if node in found]


def event_independent(node: Node) -> bool:
    """Whether a value is the same for every event."""
    return not node.stage & Stage.DATASET
