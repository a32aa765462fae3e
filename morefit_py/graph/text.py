"""Text forms: a canonical one with a stable digest that can be read back, and one for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256

from morefit_py.errors import GraphError
from morefit_py.graph.build import column, const, param
from morefit_py.graph.node import Node, intern, walk
from morefit_py.graph.op import BY_TEXT, Op
from morefit_py.graph.symbols import Axis, Observable, Parameter

_HEADER = "morefit graph 1"


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
    return f" {json.dumps([payload.name, sha256(payload.identity).hexdigest()])}"


def digest(roots: Iterable[Node]) -> str:
    """The SHA-256 of the canonical text: the same in every process and on every machine."""
    return sha256(write(roots).encode()).hexdigest()


def read(
    text: str, parameters: Mapping[str, Parameter] | None = None, axes: Mapping[str, Axis] | None = None
) -> list[Node]:
    """The expressions of a canonical text, node for node.

    `parameters` and `axes` give the objects behind the names; a parameter not given is made with
    start 0. Raises GraphError for text that `write` did not make.
    """
    lines = text.splitlines()
    if len(lines) < 2 or lines[0] != _HEADER or not lines[-1].startswith("roots"):
        raise GraphError(f"not a graph: expected {_HEADER!r} first and 'roots' last")
    nodes: list[Node] = []
    try:
        for line in lines[1:-1]:
            nodes.append(_read_line(line, nodes, parameters or {}, axes or {}))
        return [nodes[int(index)] for index in lines[-1].split()[1:]]
    except (KeyError, ValueError, IndexError) as problem:
        raise GraphError(f"graph text line {len(nodes) + 2}: cannot be read ({problem})") from None


def _read_line(
    line: str, nodes: list[Node], parameters: Mapping[str, Parameter], axes: Mapping[str, Axis]
) -> Node:
    word, _, rest = line.partition(" ")
    op = BY_TEXT[word]
    if op is Op.CONST:
        return const(float.fromhex(rest))
    if op is Op.PARAM:
        name = json.loads(rest)
        return param(parameters.get(name) or Parameter(name, 0.0))
    if op is Op.COLUMN:
        name, low, high = json.loads(rest)
        return column(Observable(name, float.fromhex(low), float.fromhex(high)))
    payload: int | Axis | None = None
    if op is Op.SUM:
        encoded, _, rest = rest.rpartition(" ")
        name, identity = json.loads(encoded)
        payload = axes.get(name) or Axis(name)
        if sha256(payload.identity).hexdigest() != identity:
            raise GraphError(f"the axis {name!r} is not the one this graph was written with")
    elif op in (Op.IPOW, Op.POLYGAMMA):
        number, _, rest = rest.partition(" ")
        payload = int(number)
    args = tuple(nodes[int(index)] for index in rest.split())
    if len(args) != op.arity or any(int(index) < 0 for index in rest.split()):
        raise ValueError(f"{word} takes {op.arity} arguments")
    return intern(op, args, payload)


_INFIX = {Op.LT: "<", Op.LE: "<=", Op.EQ: "==", Op.AND: "and", Op.OR: "or"}


def formula(node: Node, names: Mapping[Node, str] | None = None, limit: int = 400) -> str:
    """A formula as people write it, `names` standing for what is known already; cut at `limit`."""
    names = names or {}
    shown: dict[Node, tuple[str, int]] = {}
    for part in walk([node], stop=set(names) - {node}):
        if part in names and part is not node:
            shown[part] = (names[part], 9)
        else:
            shown[part] = _formula(part, shown, limit)
    return shown[node][0]


def _wrap(shown: tuple[str, int], level: int) -> str:
    return shown[0] if shown[1] >= level else f"({shown[0]})"


def _formula(node: Node, shown: dict[Node, tuple[str, int]], limit: int) -> tuple[str, int]:
    args = [shown[arg] for arg in node.args]
    if sum(len(text) for text, _ in args) > limit:
        return "...", 9
    op = node.op
    if op is Op.CONST:
        return f"{node.value:.6g}", 9 if node.value >= 0 else 2
    if op in (Op.PARAM, Op.COLUMN):
        return str(getattr(node.payload, "name", "")), 9
    if op is Op.SUM:
        return f"sum[{node.axis.name}]({args[0][0]})", 9
    if op is Op.ADD:
        right = _wrap(args[1], 1)
        text = f"{_wrap(args[0], 1)} + {right}"
        return text.replace("+ -", "- "), 1
    if op is Op.MUL:
        if node.args[0].op is Op.CONST and node.args[0].value == -1.0:
            return f"-{_wrap(args[1], 3)}", 2
        return f"{_wrap(args[0], 2)}*{_wrap(args[1], 3)}", 2
    if op is Op.IPOW:
        return f"{_wrap(args[0], 5)}^{node.power}", 4
    if op is Op.POW:
        return f"{_wrap(args[0], 5)}^{_wrap(args[1], 5)}", 4
    if op in _INFIX:
        return f"{_wrap(args[0], 1)} {_INFIX[op]} {_wrap(args[1], 1)}", 0
    if op is Op.NOT:
        return f"not {_wrap(args[0], 9)}", 0
    if op is Op.POLYGAMMA:
        return f"polygamma({node.power}, {args[0][0]})", 9
    return f"{op.text}({', '.join(text for text, _ in args)})", 9
