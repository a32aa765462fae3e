"""Graphs as Graphviz DOT, coloured by when each value can be computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from morefit_py.graph.node import Node, walk
from morefit_py.graph.op import LEAVES, WITH_ORDER, Op, Stage

# Colours that stay apart for colour-blind readers (Okabe & Ito, 2008), lightened.
_COLOUR = {
    Stage.COMPILE: "#eeeeee",
    Stage.CALL: "#b3d9f2",
    Stage.DATASET: "#b3e2d2",
    Stage.EVENT: "#f7c99b",
}
_SYMBOL = {Op.ADD: "+", Op.MUL: "*", Op.LT: "<", Op.LE: "<=", Op.EQ: "==", Op.POW: "^"}


def dot(roots: Iterable[Node], labels: Mapping[Node, str] | None = None) -> str:
    """The DOT text of expressions: an arrow from every value to each that uses it, shared ones once.

    `labels` name nodes beyond their operation; roots have a double border.
    """
    roots = list(roots)
    labels = labels or {}
    outlined = set(roots)
    number: dict[Node, int] = {}
    lines = ["digraph morefit {", "  rankdir=BT;", '  node [shape=box, style="rounded,filled"];']
    for stage in sorted({node.stage for node in walk(roots)}):
        lines.append(f"  // {Stage(stage).name}: {_COLOUR[Stage(stage)]}")
    for node in walk(roots):
        number[node] = len(number)
        text = _label(node) + (f"\n{labels[node]}" if node in labels else "")
        border = ", peripheries=2" if node in outlined else ""
        colour = _COLOUR[Stage(node.stage)]
        lines.append(f'  n{number[node]} [label="{_quoted(text)}", fillcolor="{colour}"{border}];')
        for place, arg in enumerate(node.args):
            lines.append(f"  n{number[arg]} -> n{number[node]}{_place(node, place)};")
    lines.append("}")
    return "\n".join(lines) + "\n"


def _label(node: Node) -> str:
    if node.op is Op.CONST:
        return f"{node.value:.6g}"
    if node.op in LEAVES:
        return str(getattr(node.payload, "name", ""))
    if node.op is Op.IPOW:
        return f"^{node.power}"
    if node.op in WITH_ORDER:
        return f"{node.op.text} {node.power}"
    if node.op is Op.TABLE:
        return f"table of {node.table.bins} bins"
    if node.op is Op.INNER:
        return f"sum over {node.inner.axis.name} for every event"
    if node.op is Op.CURVE:
        primes = "'" * node.curve.order
        return f"curve{primes} on a grid of {node.curve.grid.points} points"
    if node.op is Op.SUM:
        return f"sum over {node.axis.name}"
    return _SYMBOL.get(node.op, node.op.text)


def _place(node: Node, place: int) -> str:
    """Which argument an arrow is, where that matters."""
    if node.op is Op.SELECT:
        return f' [label="{("if", "then", "else")[place]}"]'
    if node.op in (Op.POW, Op.ATAN2, Op.LT, Op.LE, Op.FADDEEVA_REAL, Op.FADDEEVA_IMAG, Op.LOG_EMG):
        return f' [label="{place + 1}"]'
    return ""


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
