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
from typing import TYPE_CHECKING, Any, Union
from weakref import WeakValueDictionary

from morefit_py.graph.arithmetic import Arithmetic
from morefit_py.graph.op import BOOLEAN, Op, Stage

if TYPE_CHECKING:
    from morefit_py.graph.symbols import Axis, Observable, Parameter

Payload = Union[None, float, int, "Parameter", "Observable", "Axis"]

_table: WeakValueDictionary[tuple[Op, tuple[Node, ...], Payload], Node] = WeakValueDictionary()
_STAGE_OF_LEAF = {Op.CONST: Stage.COMPILE, Op.PARAM: Stage.CALL, Op.COLUMN: Stage.DATASET}


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
        return self

    @property
    def value(self) -> float:
        """The number of a CONST."""
        assert isinstance(self.payload, float)
        return self.payload

    @property
    def power(self) -> int:
        """The exponent of an IPOW, or the order of a POLYGAMMA."""
        assert isinstance(self.payload, int)
        return self.payload

    @property
    def parameter(self) -> Parameter:
        from morefit_py.graph.symbols import Parameter

        assert isinstance(self.payload, Parameter)
        return self.payload

    @property
    def column(self) -> Observable:
        from morefit_py.graph.symbols import Observable

        assert isinstance(self.payload, Observable)
        return self.payload

    @property
    def axis(self) -> Axis:
        from morefit_py.graph.symbols import Axis

        assert isinstance(self.payload, Axis)
        return self.payload

    @property
    def is_boolean(self) -> bool:
        return self.op in BOOLEAN

    def __repr__(self) -> str:
        from morefit_py.graph.text import formula

        return formula(self)

    def __reduce__(self) -> Any:
        raise TypeError("nodes are not pickled: use graph.text to write and read them")


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


def intern(op: Op, args: tuple[Node, ...] = (), payload: Payload = None) -> Node:
    """The one node of this operation on these arguments, exactly as given (no simplification)."""
    identity = (op, args, payload)
    found = _table.get(identity)
    if found is not None:
        return found
    node = Node.__new__(Node)
    node.op = op
    node.args = args
    node.payload = payload
    digest = blake2b(op.tag, digest_size=16)
    if payload is not None:
        digest.update(payload_bytes(payload))
    for arg in args:
        digest.update(arg.key)
    node.key = digest.digest()
    if op is Op.SUM:
        node.stage = Stage.CALL
    elif not args:
        node.stage = int(_STAGE_OF_LEAF[op])
    else:
        stage = 0
        for arg in args:
            stage |= arg.stage
        node.stage = stage
    return _table.setdefault(identity, node)


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
