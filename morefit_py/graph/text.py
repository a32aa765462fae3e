"""The canonical text of expressions: the same everywhere, with a stable digest, and read back exactly."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from morefit_py.errors import GraphError, ModelError
from morefit_py.graph.build import column, const, param
from morefit_py.graph.curve import WEIGHTS, Curve, Grid
from morefit_py.graph.faddeeva import MAX_ORDER
from morefit_py.graph.formula import formula
from morefit_py.graph.inner import Inner
from morefit_py.graph.log_emg import ORDERS
from morefit_py.graph.node import Node, intern, walk
from morefit_py.graph.op import BY_TEXT, LEAVES, Op
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.graph.table import Table

__all__ = ["digest", "formula", "read", "write"]

_HEADER = "morefit graph 1"
_MOST = 2**63 - 1
# The whole numbers that operations may carry.
_WHOLE = {
    Op.IPOW: (-_MOST, _MOST),
    Op.POLYGAMMA: (0, _MOST),
    Op.FADDEEVA_REAL: (0, MAX_ORDER),
    Op.FADDEEVA_IMAG: (0, MAX_ORDER),
    Op.LOG_EMG: (0, len(ORDERS) - 1),
}


def write(roots: Iterable[Node]) -> str:
    """The canonical text of expressions: one numbered line a node, arguments before users.

    Parameters appear by name alone: their start and limits do not change the mathematics.
    """
    roots = list(roots)
    number: dict[Node, int] = {}
    lines = [_HEADER]
    for node in walk(roots):
        number[node] = len(number)
        args = " ".join(str(number[arg]) for arg in node.args)
        lines.append(f"{node.op.text}{_payload(node)} {args}".rstrip())
    lines.append("roots " + " ".join(str(number[root]) for root in roots))
    return "\n".join(lines) + "\n"


def _payload(node: Node) -> str:
    payload = node.payload
    if payload is None:
        return ""
    if isinstance(payload, float):
        return f" {payload.hex()}"
    if isinstance(payload, int):
        return f" {payload}"
    if isinstance(payload, Parameter):
        return f" {json.dumps(payload.name)}"
    if isinstance(payload, Observable):
        return f" {json.dumps([payload.name, payload.low.hex(), payload.high.hex()])}"
    if isinstance(payload, Table):
        return " " + json.dumps([_hex(payload.edges), _hex(payload.values)], separators=(",", ":"))
    if isinstance(payload, Inner):
        term = write([payload.term, *payload.slots])
        return f" {json.dumps([payload.axis.name, sha256(payload.axis.identity).hexdigest(), term])}"
    if isinstance(payload, Curve):
        grid, term = payload.grid, write([payload.term, *payload.slots])
        return f" {json.dumps([grid.low.hex(), grid.high.hex(), grid.points, payload.order, term])}"
    return f" {json.dumps([payload.name, sha256(payload.identity).hexdigest()])}"


def _hex(numbers: Iterable[float]) -> list[str]:
    return [float(number).hex() for number in numbers]


def digest(roots: Iterable[Node]) -> str:
    """The SHA-256 of the canonical text: the same in every process and on every machine."""
    return sha256(write(roots).encode()).hexdigest()


@dataclass(frozen=True)
class _Symbols:
    """The objects behind the names of a text."""

    parameters: Mapping[str, Parameter]
    axes: Mapping[str, Axis]
    observables: Mapping[str, Observable]


def read(
    text: str,
    parameters: Mapping[str, Parameter] | None = None,
    axes: Mapping[str, Axis] | None = None,
    observables: Mapping[str, Observable] | None = None,
) -> list[Node]:
    """The expressions of a canonical text, node for node.

    `parameters`, `axes` and `observables` give the objects behind the names; a parameter not given is
    made with start 0, an observable with the bounds in the text. Raises GraphError for text that
    `write` did not make, and for an axis or observable that is not the one written.
    """
    lines = text.splitlines()
    if len(lines) < 2 or lines[0] != _HEADER or not lines[-1].startswith("roots"):
        raise GraphError(f"not a graph: expected {_HEADER!r} first and 'roots' last")
    symbols = _Symbols(parameters or {}, axes or {}, observables or {})
    nodes: list[Node] = []
    try:
        for line in lines[1:-1]:
            nodes.append(_read_line(line, nodes, symbols))
        return [_at(nodes, index) for index in lines[-1].split()[1:]]
    except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError, ModelError) as problem:
        raise GraphError(f"graph text line {len(nodes) + 2}: cannot be read ({problem})") from None


def _at(nodes: list[Node], index: str) -> Node:
    if not (index.isascii() and index.isdigit()):
        raise ValueError(f"{index!r} is not the number of a line")
    return nodes[int(index)]


def _read_line(line: str, nodes: list[Node], symbols: _Symbols) -> Node:
    word, _, rest = line.partition(" ")
    op = BY_TEXT[word]
    if op in LEAVES:
        return _read_leaf(op, rest, symbols)
    payload: int | Axis | Table | Inner | Curve | None = None
    if op is Op.SUM:
        encoded, _, rest = rest.rpartition(" ")
        name, identity = json.loads(encoded)
        payload = _read_axis(name, identity, symbols)
    elif op is Op.INNER:
        (name, identity, text), end = json.JSONDecoder().raw_decode(rest)
        term, *slots = read(text, observables=symbols.observables)
        payload, rest = Inner(_read_axis(name, identity, symbols), tuple(slots), term), rest[end:]
    elif op is Op.CURVE:
        held, end = json.JSONDecoder().raw_decode(rest)
        payload, rest = _read_curve(held, symbols), rest[end:]
    elif op is Op.TABLE:
        encoded, _, rest = rest.partition(" ")
        edges, values = ([float.fromhex(number) for number in held] for held in json.loads(encoded))
        payload = Table(edges, values)  # type: ignore[arg-type]
    elif op in _WHOLE:
        number, _, rest = rest.partition(" ")
        payload = int(number)
        if not _WHOLE[op][0] <= payload <= _WHOLE[op][1]:
            raise ValueError(f"{word} of {payload}")
    args = tuple(_at(nodes, index) for index in rest.split())
    arity = op.arity
    if isinstance(payload, Inner | Curve):
        arity = len(payload.slots) + isinstance(payload, Curve)
    if len(args) != arity:
        raise ValueError(f"{word} takes {arity} arguments")
    return intern(op, args, payload)


def _read_curve(held: Any, symbols: _Symbols) -> Curve:
    low, high, points, order, text = held
    if not 0 <= order < len(WEIGHTS):
        raise ValueError(f"the derivative {order} of a curve")
    term, *slots = read(text, axes=symbols.axes, observables=symbols.observables)
    return Curve(Grid(float.fromhex(low), float.fromhex(high), points), tuple(slots), term, order)


def _read_leaf(op: Op, encoded: str, symbols: _Symbols) -> Node:
    if op is Op.CONST:
        return const(float.fromhex(encoded))
    if op is Op.PARAM:
        name = json.loads(encoded)
        parameter = symbols.parameters.get(name)
        return param(Parameter(name, 0.0) if parameter is None else parameter)
    name, *ends = json.loads(encoded)
    low, high = (float.fromhex(end) for end in ends)
    observable = symbols.observables.get(name)
    if observable is None:
        return column(Observable(name, low, high))
    if (observable.low, observable.high) != (low, high):
        raise GraphError(f"the observable {name!r} has other bounds than this graph was written with")
    return column(observable)


def _read_axis(name: str, identity: str, symbols: _Symbols) -> Axis:
    axis = symbols.axes.get(name) or Axis(name)
    if sha256(axis.identity).hexdigest() != identity:
        raise GraphError(f"the axis {name!r} is not the one this graph was written with")
    return axis
