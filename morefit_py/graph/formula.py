"""Formulas as people write them: infix, with quotients and differences, cut where they grow too long."""

from __future__ import annotations

from collections.abc import Mapping

from morefit_py.graph.log_emg import ORDERS
from morefit_py.graph.node import Node, walk
from morefit_py.graph.op import WITH_ORDER, Op

# A text with how tightly its outermost operation binds.
Shown = tuple[str, int]

_CONDITION, _SUM, _NEGATIVE, _PRODUCT, _POWER, _ATOM = range(6)
_CUT: Shown = ("...", _ATOM)
_INFIX = {Op.LT: "<", Op.LE: "<=", Op.EQ: "==", Op.AND: "and", Op.OR: "or"}


def formula(node: Node, names: Mapping[Node, str] | None = None, limit: int = 400) -> str:
    """A formula of at most about `limit` characters, `names` standing for what is known already.

    What lies too deep for the limit is shown as `...`.
    """
    names = names or {}
    size = limit
    while size > 1:
        text = _render(node, names, size, limit)
        if text is not None:
            return text
        size //= 2
    return _CUT[0]


def _render(root: Node, names: Mapping[Node, str], size: int, limit: int) -> str | None:
    """The formula of the `size` nodes nearest to the root; None where it is longer than the limit."""
    inside = _nearest(root, names, size)
    shown: dict[Node, Shown] = {}
    for node in walk([root], stop={node for node, own in inside.items() if not own}):
        if inside[node]:
            shown[node] = _infix(node, shown, inside)
        else:
            shown[node] = (names[node], _ATOM) if node in names and node is not root else _CUT
        if len(shown[node][0]) > limit:
            return None
    return shown[root][0]


def _nearest(root: Node, names: Mapping[Node, str], size: int) -> dict[Node, bool]:
    """The nodes near the root, breadth first, each with whether its own operation is shown."""
    found = {root: True}
    layer = [root]
    while layer:
        below: list[Node] = []
        for node in layer:
            for arg in node.args:
                if arg not in found:
                    found[arg] = arg not in names and (not arg.args or len(found) < size)
                    if found[arg]:
                        below.append(arg)
        layer = below
    return found


def _wrap(shown: Shown, level: int) -> str:
    return shown[0] if shown[1] >= level else f"({shown[0]})"


def _infix(node: Node, shown: Mapping[Node, Shown], inside: Mapping[Node, bool]) -> Shown:
    op, args = node.op, [shown[arg] for arg in node.args]
    if op is Op.CONST:
        return f"{node.value:.6g}", _ATOM if node.value >= 0 else _NEGATIVE
    if op in (Op.PARAM, Op.COLUMN):
        return str(getattr(node.payload, "name", "")), _ATOM
    if op is Op.ADD:
        left, right = (_wrap(arg, _SUM) for arg in args)
        if left.startswith("-"):
            left, right = right, left
        return f"{left} - {right[1:]}" if right.startswith("-") else f"{left} + {right}", _SUM
    if op is Op.MUL:
        return _product(node, shown, inside)
    if op is Op.IPOW:
        return (
            (f"1/{_denominator(node, shown)}", _PRODUCT) if node.power < 0 else _raised(args[0], node.power)
        )
    if op is Op.POW:
        return f"{_wrap(args[0], _ATOM)}^{_wrap(args[1], _ATOM)}", _POWER
    if op in _INFIX:
        return f" {_INFIX[op]} ".join(_wrap(arg, _SUM) for arg in args), _CONDITION
    if op is Op.NOT:
        return f"not {_wrap(args[0], _ATOM)}", _CONDITION
    if op is Op.SUM:
        return f"sum[{node.axis.name}]({args[0][0]})", _ATOM
    if op is Op.POLYGAMMA:
        return f"polygamma({node.power}, {args[0][0]})", _ATOM
    if op is Op.INNER:
        entering = {slot: _wrap(arg, _ATOM) for slot, arg in zip(node.inner.slots, args, strict=True)}
        return f"inner[{node.inner.axis.name}]({formula(node.inner.term, entering)})", _ATOM
    if op is Op.CURVE:
        entering = {slot: _wrap(arg, _ATOM) for slot, arg in zip(node.curve.slots, args[1:], strict=True)}
        name = "curve" + "'" * node.curve.order
        return f"{name}[{node.curve.grid.points}]({args[0][0]}; {formula(node.curve.term, entering)})", _ATOM
    if op is Op.TABLE:
        return f"table[{node.table.bins}]({args[0][0]})", _ATOM
    if op in WITH_ORDER and node.power:
        order = ORDERS[node.power] if op is Op.LOG_EMG else (node.power,)
        return f"{op.text}({', '.join([*(text for text, _ in args), *map(str, order)])})", _ATOM
    return f"{op.text}({', '.join(text for text, _ in args)})", _ATOM


def _raised(base: Shown, power: int) -> Shown:
    return f"{_wrap(base, _ATOM)}^{power}", _POWER


def _denominator(node: Node, shown: Mapping[Node, Shown]) -> str:
    """What stands below the line for a negative power."""
    base = shown[node.args[0]]
    return _wrap(base if node.power == -1 else _raised(base, -node.power), _POWER)


def _product(node: Node, shown: Mapping[Node, Shown], inside: Mapping[Node, bool]) -> Shown:
    left, right = node.args
    if left.op is Op.CONST and left.value == -1.0:
        return f"-{_wrap(shown[right], _PRODUCT)}", _NEGATIVE
    for below, above in ((right, left), (left, right)):
        if below.op is Op.IPOW and below.power < 0 and inside[below]:
            return f"{_wrap(shown[above], _NEGATIVE)}/{_denominator(below, shown)}", _PRODUCT
    return f"{_wrap(shown[left], _NEGATIVE)}*{_wrap(shown[right], _PRODUCT)}", _PRODUCT
